"""Records: the rows of a file before they are mapped to fields."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

MAX_COLUMNS = 16384
"""For the columns of a table, as in Excel, and for the values of a JSON object."""


class Cell(NamedTuple):
    """A value of a record.

    ``column`` is its name in the file. ``path`` is the name by which its field is recognised. They differ in
    vCards, whose properties are read as columns of our own export.
    """

    column: str
    path: str
    text: str


class Damage(NamedTuple):
    """A cell that is not empty and has no value. ``reason`` is a sentence without personal values."""

    column: str
    reason: str


class Record(NamedTuple):
    """A row of a table, a line of NDJSON, or a vCard. ``problem`` says why it cannot be read."""

    number: int
    cells: Sequence[Cell] = ()
    damages: Sequence[Damage] = ()
    problem: str | None = None


class Records(Protocol):
    """An open file. It can be iterated over once."""

    @property
    def complete(self) -> bool:
        """Whether no row can have other columns than ``columns``."""

    @property
    def unit(self) -> str:
        """What its records are called: "rows" or "cards"."""

    @property
    def in_lines(self) -> bool:
        """Whether most records are a line each, so that the lines of the file are an estimate of them."""

    @property
    def description(self) -> str:
        """The format and the encoding."""

    @property
    def columns(self) -> Sequence[tuple[str, str]]:
        """The columns that the file has, each with its path. NDJSON and vCard can have more of them later."""

    def __iter__(self) -> Iterator[Record]: ...
