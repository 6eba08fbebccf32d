"""In which order candidates are shown, and whether one of them is the caller.

Nothing is weighed by a number that nobody can explain: candidates are compared by what agrees, then by how
much agrees, then by time, and last by ID, which makes the order total.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from service.matching.terms import QueryTerm
from service.model.match import Outcome, Tier

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHARED_RANK = len(Tier)


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
    """A profile, and every reason for which it was found, best first; never none.

    ``own`` are the reasons without those that narrowed down: all candidates have the latter, so how good
    they are must not hide how well the candidate agrees otherwise. Empty where nothing narrowed.
    """

    profile: Mapping[str, Any]
    matched_on: Sequence[Reason]
    own: Sequence[Reason] = ()

    @property
    def rank(self) -> tuple[int, int]:
        """Return the place of its best reason, and that of the best of its own."""
        return self.matched_on[0].rank, (self.own or self.matched_on)[0].rank

    @property
    def keys(self) -> int:
        """Return how many search keys agree, those aside that agree on a shared value only."""
        return len({reason.key for reason in self.matched_on if not reason.shared})


def reasons(
    entries: Collection[str], tokens: Iterable[QueryTerm], shared: Collection[str] = ()
) -> list[Reason]:
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


def standing(candidate: Candidate) -> tuple[int, int, int]:
    """Return what counts before time does; candidates with the same standing tie."""
    return *candidate.rank, -candidate.keys


Place = tuple[int, int, int, int, int, str]
"""Where a candidate stands among the others: the lower, the better; no two have the same."""


def tied(candidates: Sequence[Candidate], last: Place | None = None) -> list[str]:
    """Return the IDs of the profiles that share their standing with another candidate.

    Or with the one that stood at ``last``, where a page ended: it may be gone by now, and those shown before
    it must keep their places.
    """
    standings = {candidate.profile["profile_id"]: standing(candidate) for candidate in candidates}
    counted = Counter(standings.values())
    if last is not None and standings.get(last[-1]) != last[:3]:
        counted[last[:3]] += 1
    return [profile_id for profile_id, own in standings.items() if counted[own] > 1]


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


def outcome(
    candidates: Sequence[Candidate], *, name_suffices: bool, narrowed: bool = False, truncated: bool = False
) -> Outcome:
    """Return what is found out: ``unique`` where exactly one candidate stands on the best tier reached.

    A name alone is not enough for that unless ``name_suffices`` and it is a whole one: namesakes exist, and
    callers give the wrong name. Neither is a shared value beside it, unless the agent ``narrowed`` down to
    the one who has both. Of those who have shared values alone, others may be left out where the candidates
    are ``truncated``.
    """
    if not candidates:
        return Outcome.NONE
    best = min(candidate.rank for candidate in candidates)
    first, *others = [candidate for candidate in candidates if candidate.rank == best]
    if others or (truncated and first.rank[-1] == _SHARED_RANK):
        return Outcome.AMBIGUOUS
    by_name = _by_name_alone(first, narrowed=narrowed) or _apart_by_name(first, candidates)
    doubtful = by_name and not (name_suffices and _by_whole_name(first))
    return Outcome.AMBIGUOUS if doubtful else Outcome.UNIQUE


def _by_whole_name(candidate: Candidate) -> bool:
    reasons_of_its_own = candidate.own or candidate.matched_on
    return any(reason.key == "name" and reason.rank <= Tier.FULL_NAME.rank for reason in reasons_of_its_own)


def _by_name_alone(candidate: Candidate, *, narrowed: bool) -> bool:
    return all(reason.key == "name" or (reason.shared and not narrowed) for reason in candidate.matched_on)


def _apart_by_name(first: Candidate, candidates: Sequence[Candidate]) -> bool:
    """Return whether others agree as well but for the name."""
    as_good = [candidate for candidate in candidates if candidate.rank[0] == first.rank[0]]
    return len(as_good) > 1 and first.own[0].key == "name"
