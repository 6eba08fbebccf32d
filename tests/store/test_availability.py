"""Whether MongoDB can be written to at all, as the driver's monitor sees it."""

from types import SimpleNamespace

import pytest

from service.errors import DatastoreUnavailable
from service.store.availability import PATIENCE_SECONDS, Availability


class _Clock:
    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def _seen(*, writable: bool) -> SimpleNamespace:
    return SimpleNamespace(new_description=SimpleNamespace(has_writable_server=lambda: writable))


def test_nothing_is_refused_before_anybody_was_asked() -> None:
    """The driver connects with the first request."""
    Availability().check()


def test_the_first_request_is_let_through_whenever_it_comes() -> None:
    """The driver connects with it: a worker that was idle since its start has not lost its primary."""
    clock = _Clock()
    availability = Availability(clock)
    availability.opened(None)
    availability.description_changed(_seen(writable=False))
    clock.seconds += 10 * PATIENCE_SECONDS
    availability.check()
    clock.seconds += PATIENCE_SECONDS + 0.1
    with pytest.raises(DatastoreUnavailable):
        availability.check()


def test_an_election_is_waited_for() -> None:
    """Without a primary for a moment, requests are let through to wait for the next one."""
    clock = _Clock()
    availability = Availability(clock)
    availability.description_changed(_seen(writable=True))
    availability.description_changed(_seen(writable=False))
    clock.seconds += PATIENCE_SECONDS
    availability.check()


def test_a_longer_absence_is_answered_at_once_and_passes_with_the_next_primary() -> None:
    """It counts from the loss, however often the driver looks again; afterwards all is as before."""
    clock = _Clock()
    availability = Availability(clock)
    availability.opened(None)
    availability.check()
    clock.seconds += PATIENCE_SECONDS
    availability.description_changed(_seen(writable=False))
    clock.seconds += 0.1
    with pytest.raises(DatastoreUnavailable):
        availability.check()
    availability.description_changed(_seen(writable=True))
    availability.check()
