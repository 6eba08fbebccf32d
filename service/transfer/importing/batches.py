"""Divide rows into batches. The same rows always give the same batches."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from service.transfer.importing.items import Item
from service.transfer.rows import Row, RowNote

MAX_ROWS = 250
"""Larger batches are hardly faster, and requests of agents would wait longer for them."""
MAX_BYTES = 4 << 20
"""For the items of a batch, except an item that is larger alone. The service accepts 8 MiB."""


@dataclass(slots=True)
class Batch:
    """Rows to send in one request.

    ``rows`` is their number, and ``last_row`` the number of the last one in the file. Rejected rows are among
    them, but have no item. ``notes`` are those of all rows. ``identity`` has what may identify the profiles
    of the rows: two batches without a common element have no profile in common. ``size`` is the number of
    bytes of the items.
    """

    number: int
    items: list[Item] = field(default_factory=list)
    notes: list[RowNote] = field(default_factory=list)
    identity: set[str] = field(default_factory=set)
    rows: int = 0
    last_row: int = 0
    size: int = 0

    def has_room(self, item: Item | RowNote) -> bool:
        """Return whether the row fits into the batch. An empty batch has room for any row."""
        size = len(item.body) if isinstance(item, Item) else 0
        return not self.rows or (self.rows < MAX_ROWS and self.size + size <= MAX_BYTES)

    def add(self, row: Row, item: Item | RowNote) -> None:
        """Add a row, which is sent as an item or rejected with a note."""
        if isinstance(item, Item):
            self.items.append(item)
            self.notes += item.notes
            self.identity |= item.identity
            self.size += len(item.body)
        else:
            self.notes.append(item)
        self.rows += 1
        self.last_row = row.number


def batches(
    rows: Iterable[Row], make: Callable[[Row], Item | RowNote], *, first: int = 0, after_row: int = 0
) -> Iterator[Batch]:
    """Yield the batches from the number ``first`` on. That batch begins after the row ``after_row``.

    ``make`` returns the item of a row, or the note with which it is rejected.
    """
    batch = Batch(first)
    for row in rows:
        if row.number <= after_row:
            continue
        item = make(row)
        if not batch.has_room(item):
            yield batch
            batch = Batch(batch.number + 1)
        batch.add(row, item)
    if batch.rows:
        yield batch
