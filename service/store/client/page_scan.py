"""Read all results in batches, or read one page in the order of an index in bounded time.

An index may not cover all conditions of a page. Usually the other conditions exclude few documents. So up to
five pages are first read without these conditions and filtered in Python, which is cheap for MongoDB. If the
page is not full then, MongoDB filters up to ``MAX_SCANNED`` more documents. Before that, a query finds the
last of these documents. That query uses the index alone, unless a position has several fields.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from itertools import islice
from operator import getitem
from typing import Generic, TypeVar

from pymongo.collection import Collection
from pymongo.cursor import Cursor

from service.store.client.document import Document
from service.store.client.errors import translate_errors

MAX_SCANNED = 5000
"""Maximum number of documents that MongoDB filters for one page."""

_BATCH_SIZE = 100
"""Maximum number of documents that ``in_batches`` holds in memory, unless a caller sets another number."""

_PYTHON_FILTERED_PAGES = (1, 4)
"""The sizes, in pages, of the reads that Python filters."""

Item = TypeVar("Item")
Position = TypeVar("Position")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class PageScan(Generic[Item, Position]):
    """The items of a page, and where the scan ended."""

    items: Sequence[Item]
    ended_at: Position | None = None
    """The position at which the scan stopped early. None if the page is full or there are no more items."""
    scanned: int = 0
    """Upper bound of the number of documents that were compared with the conditions, if there are any."""

    def map(self, convert: Callable[[Item], _Result]) -> "PageScan[_Result, Position]":
        """Return the same page with converted items."""
        return PageScan([convert(item) for item in self.items], self.ended_at, self.scanned)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexScan(Generic[Position]):
    """Documents in the order of an index, and the conditions that the index does not cover."""

    collection: Collection[Document]
    hint: str
    order: Sequence[tuple[str, int]]
    between: Callable[[Position | None, Position | None], Document]
    """Returns the filter for documents after the first position, up to and including the second position.

    The index covers this filter.
    """
    position: Callable[[Document], Position]
    """Returns the position of a document. Reads only the fields of ``order``."""
    conditions: Document
    """A filter with the conditions that the index does not cover."""
    meets_conditions: Callable[[Document], bool] | None = None
    """Returns whether a document meets ``conditions``. Can be None if these are from ``split_conditions``."""

    def page(self, after: Position | None, limit: int) -> PageScan[Document, Position]:
        """Return up to ``limit`` documents that come after a position and meet the conditions."""
        if not self.conditions:
            return PageScan(self._find(self.between(after, None), limit))
        meets_conditions = self.meets_conditions or partial(_has_values, self.conditions)
        matches: list[Document] = []
        scanned = 0
        for pages in _PYTHON_FILTERED_PAGES:
            documents = self._find(self.between(after, None), pages * limit)
            matches += filter(meets_conditions, documents)
            scanned += len(documents)
            if len(matches) >= limit or len(documents) < pages * limit:
                return PageScan(matches[:limit], None, scanned)
            after = self.position(documents[-1])
        return self._continue(matches, scanned, after, limit)

    def _continue(
        self, matches: list[Document], scanned: int, after: Position | None, limit: int
    ) -> PageScan[Document, Position]:
        size, last = self._end(after)
        if last is None:
            return PageScan(matches, None, scanned)
        query = self.between(after, last) | self.conditions
        matches = [*matches, *self._find(query, limit - len(matches))]
        stopped_early = size == MAX_SCANNED and len(matches) < limit
        return PageScan(matches, last if stopped_early else None, scanned + size)

    def _find(self, query: Document, limit: int) -> list[Document]:
        cursor = self.collection.find(query).hint(self.hint).sort(self.order).limit(limit)
        return list(cursor.batch_size(single_batch(limit)))

    def _end(self, after: Position | None) -> tuple[int, Position | None]:
        """Return how many documents MongoDB is to filter, and the position of the last, or None if 0."""
        last = {field: {"$last": f"${field}"} for field, _ in self.order if field != "_id"}
        pipeline: list[Document] = [
            {"$match": self.between(after, None)},
            {"$sort": dict(self.order)},
            {"$limit": MAX_SCANNED},
            {"$group": {"_id": None, "size": {"$sum": 1}, "last_id": {"$last": "$_id"}, **last}},
        ]
        for row in self.collection.aggregate(pipeline, hint=self.hint):
            return row["size"], self.position({**row, "_id": row["last_id"]})
        return 0, None


def split_conditions(
    values: Iterable[tuple[str, str, str | None]], default_index: str
) -> tuple[str, Document, Document]:
    """Return the index of the first condition, a filter with this condition, and a filter with the others.

    Each of ``values`` is a field, its index, and the value that the field must have, or None for no
    condition. Without conditions, the index is ``default_index``, and both filters are empty.
    """
    used = [(field, index, {"$eq": value}) for field, index, value in values if value is not None]
    hint = used[0][1] if used else default_index
    covered, others = ({field: each for field, _, each in part} for part in (used[:1], used[1:]))
    return hint, covered, others


def _has_values(conditions: Document, document: Document) -> bool:
    return all(
        reduce(getitem, field.split("."), document) == condition["$eq"]
        for field, condition in conditions.items()
    )


def single_batch(limit: int) -> int:
    """Return the batch size with which one response has all ``limit`` documents and closes the cursor."""
    return limit + 1


def in_batches(cursor: Cursor[Document], size: int = _BATCH_SIZE) -> Iterator[list[Document]]:
    """Yield all documents of a cursor, in batches. Raises ``DatastoreUnavailable``."""
    cursor.batch_size(size)
    while batch := _next_batch(cursor, size):
        yield batch


@translate_errors
def _next_batch(cursor: Cursor[Document], size: int) -> list[Document]:
    return list(islice(cursor, size))
