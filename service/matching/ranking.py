"""Rank candidates and decide the outcome of a match.

There are no weights. Candidates are compared by the best reason, then by the best reason apart from criteria
that narrow down the match, then by the number of matching search keys, by the time of the last association,
by the time of the last change, and finally by ID, so that two candidates never have the same place. Reasons
are compared by tier. On the same tier, loose reasons come last: other words of the profile may contradict the
name.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service.matching.terms import QueryTerm, rank
from service.model.match import Outcome, Tier
from service.model.profile import Profile

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHARED_RANK = 1 + max(rank(tier, loose=True) for tier in Tier)

Place = tuple[int, int, int, int, int, str]
"""Sort key of a candidate, lowest first; two candidates never have the same place.

It has the ranks of the best reason and of the best reason in ``own``; negated, the number of search keys and
the times of the last association and of the last change; and the ID of the profile.
"""


@dataclass(frozen=True, slots=True)
class Reason:
    """A search key and value that match. ``shared`` is true if too many profiles have the value.

    For ``loose``, see ``QueryTerm``.
    """

    key: str
    value: str
    tier: Tier
    shared: bool = False
    loose: bool = False

    @property
    def rank(self) -> int:
        """Return the rank, 0 for the best: by tier, loose matches after others; shared values rank last."""
        return _SHARED_RANK if self.shared else rank(self.tier, loose=self.loose)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A profile and the reasons why it matches, at least one, best first.

    ``own`` are the reasons except those of the criteria that narrow down the match, because all candidates
    meet these criteria.
    """

    profile: Profile
    matched_on: Sequence[Reason]
    own: Sequence[Reason] = ()

    @property
    def rank(self) -> tuple[int, int]:
        """Return the ranks of the best reason, and of the best reason in ``own`` if there is one."""
        return self.matched_on[0].rank, (self.own or self.matched_on)[0].rank

    @property
    def keys(self) -> int:
        """Return the number of search keys that match by a value that is not shared."""
        return len({reason.key for reason in self.matched_on if not reason.shared})


def reasons(
    index_terms: Collection[str], terms: Iterable[QueryTerm], shared: Collection[str] = ()
) -> list[Reason]:
    """Return why a profile with these index terms matches the query terms, best first.

    There is one reason for each search key and matching value. ``shared`` are index terms that too many
    profiles have.
    """
    held = set(index_terms)
    best: dict[tuple[str, str], Reason] = {}
    for term in terms:
        if term.lookup in held:
            reason = Reason(term.key, term.value, term.tier, term.lookup in shared, term.loose)
            other = best.get((term.key, term.value))
            if other is None or reason.rank < other.rank:
                best[term.key, term.value] = reason
    return sorted(best.values(), key=lambda reason: reason.rank)


def standing(candidate: Candidate) -> tuple[int, int, int]:
    """Return the part of the place before the times. Candidates tie if this part is the same."""
    return *candidate.rank, -candidate.keys


def tied(candidates: Sequence[Candidate], last: Place | None = None) -> list[str]:
    """Return the IDs of the profiles that tie with another candidate.

    ``last`` is the last place of the previous page. That candidate counts too, so that all pages have the
    same order.
    """
    standings = {candidate.profile["profile_id"]: standing(candidate) for candidate in candidates}
    counts = Counter(standings.values())
    if last is not None and standings.get(last[-1]) != last[:3]:
        counts[last[:3]] += 1
    return [profile_id for profile_id, own in standings.items() if counts[own] > 1]


def place(candidate: Candidate, associated: Mapping[str, datetime]) -> Place:
    """Return the candidate's place. ``associated`` has the last association time by profile ID."""
    profile = candidate.profile
    times = associated.get(profile["profile_id"], _EPOCH), profile["updated_at"]
    last, updated = ((time - _EPOCH) // timedelta(milliseconds=1) for time in times)
    return *standing(candidate), -last, -updated, profile["profile_id"]


def ranked(candidates: Iterable[Candidate], associated: Mapping[str, datetime]) -> list[Candidate]:
    """Return the candidates in the order of their places."""
    return sorted(candidates, key=lambda candidate: place(candidate, associated))


def outcome(
    candidates: Sequence[Candidate], *, name_suffices: bool, narrowed: bool = False, truncated: bool = False
) -> Outcome:
    """Return the outcome of a match: ``unique`` if one candidate alone has the best rank, for good reasons.

    Names and shared values alone are not good reasons, unless ``name_suffices`` and a whole name matches. If
    the agent ``narrowed`` down the match by criteria, shared values are good reasons too; but if the
    candidates are ``truncated``, shared values alone are not, because similar candidates may be missing. If
    only a name makes the candidate better than others, it counts like a name alone.
    """
    if not candidates:
        return Outcome.NONE
    best = min(candidate.rank for candidate in candidates)
    first, *others = [candidate for candidate in candidates if candidate.rank == best]
    if others or (truncated and first.rank[-1] == _SHARED_RANK):
        return Outcome.AMBIGUOUS
    name_only = all(reason.key == "name" or (reason.shared and not narrowed) for reason in first.matched_on)
    # Other candidates may match equally well except for the name.
    as_good = [candidate for candidate in candidates if candidate.rank[0] == first.rank[0]]
    by_name = name_only or (len(as_good) > 1 and first.own[0].key == "name")
    own = first.own or first.matched_on
    whole_name = any(reason.key == "name" and reason.rank <= rank(Tier.FULL_NAME) for reason in own)
    doubtful = by_name and not (name_suffices and whole_name)
    return Outcome.AMBIGUOUS if doubtful else Outcome.UNIQUE
