"""Audit events are written once, in order, and without unnecessary waits."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from pymongo.database import Database
from pymongo.errors import InvalidOperation
from structlog.testing import capture_logs

from service.errors.datastore import DatastoreUnavailable
from service.model.audit import AuditAction, AuditEvent, AuditFilter
from service.store.audit import BATCH_SIZE, AuditStore, AuditTrail
from service.store.stores import Stores
from tests.commands import Commands
from tests.store.planning import explain

EVENT = AuditEvent(
    event_id="0" * 32,
    domain="d",
    at=datetime(2026, 3, 1, tzinfo=UTC),
    action=AuditAction.READ,
    profile_ids=["p"],
    contact_id=None,
    keys=[],
    credential_id="k",
    agent_id="al",
    request_id="r",
)
WAIT_SECONDS = 20


def _events(count: int) -> list[AuditEvent]:
    return [replace(EVENT, event_id=f"{number:032x}") for number in range(count)]


class Recorder:
    """An in-memory store that fails if ``failure`` is set."""

    def __init__(self) -> None:
        self.batches: list[list[AuditEvent]] = []
        self.durably: list[bool] = []
        self.failure: Exception | None = None
        self.insert_called = threading.Event()

    def insert(self, events: Sequence[AuditEvent], *, durably: bool) -> None:
        """Store the events, or raise an error if ``failure`` is set."""
        self.durably.append(durably)
        self.insert_called.set()
        if self.failure is not None:
            raise DatastoreUnavailable from self.failure
        self.batches.append(list(events))

    @property
    def events(self) -> list[AuditEvent]:
        """All stored events, in order."""
        return [event for batch in self.batches for event in batch]


@pytest.fixture
def recorder() -> Recorder:
    """Return a store in memory."""
    return Recorder()


def _trail(recorder: Recorder, interval: float) -> AuditTrail:
    return AuditTrail(cast("AuditStore", recorder), in_background=True, interval=interval)


@pytest.fixture(autouse=True)
def writers() -> Iterator[Callable[[], list[threading.Thread]]]:
    """Return a function that finds the writer threads. After the test, assert that they end."""
    before = set(threading.enumerate())

    def find() -> list[threading.Thread]:
        return [thread for thread in set(threading.enumerate()) - before if thread.name == "audit"]

    yield find
    for thread in find():
        thread.join(WAIT_SECONDS)
        assert not thread.is_alive()


def test_only_the_event_of_a_change_is_not_durable(recorder: Recorder) -> None:
    """The change itself is durable. Other events and repeated writes must be durable."""
    trail = _trail(recorder, WAIT_SECONDS * 10)
    trail.write([EVENT], durably=False)
    trail.write_ahead([EVENT])
    trail.write_later([EVENT])
    trail.flush()
    assert recorder.durably == [False, True, True]
    recorder.failure = OSError()
    with pytest.raises(DatastoreUnavailable):
        trail.write([EVENT], durably=False)
    recorder.failure = None
    trail.flush()
    assert recorder.durably[-2:] == [False, True]
    trail.due.set()


def test_a_thread_writes_queued_events_together_and_ends(
    recorder: Recorder, writers: Callable[[], list[threading.Thread]]
) -> None:
    """A later event starts a new thread."""
    trail = _trail(recorder, 0.05)
    for event in _events(5):
        trail.write_later([event])
    (writer,) = writers()
    writer.join(WAIT_SECONDS)
    assert recorder.events == _events(5)
    trail.write_later([EVENT])
    (writer,) = writers()
    writer.join(WAIT_SECONDS)
    assert len(recorder.events) == 6


def test_a_full_batch_does_not_wait_for_the_interval(recorder: Recorder) -> None:
    """The events are written at once, in batches of at most ``BATCH_SIZE``."""
    trail = _trail(recorder, WAIT_SECONDS * 10)
    trail.write_later(_events(BATCH_SIZE + 1))
    assert recorder.insert_called.wait(WAIT_SECONDS)
    trail.flush()
    assert sorted(map(len, recorder.batches)) == [1, BATCH_SIZE]
    trail.due.set()


def test_events_that_are_queued_during_a_flush_wait_for_the_next_flush(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise, under load, one flush would send many small commands."""
    trail = _trail(recorder, WAIT_SECONDS * 10)
    events = iter(_events(3))
    insert = recorder.insert

    def insert_and_queue(batch: Sequence[AuditEvent], *, durably: bool) -> None:
        for event in events:
            trail.write_later([event])
            break
        insert(batch, durably=durably)

    monkeypatch.setattr(recorder, "insert", insert_and_queue)
    trail.write_later([next(events), next(events)])
    trail.flush()
    assert recorder.batches == [_events(2)]
    trail.flush()
    assert recorder.events == _events(3)
    trail.due.set()


def test_a_full_queue_is_written_before_the_next_event_is_queued(recorder: Recorder) -> None:
    """So no event is dropped."""
    trail = _trail(recorder, WAIT_SECONDS * 10)
    trail.max_queued = 2
    for event in _events(3):
        trail.write_later([event])
    assert recorder.events == _events(2)
    trail.flush()
    assert recorder.events == _events(3)
    trail.due.set()


def test_a_failed_batch_stays_queued_and_is_repeated(recorder: Recorder) -> None:
    """The order of the events stays the same. The log has only one message."""
    recorder.failure = OSError()
    trail = _trail(recorder, 0.01)
    with capture_logs() as logs:
        trail.write_later(_events(2))
        for _ in range(3):
            recorder.insert_called.clear()
            assert recorder.insert_called.wait(WAIT_SECONDS)
        with pytest.raises(DatastoreUnavailable):
            trail.flush()
        recorder.failure = None
        trail.flush()
    assert recorder.events == _events(2)
    assert [entry["event"] for entry in logs] == ["audit_waits"]


def test_close_logs_how_many_events_are_lost(recorder: Recorder) -> None:
    """``close`` raises no error. The events can be written by a later ``close``."""
    recorder.failure = InvalidOperation()
    trail = _trail(recorder, WAIT_SECONDS * 10)
    with capture_logs() as logs:
        trail.write_later(_events(2))
        trail.close()
    assert [(entry["event"], entry["events"]) for entry in logs] == [("audit_lost", 2)]
    recorder.failure = None
    trail.close()
    assert recorder.events == _events(2)
    trail.due.set()


def test_a_closed_client_ends_the_thread(
    recorder: Recorder, writers: Callable[[], list[threading.Thread]]
) -> None:
    """A closed client cannot write, so the thread does not try again."""
    recorder.failure = InvalidOperation()
    trail = _trail(recorder, 0.01)
    trail.write_later(_events(2))
    (writer,) = writers()
    writer.join(WAIT_SECONDS)
    assert not writer.is_alive()
    recorder.failure = None
    trail.flush()


def test_a_trail_without_references_ends_its_thread(
    recorder: Recorder, writers: Callable[[], list[threading.Thread]]
) -> None:
    """The thread ends even if MongoDB is unavailable."""
    recorder.failure = OSError()
    trail = _trail(recorder, 0.01)
    trail.write_later([EVENT])
    (writer,) = writers()
    del trail
    writer.join(WAIT_SECONDS)
    assert not writer.is_alive()


def test_an_event_that_is_written_twice_is_stored_once(
    stores: Stores, database: Database[dict[str, Any]]
) -> None:
    """A lost response causes such a repetition. The other events of the batch are stored."""
    first, second, third = _events(3)
    stores.audit.store.insert([second], durably=True)
    stores.audit.store.insert([first, second, third], durably=True)
    # The event of a change is not written durably.
    stores.audit.store.insert([first], durably=False)
    assert [document["_id"] for document in database["audit"].find().sort("_id")] == [
        event.event_id for event in (first, second, third)
    ]
    assert stores.audit.store.find("d", AuditFilter(), 9).items == [third, second, first]


def test_all_events_of_a_profile_are_read_newest_first(stores: Stores) -> None:
    """The events come in several batches."""
    events = _events(450)
    stores.audit.store.insert(events, durably=True)
    assert list(stores.audit.store.of_profiles("d", ["p"])) == events[::-1]
    assert list(stores.audit.store.of_profiles("d", ["q"])) == []
    assert list(stores.audit.store.of_profiles("e", ["p"])) == []


@pytest.mark.parametrize(
    ("audit_filter", "index"),
    [
        (AuditFilter(), "newest"),
        (AuditFilter(at_from=EVENT.at, at_to=EVENT.at + timedelta(days=1)), "newest"),
        (AuditFilter(profile_id="p"), "newest_of_profile"),
        (AuditFilter(agent_id="al", before="f" * 32), "newest_of_agent"),
        (AuditFilter(agent_id="al", profile_id="p"), "newest_of_profile"),
    ],
)
def test_a_page_is_read_from_an_index(
    database: Database[dict[str, Any]],
    stores_with_commands: tuple[Stores, Commands],
    audit_filter: AuditFilter,
    index: str,
) -> None:
    """MongoDB reads only the page, newest first, without a sort."""
    stores, commands = stores_with_commands
    start = int(EVENT.at.timestamp()) * 1000
    stores.audit.store.insert(
        [replace(EVENT, event_id=f"{start + n * 3_600_000:012x}{n:020x}") for n in range(100)], durably=True
    )
    commands.sent.clear()
    page = stores.audit.store.find("d", audit_filter, 5)
    (command,) = commands.sent
    plan = explain(database, command)
    assert len(page.items) == 5
    assert (plan.indexes, plan.documents) == ({index}, 5)
    assert plan.stages.isdisjoint({"COLLSCAN", "SORT"})
    assert plan.keys <= 6


@pytest.mark.usefixtures("stores")
def test_mongodb_removes_expired_events(database: Database[dict[str, Any]]) -> None:
    """The index removes each event at its own expiry date."""
    index = database["audit"].index_information()["expired"]
    assert (index["key"], index["expireAfterSeconds"]) == ([("expires_at", 1)], 0)


def test_the_store_can_only_add_and_read() -> None:
    """No method changes or deletes an event."""
    methods = {name for name in vars(AuditStore) if not name.startswith("_")}
    assert methods == {"insert", "insert_within", "find", "of_profiles", "erasures"}
