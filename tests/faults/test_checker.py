"""The judge itself: each thing that can be wrong is seen, and named."""

import pytest

from tests.faults.checker import FAULTLESS, Ledger, Verdict, judge
from tests.faults.load import longest_pause


@pytest.fixture
def ledger() -> Ledger:
    """Return a ledger with a write that was answered, one that was not, and one that was refused."""
    kept = Ledger()
    for name in ("answered", "unanswered", "refused"):
        kept.begin(name)
    kept.acknowledge("answered", "a")
    kept.refuse("refused")
    return kept


@pytest.mark.parametrize(
    "stored",
    [[("answered", "a")], [("answered", "a"), ("unanswered", "whatever it does")]],
    ids=["not stored", "stored"],
)
def test_a_write_without_an_answer_may_be_stored_or_not(
    ledger: Ledger, stored: list[tuple[str, str]]
) -> None:
    """Nobody was told anything of it."""
    assert judge(ledger, stored) == FAULTLESS


def test_a_write_that_was_answered_and_is_gone_is_lost(ledger: Ledger) -> None:
    """It is what must never happen."""
    assert judge(ledger, []) == Verdict(lost=[("answered", "a")], repeated=[], unexplained=[])


@pytest.mark.parametrize("name", ["answered", "unanswered"])
def test_a_write_that_is_there_twice_is_repeated(ledger: Ledger, name: str) -> None:
    """Whether it was answered or not, once is all there may be."""
    verdict = judge(ledger, [("answered", "a"), ("unanswered", "a"), (name, "a")])
    assert verdict == Verdict(lost=[], repeated=[name], unexplained=[])


def test_a_second_write_with_another_effect_is_repeated_and_unexplained(ledger: Ledger) -> None:
    """As when a retry made another profile: the caller knows of one."""
    verdict = judge(ledger, [("answered", "a"), ("answered", "b")])
    assert verdict == Verdict(lost=[], repeated=["answered"], unexplained=[("answered", "b")])


def test_another_effect_than_was_answered_is_lost_and_unexplained(ledger: Ledger) -> None:
    """What was promised is not there, and what is there was not promised."""
    verdict = judge(ledger, [("answered", "b")])
    assert verdict == Verdict(lost=[("answered", "a")], repeated=[], unexplained=[("answered", "b")])


@pytest.mark.parametrize("name", ["refused", "never heard of"])
def test_what_nobody_wrote_is_unexplained(ledger: Ledger, name: str) -> None:
    """A write that was refused must leave nothing behind, and nothing comes from nowhere."""
    verdict = judge(ledger, [("answered", "a"), (name, "a")])
    assert verdict == Verdict(lost=[], repeated=[], unexplained=[(name, "a")])


def test_an_outage_is_the_longest_time_without_an_answer() -> None:
    """It begins with the last answer before the event, and what was before that does not count."""
    assert longest_pause([0.0, 9.0, 10.0, 12.5, 13.0], since=11.0) == 2.5
