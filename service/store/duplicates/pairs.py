"""Pairs of profiles to compare, and those that are duplicates."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from service.store.duplicates.work_file import WorkFile


@dataclass(frozen=True, slots=True)
class Pair:
    """Two profiles to compare, by their numbers. ``number`` is that of the pair; the first one is 1."""

    number: int
    one: int
    other: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two profiles of the same person, by their numbers. ``tier`` is the rank of the tier; 0 is the best."""

    one: int
    other: int
    tier: int
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class DuplicateIds:
    """Two profiles of the same person, by their IDs; see ``Duplicate``."""

    one: str
    other: str
    tier: int
    reasons: Sequence[str]


def count_pairs(work: WorkFile) -> int:
    """Return the number of pairs to compare."""
    return int(work.rows("SELECT COALESCE(MAX(number), 0) FROM pairs").fetchone()[0])


def next_pairs(work: WorkFile, after: int, limit: int) -> list[Pair]:
    """Return the next pairs in their order."""
    query = "SELECT number, one, other FROM pairs WHERE number > ? ORDER BY number LIMIT ?"
    return [Pair(*row) for row in work.rows(query, after, limit)]


def ids_of(work: WorkFile, numbers: Collection[int]) -> dict[int, str]:
    """Return the IDs of profiles by their numbers."""
    query = "SELECT number, id FROM profiles WHERE number IN (SELECT value FROM json_each(?))"
    return {number: each.hex() for number, each in work.rows(query, json.dumps(sorted(numbers)))}


def add_duplicates(work: WorkFile, duplicates: Sequence[Duplicate]) -> None:
    """Add pairs in their order. Call this in a transaction."""
    rows = [(each.one, each.other, each.tier, " ".join(each.reasons)) for each in duplicates]
    work.add("INSERT INTO duplicates VALUES (?, ?, ?, ?)", rows)
