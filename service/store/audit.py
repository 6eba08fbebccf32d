"""The ``audit`` collection, and a trail that writes its events immediately or queues them.

The service never changes or deletes events, so it needs no right to do so. A TTL index deletes old events.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from threading import Event, Lock, Thread
from weakref import ref

import structlog
from pymongo import DESCENDING
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError, InvalidOperation
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from service.errors.datastore import DatastoreUnavailable
from service.model.audit import AuditAction, AuditEvent, AuditFilter
from service.store.client.document import Document
from service.store.client.errors import duplicate_key_errors, translate_errors
from service.store.client.page_scan import IndexScan, PageScan, in_batches, split_conditions
from service.store.indexes.definitions import NEWEST, OF_AGENT, OF_PROFILE

FLUSH_INTERVAL = 1.0
"""Seconds that an event waits in the queue, if the queue does not fill a batch before."""
BATCH_SIZE = 200
"""Maximum number of queued events that one command writes."""
MAX_QUEUED = 2000
"""Number of queued events from which the next request writes the queue itself."""

_ACKNOWLEDGED_BY_PRIMARY = WriteConcern(1, j=False)
# Also reads events that only the primary has acknowledged.
_LOCAL = ReadConcern("local")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEWEST_FIRST = [("_id", DESCENDING)]
_FIELDS = tuple(field.name for field in fields(AuditEvent) if field.name != "event_id")

_log = structlog.get_logger(__name__)


class AuditStore:
    """Adds and reads audit events. New events expire after ``retention``."""

    def __init__(self, collection: Collection[Document], *, retention: timedelta) -> None:
        self._durable = collection
        self._fast = collection.with_options(write_concern=_ACKNOWLEDGED_BY_PRIMARY)
        self._local = collection.with_options(read_concern=_LOCAL)
        self._retention = retention

    # Not ``translate_write_errors``: clients do not need to know whether an event was added.
    @translate_errors
    def insert(self, events: Sequence[AuditEvent], *, durably: bool) -> None:
        """Add new events. Wait for the journals of a majority if ``durably``, otherwise for the primary.

        Events with IDs that are stored already are ignored.
        """
        documents = [self._to_document(event) for event in events]
        collection = self._durable if durably else self._fast
        try:
            if len(documents) == 1 and not durably:
                # Every change waits for its event, and insert_one is a seventh faster. Durable inserts do not
                # use it: its duplicate key error does not show whether a majority has the existing event.
                collection.insert_one(documents[0])
            else:
                collection.insert_many(documents, ordered=False)
        except DuplicateKeyError:
            # An earlier attempt added the event, but its response was lost.
            return
        except BulkWriteError as error:
            duplicate_key_errors(error)

    def insert_within(self, events: Sequence[AuditEvent], session: ClientSession) -> None:
        """Add new events within the transaction of the action that they describe. Raises driver errors."""
        self._durable.insert_many(list(map(self._to_document, events)), session=session)

    @translate_errors
    def find(self, domain: str, filters: AuditFilter, limit: int) -> PageScan[AuditEvent, str]:
        """Return up to ``limit`` events that meet the filters, newest first.

        Sends one command, or up to four if the filters have a profile and an agent.
        """
        values = [("profile_ids", OF_PROFILE, filters.profile_id), ("agent_id", OF_AGENT, filters.agent_id)]
        hint, covered, others = split_conditions(values, NEWEST)
        scan = IndexScan(
            collection=self._local,
            hint=hint,
            order=_NEWEST_FIRST,
            between=lambda after, until: {"domain": domain} | covered | _period(filters, after, until),
            position=lambda document: str(document["_id"]),
            conditions=others,
        )
        return scan.page(filters.before, limit).map(_to_event)

    def of_profiles(self, domain: str, profile_ids: Sequence[str]) -> Iterator[AuditEvent]:
        """Yield all events of any of the profiles, newest first. Raises ``DatastoreUnavailable``."""
        query: Document = {"domain": domain, "profile_ids": {"$in": list(profile_ids)}}
        with self._local.find(query).hint(OF_PROFILE).sort(_NEWEST_FIRST) as cursor:
            for batch in in_batches(cursor):
                yield from map(_to_event, batch)

    @translate_errors
    def erasures(self, domain: str, profile_ids: Sequence[str]) -> list[AuditEvent]:
        """Return the events ``erasing`` and ``erased`` of the profiles, newest first."""
        actions = [AuditAction.ERASING, AuditAction.ERASED]
        query: Document = {
            "domain": domain,
            "profile_ids": {"$in": list(profile_ids)},
            "action": {"$in": actions},
        }
        return list(map(_to_event, self._local.find(query).hint(OF_PROFILE).sort(_NEWEST_FIRST)))

    def _to_document(self, event: AuditEvent) -> Document:
        values = {name: getattr(event, name) for name in _FIELDS}
        return {"_id": event.event_id, **values, "expires_at": event.at + self._retention}


class AuditTrail:
    """Writes audit events, or queues them.

    With ``in_background``, a thread writes the queue after ``interval`` seconds, or earlier if it has
    ``BATCH_SIZE`` events. ``write_later`` writes it if it has ``max_queued`` events.
    """

    def __init__(
        self,
        store: AuditStore,
        *,
        in_background: bool,
        interval: float = FLUSH_INTERVAL,
        max_queued: int = MAX_QUEUED,
    ) -> None:
        self.store = store
        self.interval = interval
        self.max_queued = max_queued
        self.due = Event()
        self._in_background = in_background
        self._queue: list[AuditEvent] = []
        self._lock = Lock()
        self._flushing = Lock()
        self._writer: Thread | None = None

    def write_ahead(self, events: Sequence[AuditEvent]) -> None:
        """Write events durably, before the action that they describe. Raises ``DatastoreUnavailable``."""
        self.store.insert(events, durably=True)

    def write(self, events: Sequence[AuditEvent], *, durably: bool) -> None:
        """Write events after their action. If this fails, queue them and raise ``DatastoreUnavailable``."""
        try:
            self.store.insert(events, durably=durably)
        except DatastoreUnavailable:
            self._add(events)
            raise

    def write_later(self, events: Sequence[AuditEvent]) -> None:
        """Queue events. If the queue is full, write it first.

        Raises ``DatastoreUnavailable`` if that fails. The events are then not queued.
        """
        if len(self._queue) >= self.max_queued:
            self.flush()
        self._add(events)

    def flush(self) -> None:
        """Write the events that are queued now.

        Raises ``DatastoreUnavailable``. Events that were not written then stay queued.
        """
        with self._flushing:
            # Events that are queued later wait for the next flush. Otherwise a busy service would send many
            # small commands.
            remaining = len(self._queue)
            while remaining:
                batch = self._queue[: min(remaining, BATCH_SIZE)]
                self.store.insert(batch, durably=True)
                with self._lock:
                    del self._queue[: len(batch)]
                remaining -= len(batch)

    def close(self) -> None:
        """Write all queued events, or log how many are lost. Call this before the process ends."""
        try:
            self.flush()
        except DatastoreUnavailable as error:
            _log.error("audit_lost", events=len(self._queue), reason=error.reason)

    def stop_if_empty(self) -> bool:
        """Return whether the queue is empty. The writer must then end, and the next event starts another."""
        with self._lock:
            if self._queue:
                return False
            self._writer = None
            return True

    def _add(self, events: Sequence[AuditEvent]) -> None:
        with self._lock:
            self._queue += events
            if len(self._queue) >= BATCH_SIZE:
                self.due.set()
            if self._in_background and (self._writer is None or not self._writer.is_alive()):
                self._writer = Thread(target=_write, args=[ref(self)], name="audit", daemon=True)
                self._writer.start()


def _write(trail_ref: "ref[AuditTrail]") -> None:
    failed = False
    while (trail := trail_ref()) is not None and not trail.stop_if_empty():
        due, interval = trail.due, trail.interval
        # Hold no reference while waiting, so that an unused trail can be freed.
        del trail
        # After a failure, wait for the whole interval, even if there are enough events for a batch.
        (Event() if failed else due).wait(interval)
        due.clear()
        if (trail := trail_ref()) is None:
            return
        try:
            trail.flush()
            failed = False
        except DatastoreUnavailable as error:
            if isinstance(error.__cause__, InvalidOperation):
                # The client is closed, so nothing can be written.
                return
            if not failed:
                _log.error("audit_waits", reason=error.reason)
            failed = True
        del trail


def _period(filters: AuditFilter, after: str | None, until: str | None) -> Document:
    upper = [bound for bound in (after, _first_id(filters.at_to)) if bound is not None]
    lower = [bound for bound in (until, _first_id(filters.at_from)) if bound is not None]
    bounds = {"$gte": max(lower, default=None), "$lt": min(upper, default=None)}
    limits = {operator: bound for operator, bound in bounds.items() if bound is not None}
    return {"_id": limits} if limits else {}


def _first_id(time: datetime | None) -> str | None:
    """Return the lower bound of the IDs of events from this time on, or None without a time.

    An ID begins with the time of its event in milliseconds, in hexadecimal.
    """
    return None if time is None else f"{max(0, (time - _EPOCH) // timedelta(milliseconds=1)):012x}"


def _to_event(document: Document) -> AuditEvent:
    return AuditEvent(event_id=document["_id"], **{name: document[name] for name in _FIELDS})
