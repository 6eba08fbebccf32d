"""In which order candidates are shown, and whether one of them is the caller.

Nothing is weighed by a number that nobody can explain: candidates are compared by what agrees, then by how
much agrees, then by time, and last by ID, which makes the order total.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from service.matching.tokens import Tier, Token

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHARED_RANK = len(Tier)


class Outcome(StrEnum):
    """What a match found out."""

    UNIQUE = "unique"
    AMBIGUOUS = "ambiguous"
    NONE = "none"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Reason:
    """One key that agreed; ``shared`` where so many profiles have the value that it says little."""

    key: str
    value: str
    tier: Tier
    shared: bool = False

    @property
    def rank(self) -> int:
        """Return its place, 0 for the best; a shared value comes after any other."""
        return _SHARED_RANK if self.shared else self.tier.rank


@dataclass(frozen=True, slots=True)
class Candidate:
    """A profile, and every reason for which it was found, best first; never none."""

    profile: Mapping[str, Any]
    matched_on: Sequence[Reason]

    @property
    def rank(self) -> int:
        """Return the place of its best reason."""
        return self.matched_on[0].rank

    @property
    def keys(self) -> int:
        """Return how many search keys agree, those aside that agree on a shared value only."""
        return len({reason.key for reason in self.matched_on if not reason.shared})


def reasons(entries: Collection[str], tokens: Iterable[Token], shared: Collection[str] = ()) -> list[Reason]:
    """Return why a profile with these lookup entries is found by the tokens: best first, a value once a key.

    ``shared`` are the entries that too many profiles have.
    """
    held = set(entries)
    best: dict[tuple[str, str], Reason] = {}
    for token in tokens:
        if token.lookup in held:
            reason = Reason(token.key, token.value, token.tier, token.lookup in shared)
            known = best.get((token.key, token.value))
            if known is None or reason.rank < known.rank:
                best[token.key, token.value] = reason
    return sorted(best.values(), key=lambda reason: reason.rank)


def standing(candidate: Candidate) -> tuple[int, int]:
    """Return what counts before time does; candidates with the same standing tie."""
    return candidate.rank, -candidate.keys


def tied(candidates: Sequence[Candidate]) -> list[str]:
    """Return the IDs of the profiles that share their standing with another candidate."""
    standings = [standing(candidate) for candidate in candidates]
    return [
        candidate.profile["profile_id"]
        for candidate, own in zip(candidates, standings, strict=True)
        if standings.count(own) > 1
    ]


Place = tuple[int, int, int, int, str]
"""Where a candidate stands among the others: the lower, the better; no two have the same."""


def place(candidate: Candidate, associated: Mapping[str, datetime]) -> Place:
    """Return the candidate's place.

    By the best tier that agrees, then by how many keys agree, then by the most recent association
    (``associated``, by profile ID), then by the last change, then by ID.
    """
    profile = candidate.profile
    last = associated.get(profile["profile_id"], _EPOCH)
    return *standing(candidate), -_ms(last), -_ms(profile["updated_at"]), profile["profile_id"]


def ranked(candidates: Iterable[Candidate], associated: Mapping[str, datetime]) -> list[Candidate]:
    """Return the candidates in the order of their places."""
    return sorted(candidates, key=lambda candidate: place(candidate, associated))


def _ms(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(milliseconds=1)


def outcome(candidates: Sequence[Candidate], *, name_suffices: bool) -> Outcome:
    """Return what is found out: ``unique`` where exactly one candidate stands on the best tier reached.

    A name alone is not enough for that unless ``name_suffices``: namesakes exist, and callers give the wrong
    name.
    """
    if not candidates:
        return Outcome.NONE
    best = min(candidate.rank for candidate in candidates)
    first, *others = [candidate for candidate in candidates if candidate.rank == best]
    if others or (_by_name_alone(first) and not name_suffices):
        return Outcome.AMBIGUOUS
    return Outcome.UNIQUE


def _by_name_alone(candidate: Candidate) -> bool:
    return all(reason.key == "name" or reason.shared for reason in candidate.matched_on)
