"""The checker detects each kind of error."""

import pytest

from tests.faults.checker import FAULTLESS, Ledger, Verdict, judge
from tests.faults.load import longest_pause


@pytest.fixture
def ledger() -> Ledger:
    """Return a ledger with an acknowledged write, one without a response, and a rejected one."""
    ledger = Ledger()
    for name in ("answered", "unanswered", "rejected"):
        ledger.begin(name)
    ledger.acknowledge("answered", "a")
    ledger.reject("rejected")
    return ledger


@pytest.mark.parametrize(
    "stored",
    [[("answered", "a")], [("answered", "a"), ("unanswered", "any effect")]],
    ids=["not stored", "stored"],
)
def test_a_write_without_a_response_may_be_stored_or_not(
    ledger: Ledger, stored: list[tuple[str, str]]
) -> None:
    """The client does not know whether the service stored the write."""
    assert judge(ledger, stored) == FAULTLESS


def test_an_acknowledged_write_that_is_not_stored_is_lost(ledger: Ledger) -> None:
    """The checker reports the write and its effect."""
    assert judge(ledger, []) == Verdict(lost=[("answered", "a")], repeated=[], unexplained=[])


@pytest.mark.parametrize("name", ["answered", "unanswered"])
def test_a_write_that_is_stored_twice_is_repeated(ledger: Ledger, name: str) -> None:
    """The write may have a response or not."""
    verdict = judge(ledger, [("answered", "a"), ("unanswered", "a"), (name, "a")])
    assert verdict == Verdict(lost=[], repeated=[name], unexplained=[])


def test_a_second_write_with_another_effect_is_repeated_and_unexplained(ledger: Ledger) -> None:
    """For example, a retry created a second profile."""
    verdict = judge(ledger, [("answered", "a"), ("answered", "b")])
    assert verdict == Verdict(lost=[], repeated=["answered"], unexplained=[("answered", "b")])


def test_an_effect_that_differs_from_the_response_is_lost_and_unexplained(ledger: Ledger) -> None:
    """The acknowledged effect is missing, and the stored one was not acknowledged."""
    verdict = judge(ledger, [("answered", "b")])
    assert verdict == Verdict(lost=[("answered", "a")], repeated=[], unexplained=[("answered", "b")])


@pytest.mark.parametrize("name", ["rejected", "unknown"])
def test_data_without_a_write_is_unexplained(ledger: Ledger, name: str) -> None:
    """A rejected write must not be stored."""
    verdict = judge(ledger, [("answered", "a"), (name, "a")])
    assert verdict == Verdict(lost=[], repeated=[], unexplained=[(name, "a")])


def test_an_outage_is_the_longest_time_without_a_response() -> None:
    """The outage starts with the last response before the event."""
    assert longest_pause([0.0, 9.0, 10.0, 12.5, 13.0], since=11.0) == 2.5
