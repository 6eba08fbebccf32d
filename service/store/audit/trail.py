"""The way of events into the audit collection: at once, or a second later and many together."""

from collections.abc import Sequence
from threading import Event, Lock, Thread
from weakref import ref

import structlog
from pymongo.errors import InvalidOperation

from service.errors.datastore import DatastoreUnavailable
from service.store.audit.collection import AuditEvent, AuditStore

SECONDS = 1.0
"""An event waits for at most so long, while MongoDB answers."""
BATCH = 200
"""So many are written at once, and do not wait for the second to pass."""
MOST = 2000
"""So many wait; who brings one more writes first."""

_log = structlog.get_logger(__name__)


class AuditTrail:
    """Writes events; those that may wait, a thread writes behind the requests."""

    def __init__(self, store: AuditStore, *, seconds: float = SECONDS) -> None:
        """Take the store, and how long an event may wait."""
        self.store = store
        self.seconds = seconds
        self.due = Event()
        self._waiting: list[AuditEvent] = []
        self._lock = Lock()
        self._writing = Lock()
        self._writer: Thread | None = None

    def write_ahead(self, events: Sequence[AuditEvent]) -> None:
        """Write the events of something that is about to happen, durably; raises ``DatastoreUnavailable``."""
        self.store.insert(events, durably=True)

    def write(self, events: Sequence[AuditEvent], *, durably: bool) -> None:
        """Write the events of something that has happened.

        Without ``durably`` this does not wait for the disks of a majority, as the change itself did. Raises
        ``DatastoreUnavailable`` if writing fails; then the events are written as soon as possible.
        """
        try:
            self.store.insert(events, durably=durably)
        except DatastoreUnavailable:
            self._add(events)
            raise

    def note(self, events: Sequence[AuditEvent]) -> None:
        """Write the events within a second, together with others.

        Raises ``DatastoreUnavailable`` where so many wait already that no more are taken, and none can be
        written: nobody sees what is not accounted for.
        """
        if len(self._waiting) >= MOST:
            self.flush()
        self._add(events)

    def flush(self) -> None:
        """Write all events that wait; raises ``DatastoreUnavailable``, and then they go on waiting.

        Those that come meanwhile wait for the next time: else each command would be followed by one for the
        few that came during it, for as long as requests come.
        """
        with self._writing:
            left = len(self._waiting)
            while left:
                batch = self._waiting[: min(left, BATCH)]
                self.store.insert(batch, durably=True)
                with self._lock:
                    del self._waiting[: len(batch)]
                left -= len(batch)

    def close(self) -> None:
        """Write all events that wait, as the process is about to end; logs how many are lost, if any."""
        try:
            self.flush()
        except DatastoreUnavailable as error:
            _log.error("audit_lost", events=len(self._waiting), reason=error.reason)

    def _add(self, events: Sequence[AuditEvent]) -> None:
        with self._lock:
            self._waiting += events
            if len(self._waiting) >= BATCH:
                self.due.set()
            # It ends when there is nothing to do, or nothing to be done.
            if self._writer is None or not self._writer.is_alive():
                self._writer = Thread(target=_write, args=[ref(self)], name="audit", daemon=True)
                self._writer.start()

    def is_done(self) -> bool:
        """Tell the thread that writes whether it can end; who adds an event after that starts another."""
        with self._lock:
            if self._waiting:
                return False
            self._writer = None
            return True


def _write(trail_of: "ref[AuditTrail]") -> None:
    """Write what waits until nothing does, or nobody has the trail any more."""
    failed = False
    while (trail := trail_of()) is not None and not trail.is_done():
        due, seconds = trail.due, trail.seconds
        del trail
        # After a failure only time helps, however many events there are.
        (Event() if failed else due).wait(seconds)
        due.clear()
        if (trail := trail_of()) is None:
            return
        try:
            trail.flush()
            failed = False
        except DatastoreUnavailable as error:
            if isinstance(error.__cause__, InvalidOperation):
                # The client was closed: its owner is done, and nothing can be written any more.
                return
            if not failed:
                _log.error("audit_waits", reason=error.reason)
            failed = True
        del trail
