"""``Availability`` follows what the driver reports about the primary."""

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


class _OpenedListener(TopologyListener):
    def __init__(self) -> None:
        self.opened_event = Event()

    def opened(self, event: Any) -> None:
        del event
        self.opened_event.set()

    def description_changed(self, event: Any) -> None:
        pass

    def closed(self, event: Any) -> None:
        pass


def _topology_event(*, writable: bool) -> Any:
    return SimpleNamespace(new_description=SimpleNamespace(has_writable_server=lambda: writable))


def test_mongodb_counts_as_available_before_the_first_event() -> None:
    """The driver connects only with the first request."""
    Availability().check()


def test_requests_wait_during_an_election() -> None:
    """Requests are not rejected if the primary is missing only for a short time."""
    clock = _Clock()
    availability = Availability(clock)
    availability.description_changed(_topology_event(writable=True))
    availability.description_changed(_topology_event(writable=False))
    clock.seconds += ELECTION_TIMEOUT
    availability.check()


def test_requests_are_rejected_if_the_primary_is_missing_for_longer() -> None:
    """The time counts from the loss of the primary. Later events of the driver do not restart it."""
    clock = _Clock()
    availability = Availability(clock)
    availability.description_changed(_topology_event(writable=True))
    availability.description_changed(_topology_event(writable=False))
    clock.seconds += ELECTION_TIMEOUT
    availability.description_changed(_topology_event(writable=False))
    clock.seconds += 0.1
    with pytest.raises(DatastoreUnavailable):
        availability.check()
    availability.description_changed(_topology_event(writable=True))
    availability.check()


def test_after_the_start_the_time_counts_from_the_first_request() -> None:
    """The driver of an idle process does not look for a primary."""
    clock = _Clock()
    availability = Availability(clock)
    availability.opened(_topology_event(writable=False))
    availability.description_changed(_topology_event(writable=False))
    clock.seconds += 3600
    availability.check()
    clock.seconds += ELECTION_TIMEOUT
    availability.check()
    clock.seconds += 0.1
    with pytest.raises(DatastoreUnavailable):
        availability.check()


def test_a_process_that_was_idle_at_first_serves_requests(mongodb_uri: str, database_name: str) -> None:
    """The first request connects, even an hour after the start."""
    clock = _Clock()
    availability = Availability(clock)
    opened = _OpenedListener()
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name)
    database = connect(settings, listeners=[availability, opened])
    stores = Stores.over(database, settings, availability)
    try:
        # Wait for the driver's first event. The driver may send this event before it connects.
        opened.opened_event.wait(2)
        clock.seconds += 3600
        stores.make_ready()
    finally:
        database.client.close()
