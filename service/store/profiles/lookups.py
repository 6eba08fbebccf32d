"""The queries over the ``lookup`` index, as plain data: what ``explain`` said stands beside each.

Every query names the domain and ``lookup`` first, and is sent with a hint: left alone, the planner
sometimes walks along ``_id``.
"""

import re
from collections.abc import Sequence
from typing import Any

from service.matching import index_terms as lookup
from service.store.client import page_scan
from service.store.client.connection import Document

RARE = 200
"""Maximum number of profiles of a criterion that are read whole to find those that meet the others too.

If every criterion has more, up to ``page_scan.MAX_SCANNED`` are scanned.
"""


def with_any(domain: str, entries: Sequence[str], after: str | None) -> Document:
    """Match the profiles with any of the entries: IXSCAN, or SORT_MERGE of several, each in ``_id`` order."""
    query: Document = {"domain": domain, "lookup": {"$in": list(entries)}}
    if after is not None:
        query["_id"] = {"$gt": after}
    return query


def with_any_and(
    domain: str, entries: Sequence[str], limit: int, collection: str, others: list[Document]
) -> list[Document]:
    """Ask for the first ``limit`` profiles with any of the entries, and behind them for ``others``.

    That is a pipeline over another collection. Two reads, and one way to MongoDB and back: what the driver
    does for a command, and the way, take longer than either.
    """
    return [
        {"$match": with_any(domain, entries, None)},
        {"$sort": {"_id": 1}},
        {"$limit": limit},
        {"$unionWith": {"coll": collection, "pipeline": others}},
    ]


def up_to(query: Document, until: str | None) -> Document:
    """Bound the query: no profile behind that ID."""
    return query if until is None else query | {"_id": {**query.get("_id", {}), "$lte": until}}


def along_first(
    domain: str, groups: Sequence[Sequence[str]], after: str | None, until: str | None, limit: int
) -> list[Document]:
    """Ask for the first ``limit`` profiles with an entry of every group, along the first to ``until``.

    In one condition the planner would choose which to walk along: one value before several, however many have
    it. So the others come behind a limit, which nothing is moved across, and which the walk does not reach.
    """
    return [
        {"$match": up_to(with_any(domain, groups[0], after), until)},
        {"$sort": {"_id": 1}},
        {"$limit": 2 * page_scan.MAX_SCANNED},
        {"$match": {"$and": [{"lookup": {"$in": list(group)}} for group in groups[1:]]}},
        {"$limit": limit},
    ]


def starting_with(domain: str, prefixes: Sequence[str]) -> Document:
    """Match the profiles with an entry that begins so; an anchored pattern is a range of the index.

    One without flags, that is: any flag makes it a walk along the whole domain. A pattern of Python's is sent
    with ``u`` unless it is of ASCII, which changes nothing for literal characters.
    """
    patterns = [re.compile("^" + re.escape(prefix), re.ASCII) for prefix in prefixes]
    return {"domain": domain, "lookup": {"$in": patterns}}


def holding(domain: str, key: str) -> Document:
    """Match the profiles that hold a value of a custom search key.

    Profiles of older releases have no entry ``.held`` until they are reindexed, only entries of values.
    """
    values = starting_with(domain, [f"{key}:"])["lookup"]["$in"]
    return {"domain": domain, "lookup": {"$in": [lookup.presence_term(key), *values]}}


def best_first(
    collection: str, domain: str, entries: Sequence[str], must: Sequence[Sequence[str]], most: int, limit: int
) -> list[Document]:
    """Ask for ``limit`` profiles with an entry that ``most`` profiles have, in the order of the entries.

    A value that more have must not crowd out one that tells who it is: how many have each entry is counted
    first, from the index alone, and of those with more no profile is read. Answers a document of ``shared``
    for each of these; then one of ``found`` for each of the others' profiles that meets all of ``must``:
    once, with the first of its entries.
    """
    meets_all: Document = {"domain": domain, "$and": [{"lookup": {"$in": list(group)}} for group in must]}
    few: Document = {
        "from": collection,
        "localField": "ids",
        "foreignField": "_id",
        "pipeline": [{"$match": meets_all if must else {"domain": domain}}],
        "as": "found",
    }
    return [
        *_counted(collection, domain, entries, most),
        {"$set": {"shared": {"$gt": ["$size", most]}}},
        {"$set": {"ids": {"$cond": ["$shared", [], "$ids"]}}},
        # Each profile under the first of its entries; the place of one that is shared is nobody's ID.
        {"$unwind": {"path": "$ids", "preserveNullAndEmptyArrays": True}},
        {
            "$group": {
                "_id": {"$ifNull": ["$ids", "$_id"]},
                "place": {"$min": "$_id"},
                "shared": {"$first": "$shared"},
            }
        },
        {"$group": {"_id": "$place", "shared": {"$first": "$shared"}, "ids": {"$push": "$_id"}}},
        # As many documents as there are entries.
        {"$sort": {"shared": -1, "_id": 1}},
        {"$lookup": few},
        {"$unwind": {"path": "$found", "preserveNullAndEmptyArrays": True}},
        # An entry that is shared, or whose profiles do not meet all, takes a document as well.
        {"$limit": limit + len(entries)},
        {"$project": {"shared": 1, "found": 1}},
    ]


def holders(collection: str, domain: str, entries: Sequence[str], limit: int) -> list[Document]:
    """Ask for the IDs of up to ``limit`` profiles with each entry, from the index alone."""
    branches = [_listed(domain, [entry], limit, place) for place, entry in enumerate(entries)]
    return [*_united(collection, branches), {"$group": {"_id": "$_id"}}]


def shared(collection: str, domain: str, entries: Sequence[str], most: int) -> list[Document]:
    """Ask which of the entries more than ``most`` profiles have: their places as ``_id``."""
    many: Document = {"$match": {"size": {"$gt": most}}}
    return [*_counted(collection, domain, entries, most), many, {"$project": {"_id": 1}}]


def _counted(collection: str, domain: str, entries: Sequence[str], most: int) -> list[Document]:
    """List the ``ids`` of up to ``most`` + 1 profiles with each entry, whose place is ``_id``."""
    branches = [_listed(domain, [entry], most + 1, place) for place, entry in enumerate(entries)]
    return [*_united(collection, branches), _BY_LIST]


_BY_LIST: Document = {"$group": {"_id": "$list", "ids": {"$push": "$_id"}, "size": {"$sum": 1}}}


def _listed(domain: str, group: Sequence[str], limit: int, place: int) -> list[Document]:
    """List the IDs of up to ``limit`` profiles with any of the entries, from the index alone.

    A hint does not reach into ``$unionWith``, and none is needed as long as nothing bounds ``_id``.
    """
    return [
        {"$match": with_any(domain, group, None)},
        {"$limit": limit},
        {"$project": {"_id": 1, "list": {"$literal": place}}},
    ]


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
    branches = [_listed(domain, group, RARE + 1, place) for place, group in enumerate(groups)]
    meets_all: Document = {"domain": domain, "$and": [{"lookup": {"$in": list(group)}} for group in groups]}
    return [
        *_united(collection, branches),
        _BY_LIST,
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
    """Count every group from the index alone: one document for each that is not empty, smallest first.

    Beyond ``page_scan.MAX_SCANNED`` it is as good as any other.
    """
    branches: list[list[Document]] = [
        [
            {"$match": with_any(domain, group, None)},
            {"$limit": page_scan.MAX_SCANNED + 1},
            {"$group": {"_id": position, "size": {"$sum": 1}}},
        ]
        for position, group in enumerate(groups)
    ]
    return [*_united(collection, branches), {"$sort": {"size": 1, "_id": 1}}]


def _shortest() -> dict[str, Any]:
    return {"sortBy": {"size": 1}, "output": {"size": "$size", "ids": "$ids"}}


def _none_if_too_many(after: str | None) -> dict[str, Any]:
    following = {"$filter": {"input": "$rarest.ids", "cond": {"$gt": ["$$this", {"$literal": after}]}}}
    return {"$cond": [{"$gt": ["$rarest.size", RARE]}, [], following]}


def _first_by_id(limit: int) -> dict[str, Any]:
    return {"$slice": [{"$sortArray": {"input": "$found", "sortBy": {"_id": 1}}}, limit]}
