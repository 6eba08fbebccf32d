"""Reads of profiles with an explicit index."""

from collections.abc import Sequence

from pymongo import ASCENDING
from pymongo.collection import Collection

from service.store.client.batches import single_batch
from service.store.client.document import Document
from service.store.client.page_scan import IndexScan
from service.store.indexes.definitions import LOOKUP
from service.store.profiles import queries


def scan_excluding(
    collection: Collection[Document],
    domain: str,
    terms: Sequence[str],
    without: Sequence[str],
    without_all: Sequence[Sequence[str]],
) -> IndexScan[str]:
    """Return the scan of the profiles with any of the terms, by ID.

    Excluded are those with a term of ``without``, and those with a term of each group of ``without_all``.
    """

    def between(after: str | None, until: str | None) -> Document:
        return queries.up_to(queries.with_any(domain, terms, after), until)

    def meets_conditions(document: Document) -> bool:
        held = frozenset(document["lookup"])
        has_all = bool(without_all) and not any(map(held.isdisjoint, without_all))
        return held.isdisjoint(without) and not has_all

    all_groups = [{"$and": queries.with_all(without_all)}] if without_all else []
    return IndexScan(
        collection=collection,
        hint=LOOKUP,
        order=[("_id", ASCENDING)],
        between=between,
        position=lambda document: str(document["_id"]),
        conditions={"$nor": [*queries.with_all([without]), *all_groups]},
        meets_conditions=meets_conditions,
    )


def by_id(
    collection: Collection[Document], query: Document, fields: Sequence[str] | None = None
) -> Document | None:
    """Return the profile whose ID is in the query, or None.

    Without a hint the planner can prefer the ``lookup`` index, of which it may then read a large part.
    """
    return next(iter(collection.find(query, fields).hint("_id_").limit(1)), None)


def first_by_id(collection: Collection[Document], query: Document, limit: int) -> list[Document]:
    """Return the first documents along the ``lookup`` index, in one batch."""
    cursor = collection.find(query).hint(LOOKUP).sort("_id").limit(limit)
    return list(cursor.batch_size(single_batch(limit)))
