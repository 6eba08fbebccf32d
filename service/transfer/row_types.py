"""Rows of a file, read and mapped to profiles."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from service.transfer.json_types import JsonObject


class Kind(StrEnum):
    """What happened to a row or a value."""

    REJECTED = "rejected"
    """The whole row is left out."""
    LEFT_OUT = "left_out"
    """One value of the row is left out."""
    REPAIRED = "repaired"
    """The value is imported, without the damage that a spreadsheet did."""
    NO_E164 = "no_e164"
    """The value is imported as a phone number as it was typed. It has no E.164 form."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a row, or a value of it, was not taken as it is.

    ``row`` is the number of the row as a spreadsheet shows it: the header has number 1. It is the line in
    NDJSON, and the number of the card in vCard. ``reason`` is a sentence without personal values.
    """

    row: int
    column: str | None
    reason: str
    kind: Kind = Kind.REJECTED


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a profile.

    ``ref`` is the row's own ID: the value of the search key that rows are matched on. ``profile`` is a body
    of ``POST /v1/profiles``, without fields that the row does not have. ``notes`` are about values that were
    repaired or left out, or that have no E.164 form; the row is imported. If ``rejected`` is set, it is not.
    """

    number: int
    ref: str | None
    profile: JsonObject
    profile_id: str | None = None
    notes: tuple[Rejection, ...] = ()
    rejected: Rejection | None = None


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
        """Whether most rows are a line each, so that the lines of the file are an estimate of them."""

    @property
    def understood(self) -> Mapping[str, str]:
        """The columns that are imported, with their fields."""

    @property
    def unknown(self) -> Sequence[str]:
        """The columns that were not understood. Columns that ``--map`` ignores are not among them."""

    def __iter__(self) -> Iterator[Row]: ...
