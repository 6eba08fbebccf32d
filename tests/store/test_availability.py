"""Whether MongoDB has a primary, as the driver's monitor sees it."""

from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.monitoring import TopologyListener

from service.config import Settings
from service.errors.datastore import DatastoreUnavailable
from service.store.client.connection import connect
from service.store.health import ELECTION_TIMEOUT, Availability
from service.store.stores import Stores


class _Clock:
    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class _Opened(TopologyListener):
    def __init__(self) -> None:
        self.opened_event = Event()

    def opened(self, event: Any) -> None:
        del event
        self.opened_event.set()

    def description_changed(self, event: Any) -> None:
        pass

    def closed(self, event: Any) -> None:
        pass


def _seen(*, writable: bool) -> Any:
    return SimpleNamespace(new_description=SimpleNamespace(has_writable_server=lambda: writable))


def test_mongodb_counts_as_available_before_the_first_event() -> None:
    """The driver connects with the first request."""
    Availability().check()


def test_requests_wait_during_an_election() -> None:
    """Without a primary for a moment, requests are not rejected."""
    clock = _Clock()
    availability = Availability(clock)
    availability.description_changed(_seen(writable=True))
    availability.description_changed(_seen(writable=False))
    clock.seconds += ELECTION_TIMEOUT
    availability.check()


def test_a_longer_absence_rejects_requests_until_the_next_primary() -> None:
    """The time counts from the loss of the primary, however often the driver looks for one."""
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


def test_the_time_starts_with_the_first_request() -> None:
    """An idle process does not look for a primary."""
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


def test_a_process_that_was_idle_at_first_serves_requests(mongodb_uri: str, database_name: str) -> None:
    """Its first request connects, however late it comes."""
    clock = _Clock()
    availability = Availability(clock)
    opened = _Opened()
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name)
    database = connect(settings, listeners=[availability, opened])
    stores = Stores.over(database, settings, availability)
    try:
        # By then the driver has sent its first event, if it sends one before it connects.
        opened.opened_event.wait(2)
        clock.seconds += 3600
        stores.make_ready()
    finally:
        database.client.close()
