"""The order of candidates and the outcome of a match."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.ranking import Candidate, Reason, outcome, ranked, reasons, tied
from service.matching.terms import QueryTerm
from service.model.match import Outcome, Tier
from tests.matching.partial_profiles import profile_with

_DAY = datetime(2026, 3, 1, tzinfo=UTC)


def _candidate(profile_id: str, *matched_on: Reason, updated_at: datetime = _DAY) -> Candidate:
    return Candidate(profile_with(profile_id=profile_id, updated_at=updated_at), matched_on)


_PHONE = Reason("phone", "+1", Tier.EXACT)
_EMAIL = Reason("email", "a@b", Tier.EXACT)
_NAME = Reason("name", "doe", Tier.FULL_NAME)
_PART = Reason("name", "doe", Tier.PARTIAL_NAME)
_SHARED = Reason("phone", "+2", Tier.EXACT, shared=True)


def test_the_best_tier_comes_first() -> None:
    """Tiers decide first, in the order in which ``Tier`` declares them. Shared values come last."""
    by_tier = [_candidate(str(tier), Reason("key", "value", tier)) for tier in Tier]
    best_first = [*by_tier, _candidate("shared", _SHARED)]
    assert ranked(reversed(best_first), {}) == best_first


def test_a_loose_reason_comes_last_on_its_tier() -> None:
    """It comes before the next tier and before shared values."""
    loose = Reason("name", "doe", Tier.PARTIAL_NAME, loose=True)
    best_first = [
        _candidate(str(place), reason)
        for place, reason in enumerate((_NAME, _PART, loose, Reason("key", "value", Tier.PREFIX), _SHARED))
    ]
    assert ranked(reversed(best_first), {}) == best_first


def test_the_strict_reason_of_a_value_is_shown() -> None:
    """The profile has the index terms of a loose and of a strict reason for the same value."""
    terms = [
        QueryTerm("name", "john q doe", Tier.PARTIAL_NAME, "name:johndoe", loose=True),
        QueryTerm("name", "john q doe", Tier.PARTIAL_NAME, "name.like:doe john q"),
    ]
    assert [reason.loose for reason in reasons([term.lookup for term in terms], terms)] == [False]
    assert [reason.loose for reason in reasons([terms[0].lookup], terms)] == [True]


def test_more_keys_come_before_fewer() -> None:
    """On the same tier, the candidate on which more keys agree is first."""
    two = _candidate("b", _PHONE, _EMAIL)
    one = _candidate("a", _PHONE)
    assert ranked([one, two], {}) == [two, one]


def test_a_shared_value_does_not_count_as_a_key() -> None:
    """An example is the number of a switchboard."""
    assert _candidate("a", _EMAIL, _SHARED).keys == _candidate("b", _EMAIL).keys


def test_ties_are_broken_by_association_then_change_then_id() -> None:
    """The most recent association comes first, then the last change, then the lowest ID."""
    talked_to = _candidate("d", _PHONE)
    changed = _candidate("c", _PHONE, updated_at=_DAY + timedelta(days=1))
    first, second = _candidate("a", _PHONE), _candidate("b", _PHONE)
    expected = [talked_to, changed, first, second]
    for order in permutations(expected):
        assert ranked(order, {"d": _DAY}) == expected


def test_only_candidates_of_the_same_standing_tie() -> None:
    """The times of associations are read only for candidates that tie."""
    found = [_candidate("a", _PHONE), _candidate("b", _PHONE), _candidate("c", _PHONE, _EMAIL)]
    assert tied(found) == ["a", "b"]


@pytest.mark.parametrize(
    ("candidates", "name_suffices", "expected"),
    [
        ([], False, Outcome.NONE),
        ([_candidate("a", _PHONE)], False, Outcome.UNIQUE),
        ([_candidate("a", _PHONE), _candidate("b", _PHONE)], False, Outcome.AMBIGUOUS),
        ([_candidate("a", _PHONE, _EMAIL), _candidate("b", _PHONE)], False, Outcome.AMBIGUOUS),
        ([_candidate("a", _PHONE), _candidate("b", _NAME)], False, Outcome.UNIQUE),
        ([_candidate("a", _NAME)], False, Outcome.AMBIGUOUS),
        ([_candidate("a", _NAME)], True, Outcome.UNIQUE),
        ([_candidate("a", _PART)], True, Outcome.AMBIGUOUS),
        ([_candidate("a", _PART, _SHARED)], True, Outcome.AMBIGUOUS),
        ([_candidate("a", _NAME), _candidate("b", _PART)], True, Outcome.UNIQUE),
        ([_candidate("a", _PHONE, _PART)], False, Outcome.UNIQUE),
        ([_candidate("a", _PHONE, _PART)], True, Outcome.UNIQUE),
        ([_candidate("a", _SHARED)], True, Outcome.AMBIGUOUS),
        ([_candidate("a", _NAME, _SHARED)], False, Outcome.AMBIGUOUS),
        ([_candidate("a", _SHARED)], False, Outcome.AMBIGUOUS),
    ],
)
def test_the_outcome_is_unique_for_one_candidate_on_the_best_tier(
    candidates: list[Candidate], *, name_suffices: bool, expected: Outcome
) -> None:
    """Lower tiers do not make it ambiguous. A name or a shared value alone is not enough.

    Where a name suffices, it must be a whole name.
    """
    assert outcome(candidates, name_suffices=name_suffices) == expected


def test_a_value_is_one_reason_with_its_best_tier() -> None:
    """Several query terms of one value give one reason."""
    tokens = [
        QueryTerm("name", "doe", Tier.PARTIAL_NAME, "name.part:doe"),
        QueryTerm("name", "doe", Tier.FULL_NAME, "name:doe"),
        QueryTerm("phone", "+1", Tier.EXACT, "phone:+1"),
        QueryTerm("phone", "+9", Tier.EXACT, "phone:+9"),
    ]
    found = reasons(["name:doe", "name.part:doe", "phone:+1"], tokens, shared={"phone:+1"})
    assert found == [Reason("name", "doe", Tier.FULL_NAME), Reason("phone", "+1", Tier.EXACT, shared=True)]


_REASONS = st.builds(
    Reason, st.sampled_from(["phone", "email", "name"]), st.just("v"), st.sampled_from(Tier), st.booleans()
)


@st.composite
def _candidates(draw: st.DrawFn) -> list[Candidate]:
    ids = draw(st.lists(st.text("0123456789abcdef", min_size=1, max_size=2), unique=True, max_size=6))
    found = []
    for profile_id in ids:
        matched_on = sorted(draw(st.lists(_REASONS, min_size=1, max_size=3)), key=lambda reason: reason.rank)
        updated_at = _DAY + timedelta(days=draw(st.integers(0, 1)))
        found.append(_candidate(profile_id, *matched_on, updated_at=updated_at))
    return found


@settings(derandomize=True)
@given(_candidates(), st.randoms(use_true_random=False))
def test_the_order_is_total(candidates: list[Candidate], random: Random) -> None:
    """The input order does not matter."""
    shuffled = list(candidates)
    random.shuffle(shuffled)
    assert ranked(shuffled, {}) == ranked(candidates, {})
