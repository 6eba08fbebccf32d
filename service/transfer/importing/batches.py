"""Divide rows into batches. The same rows always give the same batches."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from service.transfer.importing.items import Item
from service.transfer.rows import Rejection, Row

MAX_ROWS = 250
"""Rows of a batch. Larger batches are hardly faster, and agents would wait for them longer."""
MAX_BYTES = 4 << 20
"""Bytes of the items of a batch. The service accepts 8 MiB."""


@dataclass(slots=True)
class Batch:
    """Rows to send in one request, and why rows and values among them are left out.

    ``identity`` has what identifies the profiles of the rows. ``last_row`` is the number of the last row.
    """

    number: int
    items: list[Item] = field(default_factory=list)
    notes: list[Rejection] = field(default_factory=list)
    identity: set[str] = field(default_factory=set)
    rows: int = 0
    last_row: int = 0
    size: int = 0

    def has_room(self, item: Item | Rejection) -> bool:
        """Return whether the batch can take one more row."""
        size = len(item.body) if isinstance(item, Item) else 0
        return not self.rows or (self.rows < MAX_ROWS and self.size + size <= MAX_BYTES)

    def add(self, row: Row, item: Item | Rejection) -> None:
        """Add a row."""
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
    rows: Iterable[Row], make: Callable[[Row], Item | Rejection], *, first: int = 0, after_row: int = 0
) -> Iterator[Batch]:
    """Yield the batches from the number ``first`` on, which begins after the row ``after_row``."""
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
