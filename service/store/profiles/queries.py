"""Queries over the ``lookup`` index, without I/O. Comments state the plans that ``explain`` shows.

Every query is sent with a hint: without one, the planner sometimes scans along ``_id``.
"""

import re
from collections.abc import Sequence

from service.matching.terms import presence_term
from service.store.client import page_scan
from service.store.client.document import Document
from service.store.contacts.queries import association_pipeline

RARE = 200
"""Maximum number of profiles of the rarest criterion that are read whole and compared with the others."""

# The ``ids`` of profiles for each term or group. ``_id`` is its position.
_BY_LIST: Document = {"$group": {"_id": "$list", "ids": {"$push": "$_id"}, "size": {"$sum": 1}}}


def with_any(domain: str, terms: Sequence[str], after: str | None, until: str | None = None) -> Document:
    """Match the profiles with any of the terms: IXSCAN, or SORT_MERGE of several, each in ``_id`` order."""
    query: Document = {"domain": domain, "lookup": {"$in": list(terms)}}
    limits = {"$gt": after, "$lte": until}
    bounds = {operator: id_ for operator, id_ in limits.items() if id_ is not None}
    return query | {"_id": bounds} if bounds else query


def with_association(domain: str, terms: Sequence[str], limit: int, contact_id: str) -> list[Document]:
    """Return the first ``limit`` profiles with any of the terms, then the association of a contact."""
    return [
        {"$match": with_any(domain, terms, None)},
        {"$sort": {"_id": 1}},
        {"$limit": limit},
        {"$unionWith": {"coll": "associations", "pipeline": association_pipeline(domain, contact_id)}},
    ]


def with_all(groups: Sequence[Sequence[str]]) -> list[Document]:
    """Return the conditions that a profile has a term of each group."""
    return [{"lookup": {"$in": list(group)}} for group in groups]


def along_first(
    domain: str, groups: Sequence[Sequence[str]], after: str | None, until: str | None, limit: int
) -> list[Document]:
    """Return the first ``limit`` profiles with a term of every group, scanned along the first group.

    In one condition the planner would choose the group, and prefer one term to several, however many profiles
    have it. So the other groups follow a ``$limit`` that is never reached: no condition moves across it.
    """
    return [
        {"$match": with_any(domain, groups[0], after, until)},
        {"$sort": {"_id": 1}},
        {"$limit": 2 * page_scan.MAX_SCANNED},
        {"$match": {"$and": with_all(groups[1:])}},
        {"$limit": limit},
    ]


def starting_with(domain: str, prefixes: Sequence[str]) -> Document:
    """Match the profiles with a term that starts with any prefix. An anchored pattern is an index range.

    With a flag MongoDB would scan the whole domain. PyMongo sends the flag ``u`` unless a pattern is ASCII.
    """
    patterns = [re.compile("^" + re.escape(prefix), re.ASCII) for prefix in prefixes]
    return {"domain": domain, "lookup": {"$in": patterns}}


def holding(domain: str, key: str) -> Document:
    """Match the profiles that hold a value of a custom search key."""
    # Profiles of older releases have no term ``.held`` until they are reindexed, only terms of values.
    values = starting_with(domain, [f"{key}:"])["lookup"]["$in"]
    return {"domain": domain, "lookup": {"$in": [presence_term(key), *values]}}


def best_first(
    domain: str,
    terms: Sequence[str],
    must: Sequence[Sequence[str]],
    max_profiles: int,
    limit: int,
) -> list[Document]:
    """Return ``limit`` profiles with a term that at most ``max_profiles`` have, in the order of the terms.

    The profiles of each term are counted first, from the index alone, and those of common terms are not read.
    The result has a document with ``shared`` for each common term, then one with ``found`` for each other
    profile that meets all of ``must``: once, with the first of its terms.
    """
    return [
        *_counted(domain, terms, max_profiles),
        {"$set": {"shared": {"$gt": ["$size", max_profiles]}}},
        {"$set": {"ids": {"$cond": ["$shared", [], "$ids"]}}},
        # Each profile under the first of its terms. A shared term has no ID, so its position replaces it.
        {"$unwind": {"path": "$ids", "preserveNullAndEmptyArrays": True}},
        {
            "$group": {
                "_id": {"$ifNull": ["$ids", "$_id"]},
                "place": {"$min": "$_id"},
                "shared": {"$first": "$shared"},
            }
        },
        {"$group": {"_id": "$place", "shared": {"$first": "$shared"}, "ids": {"$push": "$_id"}}},
        # As many documents as there are terms.
        {"$sort": {"shared": -1, "_id": 1}},
        _lookup_ids(domain, must),
        {"$unwind": {"path": "$found", "preserveNullAndEmptyArrays": True}},
        # A term that is shared, or whose profiles do not meet all conditions, has a document as well.
        {"$limit": limit + len(terms)},
        {"$project": {"shared": 1, "found": 1}},
    ]


def holders(domain: str, terms: Sequence[str], limit: int) -> list[Document]:
    """Return the IDs of up to ``limit`` profiles with each term, from the index alone."""
    branches = [_listed(domain, [term], limit, position) for position, term in enumerate(terms)]
    return [*_union(branches), {"$group": {"_id": "$_id"}}]


def shared(domain: str, terms: Sequence[str], max_profiles: int) -> list[Document]:
    """Return, as ``_id``, the positions of the terms that more than ``max_profiles`` profiles have."""
    many: Document = {"$match": {"size": {"$gt": max_profiles}}}
    return [*_counted(domain, terms, max_profiles), many, {"$project": {"_id": 1}}]


def _counted(domain: str, terms: Sequence[str], max_profiles: int) -> list[Document]:
    branches = [_listed(domain, [term], max_profiles + 1, position) for position, term in enumerate(terms)]
    return [*_union(branches), _BY_LIST]


def _listed(domain: str, group: Sequence[str], limit: int, position: int) -> list[Document]:
    # A hint does not apply within ``$unionWith``. Without a condition on ``_id`` the planner needs none.
    return [
        {"$match": with_any(domain, group, None)},
        {"$limit": limit},
        {"$project": {"_id": 1, "list": {"$literal": position}}},
    ]


def every(domain: str, groups: Sequence[Sequence[str]], after: str | None, limit: int) -> list[Document]:
    """Return the first ``limit`` profiles that have a term of every group.

    The planner would use the first condition for the index bounds and filter by the others after the fetch.
    Here each group first lists, from the index alone, at most ``RARE`` + 1 IDs. Only the profiles of the
    shortest list are then read and compared with the other groups.

    The result is one document with ``found`` and ``size``, the length of the shortest list, or none if a
    group is empty. ``after`` applies to that list: in the branches it would lead to a scan along ``_id``.
    """
    branches = [_listed(domain, group, RARE + 1, position) for position, group in enumerate(groups)]
    shortest = {"sortBy": {"size": 1}, "output": {"size": "$size", "ids": "$ids"}}
    following = {"$filter": {"input": "$rarest.ids", "cond": {"$gt": ["$$this", {"$literal": after}]}}}
    first_by_id = {"$slice": [{"$sortArray": {"input": "$found", "sortBy": {"_id": 1}}}, limit]}
    return [
        *_union(branches),
        _BY_LIST,
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


def sizes(domain: str, groups: Sequence[Sequence[str]]) -> list[Document]:
    """Return the size of each group that is not empty, up to ``MAX_SCANNED`` + 1, smallest first."""
    branches: list[list[Document]] = [
        [
            {"$match": with_any(domain, group, None)},
            {"$limit": page_scan.MAX_SCANNED + 1},
            {"$group": {"_id": position, "size": {"$sum": 1}}},
        ]
        for position, group in enumerate(groups)
    ]
    return [*_union(branches), {"$sort": {"size": 1, "_id": 1}}]
