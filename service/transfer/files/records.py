"""Records: the rows of a file before they are mapped to fields."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

MAX_COLUMNS = 16384
"""Of a table, as in Excel. Also the maximum number of values of a JSON object."""


class Cell(NamedTuple):
    """A value of a record.

    ``column`` is the name of its column in the file. ``path`` is the name that identifies its field.
    They differ only in vCards: ``TEL`` has the path ``phone_numbers.1.value``, as in our own exports.
    """

    column: str
    path: str
    text: str


class UnreadableCell(NamedTuple):
    """A cell that is not empty, but has no value that can be read, such as the result of a formula.

    ``reason`` is a sentence without personal values.
    """

    column: str
    reason: str


class Record(NamedTuple):
    """A row of a table, a line of NDJSON, or a vCard.

    ``number`` is as in ``RowNote``. ``problem`` says why the record cannot be read; None if it can.
    """

    number: int
    cells: Sequence[Cell] = ()
    unreadable: Sequence[UnreadableCell] = ()
    problem: str | None = None


class Records(Protocol):
    """An open file. It can be iterated over once."""

    @property
    def complete(self) -> bool:
        """Whether ``columns`` are all columns: no record can have others."""

    @property
    def unit(self) -> str:
        """What its records are called: "rows" or "cards"."""

    @property
    def in_lines(self) -> bool:
        """Whether most records are one line each, so that the number of lines estimates that of records."""

    @property
    def description(self) -> str:
        """The format and the encoding."""

    @property
    def columns(self) -> Sequence[tuple[str, str]]:
        """The columns, each with its path. Those of NDJSON and vCard are from the first 1,000 records."""

    def __iter__(self) -> Iterator[Record]: ...
