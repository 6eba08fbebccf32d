"""Filters and pipelines that use the ``lookup`` index. Each docstring says what the result finds.

A group is a list of index terms. A profile meets a group if it has any of its terms. The caller sends each
filter or pipeline with a hint: without one, the planner sometimes scans along ``_id``. Query plans in this
file are those that ``explain`` shows.
"""

import re
from collections.abc import Sequence

from service.matching.terms import presence_term
from service.store.client import page_scan
from service.store.client.document import Document
from service.store.contacts.queries import association_pipeline

RARE = 200
"""If at most this number of profiles meet a group, they are all read and compared with the other groups."""

# Collects for each term or group the ``ids`` of its profiles and their number. ``_id`` is its position.
_GROUP_BY_LIST: Document = {"$group": {"_id": "$list", "ids": {"$push": "$_id"}, "size": {"$sum": 1}}}


def with_any(domain: str, terms: Sequence[str], after: str | None, until: str | None = None) -> Document:
    """Match profiles with any of the terms and an ID above ``after``, up to and including ``until``.

    Plan: an IXSCAN in ``_id`` order, or a SORT_MERGE of several.
    """
    query: Document = {"domain": domain, "lookup": {"$in": list(terms)}}
    limits = {"$gt": after, "$lte": until}
    bounds = {operator: id_ for operator, id_ in limits.items() if id_ is not None}
    return query | {"_id": bounds} if bounds else query


def with_association(domain: str, terms: Sequence[str], limit: int, contact_id: str) -> list[Document]:
    """Find the first ``limit`` profiles with any of the terms, by ID, and the association of a contact."""
    return [
        {"$match": with_any(domain, terms, None)},
        {"$sort": {"_id": 1}},
        {"$limit": limit},
        {"$unionWith": {"coll": "associations", "pipeline": association_pipeline(domain, contact_id)}},
    ]


def with_all(groups: Sequence[Sequence[str]]) -> list[Document]:
    """Return one condition for each group: the profile has any term of the group."""
    return [{"lookup": {"$in": list(group)}} for group in groups]


def scan_first_group(
    domain: str, groups: Sequence[Sequence[str]], after: str | None, until: str | None, limit: int
) -> list[Document]:
    """Scan the profiles of the first group, and find the first ``limit``, by ID, that meet every group.

    There must be at least two groups, and the scan at most ``MAX_SCANNED`` profiles long. With one
    ``$match``, the planner would choose which group to scan, and prefer a group of one term, even a common
    one. So a ``$limit`` that is never reached separates the first group from the others: the planner moves no
    condition across it.
    """
    return [
        {"$match": with_any(domain, groups[0], after, until)},
        {"$sort": {"_id": 1}},
        {"$limit": 2 * page_scan.MAX_SCANNED},
        {"$match": {"$and": with_all(groups[1:])}},
        {"$limit": limit},
    ]


def starting_with(domain: str, prefixes: Sequence[str]) -> Document:
    """Match profiles with a term that starts with any of the prefixes.

    MongoDB reads only a range of the index for a pattern that begins with ^ and has no flag. Without
    ``re.ASCII``, PyMongo would send the flag ``u``, and MongoDB would scan the whole domain.
    """
    patterns = [re.compile("^" + re.escape(prefix), re.ASCII) for prefix in prefixes]
    return {"domain": domain, "lookup": {"$in": patterns}}


def with_key(domain: str, key: str) -> Document:
    """Match profiles with any value of a custom search key."""
    # Until they are reindexed, profiles of older releases lack the presence term and have only value terms.
    values = starting_with(domain, [f"{key}:"])["lookup"]["$in"]
    return {"domain": domain, "lookup": {"$in": [presence_term(key), *values]}}


def best_first(
    domain: str,
    terms: Sequence[str],
    required_groups: Sequence[Sequence[str]],
    max_profiles: int,
    limit: int,
) -> list[Document]:
    """Find the best profiles that meet each required group and have any of the terms. Find the shared terms.

    A term is shared if more than ``max_profiles`` profiles have it. Shared terms are detected in the index
    alone, and find no profile. The result has these documents:

    - For each shared term: ``_id`` is its position in ``terms``, and ``shared`` is true.
    - Then for each profile: ``found`` is the profile. They are ordered by the first of the terms that they
      have. There can be more than ``limit``.
    - Between these, for each term whose profiles all fail to meet a group: a document without ``found``.
    """
    return [
        *_count_ids(domain, terms, max_profiles),
        {"$set": {"shared": {"$gt": ["$size", max_profiles]}}},
        {"$set": {"ids": {"$cond": ["$shared", [], "$ids"]}}},
        # Assign each profile to its first term. A shared term has no IDs, so its position is used instead.
        {"$unwind": {"path": "$ids", "preserveNullAndEmptyArrays": True}},
        {
            "$group": {
                "_id": {"$ifNull": ["$ids", "$_id"]},
                "place": {"$min": "$_id"},
                "shared": {"$first": "$shared"},
            }
        },
        {"$group": {"_id": "$place", "shared": {"$first": "$shared"}, "ids": {"$push": "$_id"}}},
        # Here the number of documents is the number of terms.
        {"$sort": {"shared": -1, "_id": 1}},
        _lookup_ids(domain, required_groups),
        {"$unwind": {"path": "$found", "preserveNullAndEmptyArrays": True}},
        # A shared term has one document. So has a term whose profiles all lack a required group.
        {"$limit": limit + len(terms)},
        {"$project": {"shared": 1, "found": 1}},
    ]


def holders(domain: str, terms: Sequence[str], limit: int) -> list[Document]:
    """Find the IDs of up to ``limit`` profiles for each term, from the index alone. Each ID occurs once."""
    branches = [_list_ids(domain, [term], limit, position) for position, term in enumerate(terms)]
    return [*_union(branches), {"$group": {"_id": "$_id"}}]


def shared_terms(domain: str, terms: Sequence[str], max_profiles: int) -> list[Document]:
    """Find the terms that more than ``max_profiles`` profiles have. ``_id`` is the position of the term."""
    is_shared: Document = {"$match": {"size": {"$gt": max_profiles}}}
    return [*_count_ids(domain, terms, max_profiles), is_shared, {"$project": {"_id": 1}}]


def _count_ids(domain: str, terms: Sequence[str], max_profiles: int) -> list[Document]:
    branches = [_list_ids(domain, [term], max_profiles + 1, position) for position, term in enumerate(terms)]
    return [*_union(branches), _GROUP_BY_LIST]


def _list_ids(domain: str, group: Sequence[str], limit: int, position: int) -> list[Document]:
    # A hint does not apply within ``$unionWith``. Without a condition on ``_id``, no hint is needed, because
    # ``lookup`` is the only index for these conditions.
    return [
        {"$match": with_any(domain, group, None)},
        {"$limit": limit},
        {"$project": {"_id": 1, "list": {"$literal": position}}},
    ]


def match_all(domain: str, groups: Sequence[Sequence[str]], after: str | None, limit: int) -> list[Document]:
    """Find the first ``limit`` profiles, by ID, that meet every group and have an ID above ``after``.

    In one ``$match``, the planner would scan the first group, and read its profiles to check the others.
    Instead, up to ``RARE`` + 1 IDs are listed for each group from the index alone. Then only the profiles of
    the shortest list are read and compared with all groups.

    The result is one document with ``size``, the length of the shortest list, and ``found``, the profiles. If
    ``size`` is above ``RARE``, ``found`` is empty. If no profile meets one of the groups, there is no
    document. ``after`` filters the shortest list: in the branches it would cause a scan along ``_id``.
    """
    branches = [_list_ids(domain, group, RARE + 1, position) for position, group in enumerate(groups)]
    shortest = {"sortBy": {"size": 1}, "output": {"size": "$size", "ids": "$ids"}}
    following = {"$filter": {"input": "$rarest.ids", "cond": {"$gt": ["$$this", {"$literal": after}]}}}
    first_by_id = {"$slice": [{"$sortArray": {"input": "$found", "sortBy": {"_id": 1}}}, limit]}
    return [
        *_union(branches),
        _GROUP_BY_LIST,
        {"$group": {"_id": None, "lists": {"$sum": 1}, "rarest": {"$top": shortest}}},
        {"$match": {"lists": len(groups)}},
        {
            "$project": {
                "size": "$rarest.size",
                "ids": {"$cond": [{"$gt": ["$rarest.size", RARE]}, [], following]},
            }
        },
        _lookup_ids(domain, groups),
        {"$project": {"size": 1, "found": first_by_id}},
    ]


def _lookup_ids(domain: str, groups: Sequence[Sequence[str]]) -> Document:
    conditions = {"domain": domain, **({"$and": with_all(groups)} if groups else {})}
    return {
        "$lookup": {
            "from": "profiles",
            "localField": "ids",
            "foreignField": "_id",
            "pipeline": [{"$match": conditions}],
            "as": "found",
        }
    }


def _union(branches: Sequence[list[Document]]) -> list[Document]:
    others = [{"$unionWith": {"coll": "profiles", "pipeline": pipeline}} for pipeline in branches[1:]]
    return branches[0] + others


def group_sizes(domain: str, groups: Sequence[Sequence[str]]) -> list[Document]:
    """Count the profiles of each group up to ``MAX_SCANNED`` + 1. Smallest first; without empty groups.

    ``_id`` is the position of the group, ``size`` the number of its profiles.
    """
    branches: list[list[Document]] = [
        [
            {"$match": with_any(domain, group, None)},
            {"$limit": page_scan.MAX_SCANNED + 1},
            {"$group": {"_id": position, "size": {"$sum": 1}}},
        ]
        for position, group in enumerate(groups)
    ]
    return [*_union(branches), {"$sort": {"size": 1, "_id": 1}}]
