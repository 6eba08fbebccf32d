"""The queries over the ``lookup`` index, as plain data: what ``explain`` said stands beside each.

Every query names the domain and ``lookup`` first, and is sent with a hint: left alone, the planner
sometimes walks along ``_id``.
"""

import re
from collections.abc import Sequence
from typing import Any

from service.store.client import Document

RARE = 200
"""Up to so many profiles a criterion is walked along to find those that meet the others too."""


def with_any(domain: str, entries: Sequence[str], after: str | None) -> Document:
    """Match the profiles with any of the entries: IXSCAN, or SORT_MERGE of several, each in ``_id`` order."""
    query: Document = {"domain": domain, "lookup": {"$in": list(entries)}}
    if after is not None:
        query["_id"] = {"$gt": after}
    return query


def with_all(domain: str, groups: Sequence[Sequence[str]], after: str | None) -> Document:
    """Match the profiles with an entry of every group; the first group gives the bounds."""
    others = [{"lookup": {"$in": list(group)}} for group in groups[1:]]
    return with_any(domain, groups[0], after) | {"$and": others}


def starting_with(domain: str, prefixes: Sequence[str]) -> Document:
    """Match the profiles with an entry that begins so; an anchored pattern is a range of the index.

    One without flags, that is: any flag makes it a walk along the whole domain. A pattern of Python's is sent
    with ``u`` unless it is of ASCII, which changes nothing for literal characters.
    """
    patterns = [re.compile("^" + re.escape(prefix), re.ASCII) for prefix in prefixes]
    return {"domain": domain, "lookup": {"$in": patterns}}


def best_first(collection: str, domain: str, groups: Sequence[Sequence[str]], limit: int) -> list[Document]:
    """Ask for ``limit`` profiles, group by group, so that a common name cannot crowd out an e-mail.

    A profile of two groups comes twice, and counts twice. A hint does not reach into ``$unionWith``, and none
    is needed: the planner considers a walk along ``_id`` only where no index on the conditions gives the
    order, and SORT_MERGE gives it. Sorting by the domain, too, would mean the same and make it a blocking
    sort of every bearer of a name.
    """
    by_id: Document = {"$sort": {"_id": 1}}
    branches: list[list[Document]] = [
        [{"$match": with_any(domain, group, None)}, by_id, {"$limit": limit}] for group in groups
    ]
    return [*_united(collection, branches), {"$limit": limit}]


def every(
    collection: str, domain: str, groups: Sequence[Sequence[str]], after: str | None, limit: int
) -> list[Document]:
    """Ask for the first ``limit`` profiles that have an entry of every group.

    The planner takes the bounds from whichever condition stands first and filters the rest after the
    fetch, so a common name before a rare phone number reads every bearer of the name. Here each group
    first lists, from the index alone, at most ``RARE`` + 1 IDs; only the profiles of the shortest list
    are then read and held against the others. Answers one document with ``size``, the length of that
    list, and ``found``; no document where a group is empty. A page begins within that list rather than
    in the branches: beyond the hint's reach, a bound on ``_id`` invites a walk along ``_id``.
    """
    branches: list[list[Document]] = [
        [
            {"$match": with_any(domain, group, None)},
            {"$limit": RARE + 1},
            {"$project": {"_id": 1, "group": {"$literal": position}}},
        ]
        for position, group in enumerate(groups)
    ]
    meets_all: Document = {"domain": domain, "$and": [{"lookup": {"$in": list(group)}} for group in groups]}
    return [
        *_united(collection, branches),
        {"$group": {"_id": "$group", "ids": {"$push": "$_id"}, "size": {"$sum": 1}}},
        {"$group": {"_id": None, "lists": {"$sum": 1}, "rarest": {"$top": _shortest()}}},
        {"$match": {"lists": len(groups)}},
        {"$project": {"size": "$rarest.size", "ids": _none_if_too_many(after)}},
        {
            "$lookup": {
                "from": collection,
                "localField": "ids",
                "foreignField": "_id",
                "pipeline": [{"$match": meets_all}],
                "as": "found",
            }
        },
        {"$project": {"size": 1, "found": _first_by_id(limit)}},
    ]


def _united(collection: str, branches: Sequence[list[Document]]) -> list[Document]:
    return branches[0] + [
        {"$unionWith": {"coll": collection, "pipeline": pipeline}} for pipeline in branches[1:]
    ]


def sizes(collection: str, domain: str, groups: Sequence[Sequence[str]]) -> list[Document]:
    """Count every group from the index alone: one document for each that is not empty, smallest first."""
    branches: list[list[Document]] = [
        [{"$match": with_any(domain, group, None)}, {"$group": {"_id": position, "size": {"$sum": 1}}}]
        for position, group in enumerate(groups)
    ]
    return [*_united(collection, branches), {"$sort": {"size": 1}}]


def _shortest() -> dict[str, Any]:
    return {"sortBy": {"size": 1}, "output": {"size": "$size", "ids": "$ids"}}


def _none_if_too_many(after: str | None) -> dict[str, Any]:
    following = {"$filter": {"input": "$rarest.ids", "cond": {"$gt": ["$$this", {"$literal": after}]}}}
    return {"$cond": [{"$gt": ["$rarest.size", RARE]}, [], following]}


def _first_by_id(limit: int) -> dict[str, Any]:
    return {"$slice": [{"$sortArray": {"input": "$found", "sortBy": {"_id": 1}}}, limit]}
