"""Reads of profiles that name their index: a page that excludes some, the first by ID, and one by ID."""

from collections.abc import Sequence

from pymongo import ASCENDING
from pymongo.collection import Collection

from service.store.client.connection import Document, in_one_batch
from service.store.client.page_scan import IndexScan
from service.store.indexes.definitions import LOOKUP
from service.store.profiles import lookups


def scan_excluding(
    collection: Collection[Document],
    domain: str,
    entries: Sequence[str],
    without: Sequence[str],
    without_all: Sequence[Sequence[str]],
) -> IndexScan[str]:
    """Return the scan of the profiles with any of the entries, by ID.

    Excluded are those with an entry of ``without``, and those with an entry of each group of ``without_all``.
    """

    def between(after: str | None, until: str | None) -> Document:
        return lookups.up_to(lookups.with_any(domain, entries, after), until)

    def meets_conditions(document: Document) -> bool:
        held = frozenset(document["lookup"])
        meets_all = bool(without_all) and not any(map(held.isdisjoint, without_all))
        return held.isdisjoint(without) and not meets_all

    groups = [{"lookup": {"$in": list(group)}} for group in without_all]
    excluded = [{"lookup": {"$in": list(without)}}, *([{"$and": groups}] if groups else [])]
    return IndexScan(
        collection=collection,
        hint=LOOKUP,
        order=[("_id", ASCENDING)],
        between=between,
        position=lambda document: str(document["_id"]),
        conditions={"$nor": excluded},
        meets_conditions=meets_conditions,
    )


def by_id(
    collection: Collection[Document], query: Document, fields: Sequence[str] | None = None
) -> Document | None:
    """Return the profile whose ID is in the query, or None.

    With a hint: many profiles share the first entries of the ``lookup`` index, so the planner can prefer that
    index, and would then read much of it for a profile without these entries.
    """
    return next(iter(collection.find(query, fields).hint("_id_").limit(1)), None)


def first_by_id(collection: Collection[Document], query: Document, limit: int) -> list[Document]:
    """Return the first documents along the ``lookup`` index, in one batch."""
    found = collection.find(query).hint(LOOKUP).sort("_id").limit(limit)
    return list(found.batch_size(in_one_batch(limit)))
