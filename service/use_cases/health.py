"""Whether the service can serve."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

import structlog

from service.errors.datastore import NO_ANSWER, DatastoreUnavailable, NotReady
from service.store.stores import Stores
from service.use_cases.lookup_entries import LookupEntries

REMEMBERED_SECONDS = 1.0
"""How long a worker goes by what it has found: who asks needs no credential, and may ask without end."""


_log = structlog.get_logger(__name__)


class Readiness:
    """What was found when MongoDB was last asked; one for each process.

    The log is told when that is another thing than before, and not of each question: probes come for as long
    as the service lives.
    """

    def __init__(self, stores: Stores, *, clock: Callable[[], float] = monotonic) -> None:
        """Take the stores, and a clock in seconds."""
        self._stores = stores
        self._clock = clock
        self._lookup_entries = LookupEntries(stores, clock)
        self._lock = Lock()
        self._found_at: float | None = None
        self._checks: dict[str, str] = {}
        self._ready = False
        self._told: dict[str, str] | None = None

    def check(self) -> dict[str, str]:
        """Return each check by name as it was within the last second; raises ``NotReady`` with what failed.

        Those who ask at the same time wait for one answer.
        """
        with self._lock:
            if self._found_at is None or self._clock() - self._found_at >= REMEMBERED_SECONDS:
                self._ask()
                self._tell()
            if not self._ready:
                raise NotReady(self._checks)
            return self._checks

    def _ask(self) -> None:
        try:
            self._checks, self._ready = check_readiness(self._stores, self._lookup_entries), True
        except NotReady as error:
            self._checks, self._ready = error.checks, False
        # When it was answered: whoever has waited for it is not to ask again.
        self._found_at = self._clock()

    def _tell(self) -> None:
        failing = None if self._ready else self._checks
        if failing == self._told:
            return
        self._told = failing
        if failing:
            _log.error("not_ready", checks=failing)
        else:
            _log.info("ready")


def check_readiness(stores: Stores, entries: LookupEntries) -> dict[str, str]:
    """Return each check by name; raises ``NotReady`` with what failed.

    Stale lookup entries are no failure: the service serves, and may miss a profile by a spelling whose rule
    is new. Nor is a master that is not there: what is sealed with it is shown hidden.
    """
    try:
        stores.availability.check()
        stores.indexes.wait()
        stores.ping.check()
        indexes = stores.indexes.state()
        mongodb = stores.durability.fault() or "ok"
        if (mongodb, indexes) != ("ok", "ok"):
            raise NotReady(_checks(mongodb, indexes))
        lookup_entries = entries.state()
    except DatastoreUnavailable as error:
        reason = stores.ping.failure_reason() if error.reason == NO_ANSWER else error.reason
        raise NotReady(_checks(reason, "unknown")) from error
    return _checks("ok", "ok", lookup_entries)


def _checks(mongodb: str, indexes: str, lookup_entries: str = "unknown") -> dict[str, str]:
    return {"mongodb": mongodb, "indexes": indexes, "lookup_entries": lookup_entries}
