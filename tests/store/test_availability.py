"""Whether MongoDB can be written to at all, as the driver's monitor sees it."""

from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.monitoring import TopologyListener

from service.config import Settings
from service.errors.datastore import DatastoreUnavailable
from service.store.client.connection import connect
from service.store.health.availability import ELECTION_TIMEOUT, Availability
from service.store.stores import Stores


class _Clock:
    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class _Told(TopologyListener):
    def __init__(self) -> None:
        self.of_itself = Event()

    def opened(self, event: Any) -> None:
        del event
        self.of_itself.set()

    def description_changed(self, event: Any) -> None:
        pass

    def closed(self, event: Any) -> None:
        pass


def _seen(*, writable: bool) -> Any:
    return SimpleNamespace(new_description=SimpleNamespace(has_writable_server=lambda: writable))


def test_nothing_is_refused_before_anybody_was_asked() -> None:
    """The driver connects with the first request."""
    Availability().check()


def test_an_election_is_waited_for() -> None:
    """Without a primary for a moment, requests are let through to wait for the next one."""
    clock = _Clock()
    availability = Availability(clock)
    availability.description_changed(_seen(writable=True))
    availability.description_changed(_seen(writable=False))
    clock.seconds += ELECTION_TIMEOUT
    availability.check()


def test_a_longer_absence_is_answered_at_once_and_passes_with_the_next_primary() -> None:
    """It counts from the loss, however often the driver looks again; afterwards all is as before."""
    clock = _Clock()
    availability = Availability(clock)
    availability.description_changed(_seen(writable=True))
    availability.description_changed(_seen(writable=False))
    clock.seconds += ELECTION_TIMEOUT
    availability.description_changed(_seen(writable=False))
    clock.seconds += 0.1
    with pytest.raises(DatastoreUnavailable):
        availability.check()
    availability.description_changed(_seen(writable=True))
    availability.check()


def test_before_the_first_request_no_time_passes() -> None:
    """A process may be idle for long, and its driver looks for nobody meanwhile."""
    clock = _Clock()
    availability = Availability(clock)
    availability.opened(_seen(writable=False))
    availability.description_changed(_seen(writable=False))
    clock.seconds += 3600
    availability.check()
    clock.seconds += ELECTION_TIMEOUT
    availability.check()
    clock.seconds += 0.1
    with pytest.raises(DatastoreUnavailable):
        availability.check()


def test_a_process_that_was_idle_at_first_serves(mongodb_uri: str, database_name: str) -> None:
    """Its first request connects, however long after the start it comes."""
    clock = _Clock()
    availability = Availability(clock)
    told = _Told()
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name)
    database = connect(settings, listeners=[availability, told])
    stores = Stores.over(database, settings, availability)
    try:
        # The driver has told of itself by then, if it does so before it is asked something.
        told.of_itself.wait(2)
        clock.seconds += 3600
        stores.make_ready()
    finally:
        database.client.close()
