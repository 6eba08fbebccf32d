"""Rows of a file, read and mapped to profiles."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from service.transfer.json_types import JsonObject


class Kind(StrEnum):
    """Kind of a note about a row or a value."""

    REJECTED = "rejected"
    """The whole row is left out."""
    LEFT_OUT = "left_out"
    """One value of the row is left out."""
    REPAIRED = "repaired"
    """The value is imported in another form: a spreadsheet had changed it, or it was several values."""
    NO_E164 = "no_e164"
    """The value is imported as a phone number, but has no E.164 form."""


@dataclass(frozen=True, slots=True)
class RowNote:
    """A note that a row was rejected, or that a value of it was left out, repaired or has no E.164 form.

    ``row`` is the number of the row as a spreadsheet shows it: a header in the first line has number 1. It is
    the number of the line in NDJSON, and that of the card in vCard. ``column`` is None if the note is about
    the whole row. ``reason`` is a sentence without personal values.
    """

    row: int
    column: str | None
    reason: str
    kind: Kind = Kind.REJECTED


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a profile.

    ``ref`` is the value that rows are matched on: that of the search key, or the profile ID; None if the row
    has none. ``profile`` is a body of ``POST /v1/profiles``, without fields that the row does not have.
    ``profile_id`` is the row's value of the column with this name. ``notes`` are about values. The row is not
    imported if ``rejected``, a note about the row, is set.
    """

    number: int
    ref: str | None
    profile: JsonObject
    profile_id: str | None = None
    notes: tuple[RowNote, ...] = ()
    rejected: RowNote | None = None


class RowSource(Protocol):
    """The rows of a file. They can be iterated over once, and memory does not grow with their number.

    Iterating raises ``UnreadableFile`` if the file turns out to be damaged.
    """

    @property
    def description(self) -> str:
        """The format and the encoding, for example "CSV in Shift_JIS (CP932), separated by commas"."""

    @property
    def unit(self) -> str:
        """What the rows are called in this format: "rows" or "cards"."""

    @property
    def in_lines(self) -> bool:
        """Whether most rows are one line each, so that the number of lines estimates that of rows."""

    @property
    def understood(self) -> Mapping[str, str]:
        """The columns that are imported, with their fields."""

    @property
    def unknown(self) -> Sequence[str]:
        """The columns that were not understood. Columns that ``--map`` ignores are not among them."""

    def __iter__(self) -> Iterator[Row]: ...
