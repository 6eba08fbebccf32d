"""Read a page along the ``lookup`` index that some profiles do not belong on, in bounded time.

Usually few are excluded: then a few pages are read and filtered here, which costs MongoDB no more than that.
Where thousands in a row are excluded, MongoDB filters them, up to ``lookups.MOST_WALKED`` of them; the index
alone tells where that number is reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pymongo.collection import Collection

from service.store import lookups
from service.store.client import Document, in_one_batch
from service.store.indexes import LOOKUP

_PAGES_FILTERED_HERE = (1, 4)
"""Sizes of the reads that are filtered here, in pages."""


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """Documents by ID; the ID at which the scan was broken off, or None; and how many were looked at."""

    documents: Sequence[Document]
    ended_at: str | None
    walked: int


@dataclass(frozen=True, slots=True)
class PageScan:
    """The documents with any of the entries.

    Except those with an entry of ``without``, or with one of each group of ``without_all``.
    """

    collection: Collection[Document]
    domain: str
    entries: Sequence[str]
    without: Sequence[str]
    without_all: Sequence[Sequence[str]]

    def read(self, after: str | None, limit: int) -> ScannedPage:
        """Return up to ``limit`` documents behind the ID ``after``."""
        found: list[Document] = []
        walked = 0
        for pages in _PAGES_FILTERED_HERE:
            query = lookups.with_any(self.domain, self.entries, after)
            read = first_by_id(self.collection, query, pages * limit)
            found += filter(self._belongs, read)
            walked += len(read)
            if len(found) >= limit or len(read) < pages * limit:
                return ScannedPage(found[:limit], None, walked)
            after = read[-1]["_id"]
        return self._read_on(found, walked, after, limit)

    def _read_on(self, found: Sequence[Document], walked: int, after: str | None, limit: int) -> ScannedPage:
        """Return the page whose first documents were found."""
        size, end = self._length(after)
        query = lookups.up_to(lookups.with_any(self.domain, self.entries, after), end)
        query |= {"$nor": self._excluded()}
        found = [*found, *first_by_id(self.collection, query, limit - len(found))]
        broken_off = size == lookups.MOST_WALKED and len(found) < limit
        return ScannedPage(found, end if broken_off else None, walked + size)

    def _length(self, after: str | None) -> tuple[int, str | None]:
        """Return how many documents may be looked at, and the ID of the last, from the index alone."""
        pipeline: list[Document] = [
            {"$match": lookups.with_any(self.domain, self.entries, after)},
            {"$sort": {"_id": 1}},
            {"$limit": lookups.MOST_WALKED},
            {"$group": {"_id": None, "size": {"$sum": 1}, "last": {"$last": "$_id"}}},
        ]
        for row in self.collection.aggregate(pipeline, hint=LOOKUP):
            return row["size"], row["last"]
        return 0, None

    def _excluded(self) -> list[Document]:
        groups = [{"lookup": {"$in": list(group)}} for group in self.without_all]
        return [{"lookup": {"$in": list(self.without)}}, *([{"$and": groups}] if groups else [])]

    def _belongs(self, document: Document) -> bool:
        held = frozenset(document["lookup"])
        meets_all = bool(self.without_all) and not any(map(held.isdisjoint, self.without_all))
        return held.isdisjoint(self.without) and not meets_all


def first_by_id(collection: Collection[Document], query: Document, limit: int) -> list[Document]:
    """Return the first documents along the ``lookup`` index, in one batch."""
    found = collection.find(query).hint(LOOKUP).sort("_id").limit(limit)
    return list(found.batch_size(in_one_batch(limit)))
