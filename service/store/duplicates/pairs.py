"""Pairs of profiles: those to compare, and those that are duplicates."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from service.store.duplicates.work_file import WorkFile


@dataclass(frozen=True, slots=True)
class Pair:
    """The numbers of two profiles to compare. ``number`` is that of the pair itself; the first one is 1."""

    number: int
    one: int
    other: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The numbers of two profiles of the same person. ``tier`` is the rank of the tier; 0 is the best.

    ``reasons`` are names without spaces.
    """

    one: int
    other: int
    tier: int
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class DuplicateIds:
    """The IDs of two profiles of the same person. For the other fields, see ``Duplicate``."""

    one: str
    other: str
    tier: int
    reasons: Sequence[str]


def count_pairs(work: WorkFile) -> int:
    """Return the number of pairs to compare."""
    return int(work.rows("SELECT COALESCE(MAX(number), 0) FROM pairs").fetchone()[0])


def next_pairs(work: WorkFile, after: int, limit: int) -> list[Pair]:
    """Return up to ``limit`` pairs with numbers above ``after``, sorted by number."""
    query = "SELECT number, one, other FROM pairs WHERE number > ? ORDER BY number LIMIT ?"
    return [Pair(*row) for row in work.rows(query, after, limit)]


def ids_of(work: WorkFile, numbers: Collection[int]) -> dict[int, str]:
    """Return the IDs of profiles by their numbers."""
    query = "SELECT number, id FROM profiles WHERE number IN (SELECT value FROM json_each(?))"
    return {number: each.hex() for number, each in work.rows(query, json.dumps(sorted(numbers)))}


def add_duplicates(work: WorkFile, duplicates: Sequence[Duplicate]) -> None:
    """Add duplicates, each pair of profiles only once. Call this in a transaction."""
    rows = [(each.one, each.other, each.tier, " ".join(each.reasons)) for each in duplicates]
    work.add("INSERT INTO duplicates VALUES (?, ?, ?, ?)", rows)
