"""The checker detects each kind of error."""

import pytest

from tests.faults.checker import FAULTLESS, Ledger, Verdict, judge
from tests.faults.load import longest_pause


@pytest.fixture
def ledger() -> Ledger:
    """Return a ledger with an acknowledged write, one without a response, and a rejected one."""
    ledger = Ledger()
    for name in ("acknowledged", "no response", "rejected"):
        ledger.begin(name)
    ledger.acknowledge("acknowledged", "a")
    ledger.reject("rejected")
    return ledger


@pytest.mark.parametrize(
    "stored",
    [[("acknowledged", "a")], [("acknowledged", "a"), ("no response", "any effect")]],
    ids=["not stored", "stored"],
)
def test_a_write_without_a_response_may_be_stored_or_not(
    ledger: Ledger, stored: list[tuple[str, str]]
) -> None:
    """The client does not know whether the service stored the write."""
    assert judge(ledger, stored) == FAULTLESS


def test_an_acknowledged_write_that_is_not_stored_is_lost(ledger: Ledger) -> None:
    """The checker reports the write and its effect."""
    assert judge(ledger, []) == Verdict(lost=[("acknowledged", "a")], repeated=[], unexplained=[])


@pytest.mark.parametrize("name", ["acknowledged", "no response"])
def test_a_write_that_is_stored_twice_is_repeated(ledger: Ledger, name: str) -> None:
    """The write may have a response or not."""
    verdict = judge(ledger, [("acknowledged", "a"), ("no response", "a"), (name, "a")])
    assert verdict == Verdict(lost=[], repeated=[name], unexplained=[])


def test_a_write_stored_again_with_another_effect_is_repeated_and_unexplained(ledger: Ledger) -> None:
    """For example, a retry created a second profile."""
    verdict = judge(ledger, [("acknowledged", "a"), ("acknowledged", "b")])
    assert verdict == Verdict(lost=[], repeated=["acknowledged"], unexplained=[("acknowledged", "b")])


def test_an_effect_that_differs_from_the_response_is_lost_and_unexplained(ledger: Ledger) -> None:
    """The acknowledged effect is missing, and the stored one was not acknowledged."""
    verdict = judge(ledger, [("acknowledged", "b")])
    assert verdict == Verdict(lost=[("acknowledged", "a")], repeated=[], unexplained=[("acknowledged", "b")])


@pytest.mark.parametrize("name", ["rejected", "unknown"])
def test_stored_data_of_an_unknown_or_rejected_write_is_unexplained(ledger: Ledger, name: str) -> None:
    """Only writes that a client sent and that were not rejected may be stored."""
    verdict = judge(ledger, [("acknowledged", "a"), (name, "a")])
    assert verdict == Verdict(lost=[], repeated=[], unexplained=[(name, "a")])


def test_an_outage_is_the_longest_time_without_a_response() -> None:
    """The outage starts with the last response before the failure (`since`)."""
    assert longest_pause([0.0, 9.0, 10.0, 12.5, 13.0], since=11.0) == 2.5
