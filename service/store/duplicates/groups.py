"""Groups of duplicates: the connected components of the pairs."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from service.store.duplicates.pairs import DuplicateIds
from service.store.duplicates.work_file import WorkFile

_PAIRS_OF_GROUP = """
SELECT a.id, b.id, duplicates.tier, duplicates.reasons
FROM members
JOIN duplicates ON duplicates.one = members.profile
JOIN profiles AS a ON a.number = duplicates.one
JOIN profiles AS b ON b.number = duplicates.other
WHERE members.first = ?
ORDER BY duplicates.one, duplicates.other
"""

_NO_TIER = 127


@dataclass(frozen=True, slots=True)
class Group:
    """Profiles that pairs connect.

    ``number`` is the position of the group, from 1. ``first`` is the number of its oldest profile.
    ``strongest`` is the rank of the best tier of its pairs; 0 is the best rank. ``weakest`` is the rank of
    the tier without which the group falls apart: without the pairs of this tier and of worse ones, its
    profiles would be in several groups.
    """

    number: int
    first: int
    size: int
    strongest: int
    weakest: int


class _Forest:
    """Disjoint sets of profiles. Needs 6 bytes of memory for each profile of the domain."""

    def __init__(self, profiles: int) -> None:
        self._parents = array("I", range(profiles))
        self._strongest = array("b", [_NO_TIER]) * profiles
        self._weakest = array("b", [_NO_TIER]) * profiles

    def root(self, profile: int) -> int:
        """Return the oldest profile of the set that the profile is in."""
        parents = self._parents
        while parents[profile] != profile:
            parents[profile] = profile = parents[parents[profile]]
        return profile

    def unite(self, one: int, other: int, tier: int) -> None:
        """Unite the sets of two profiles that are a pair of this tier. Call this for the best tiers first."""
        older, newer = sorted((self.root(one), self.root(other)))
        if older != newer:
            self._parents[newer] = older
            self._strongest[older] = min(self._strongest[older], self._strongest[newer], tier)
            self._weakest[older] = tier

    def tiers(self, root: int) -> tuple[int, int]:
        """Return the strongest and the weakest tier of the set."""
        return self._strongest[root], self._weakest[root]


def add_groups(work: WorkFile) -> None:
    """Store the groups of all duplicates. Call this in a transaction."""
    (profiles,) = work.rows("SELECT COALESCE(MAX(number), -1) + 1 FROM profiles").fetchone()
    forest = _Forest(profiles)
    for one, other, tier in work.rows("SELECT one, other, tier FROM duplicates ORDER BY tier, one, other"):
        forest.unite(one, other, tier)
    grouped = work.rows("SELECT one FROM duplicates UNION SELECT other FROM duplicates")
    work.add("INSERT INTO members VALUES (?, ?)", ((forest.root(each), each) for (each,) in grouped))
    sizes = work.rows("SELECT first, COUNT(*) FROM members GROUP BY first")
    rows = ((first, size, *forest.tiers(first)) for first, size in sizes)
    work.add("INSERT INTO groups VALUES (?, ?, ?, ?)", rows)


def count_groups(work: WorkFile) -> tuple[int, int]:
    """Return the number of groups, and of the profiles in them."""
    groups, profiles = work.rows("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM groups").fetchone()
    return groups, profiles


def all_groups(work: WorkFile) -> Iterator[Group]:
    """Yield the groups, sorted by ``weakest``, then by ``strongest``, then by ``first``."""
    rows = work.rows("SELECT first, size, strongest, weakest FROM groups ORDER BY weakest, strongest, first")
    for number, row in enumerate(rows, 1):
        yield Group(number, *row)


def members_of(work: WorkFile, group: Group) -> Iterator[str]:
    """Yield the IDs of the profiles of a group, beginning with the oldest."""
    query = "SELECT id FROM members JOIN profiles ON number = profile WHERE first = ? ORDER BY profile"
    return (each.hex() for (each,) in work.rows(query, group.first))


def pairs_of(work: WorkFile, group: Group) -> Iterator[DuplicateIds]:
    """Yield the pairs of a group, those of the oldest profiles first."""
    rows = work.rows(_PAIRS_OF_GROUP, group.first)
    return (
        DuplicateIds(one.hex(), other.hex(), tier, reasons.split(" ")) for one, other, tier, reasons in rows
    )
