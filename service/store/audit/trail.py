"""Write audit events: immediately, or queued and together with others."""

from collections.abc import Sequence
from threading import Event, Lock, Thread
from weakref import ref

import structlog
from pymongo.errors import InvalidOperation

from service.errors.datastore import DatastoreUnavailable
from service.model.audit import AuditEvent
from service.store.audit.collection import AuditStore

FLUSH_INTERVAL = 1.0
BATCH_SIZE = 200
MAX_QUEUED = 2000

_log = structlog.get_logger(__name__)


class AuditTrail:
    """Writes audit events.

    With ``in_background`` a thread writes queued events after ``interval`` seconds, or once ``BATCH_SIZE``
    are queued. Otherwise ``flush`` writes them.
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
        """Write events durably before their action. Raises ``DatastoreUnavailable``."""
        self.store.insert(events, durably=True)

    def write(self, events: Sequence[AuditEvent], *, durably: bool) -> None:
        """Write events after their action, or queue them and raise ``DatastoreUnavailable``."""
        try:
            self.store.insert(events, durably=durably)
        except DatastoreUnavailable:
            self._add(events)
            raise

    def write_later(self, events: Sequence[AuditEvent]) -> None:
        """Queue events. Raises ``DatastoreUnavailable`` if the queue is full and cannot be written."""
        if len(self._queue) >= self.max_queued:
            self.flush()
        self._add(events)

    def flush(self) -> None:
        """Write all events that are queued now. Raises ``DatastoreUnavailable`` and keeps the rest queued.

        Events that are queued meanwhile wait for the next flush. Otherwise, under load, one small command
        would follow another.
        """
        with self._flushing:
            remaining = len(self._queue)
            while remaining:
                batch = self._queue[: min(remaining, BATCH_SIZE)]
                self.store.insert(batch, durably=True)
                with self._lock:
                    del self._queue[: len(batch)]
                remaining -= len(batch)

    def close(self) -> None:
        """Write all queued events before the process ends, or log how many are lost."""
        try:
            self.flush()
        except DatastoreUnavailable as error:
            _log.error("audit_lost", events=len(self._queue), reason=error.reason)

    def stop_if_empty(self) -> bool:
        """Return whether the writer thread can end. The next queued event then starts a new thread."""
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
    """Write queued events until the queue is empty or the trail is garbage."""
    failed = False
    while (trail := trail_ref()) is not None and not trail.stop_if_empty():
        due, interval = trail.due, trail.interval
        # Hold no reference while waiting.
        del trail
        # After a failure wait for the whole interval, even if a batch is full.
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
