"""Check whether the service can serve requests."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

import structlog
from cachetools import TTLCache

from service.errors.datastore import NO_ANSWER, DatastoreUnavailable, NotReady
from service.store.stores import Stores
from service.use_cases.lookup_entries import LookupEntries, ReadinessTimes

_log = structlog.get_logger(__name__)


class Readiness:
    """The result of the last checks. One per process.

    Only changes of the result are logged: probes never stop.
    """

    def __init__(
        self, stores: Stores, times: ReadinessTimes | None = None, *, clock: Callable[[], float] = monotonic
    ) -> None:
        times = times or ReadinessTimes()
        self._stores = stores
        self._lookup_entries = LookupEntries(stores, times, clock)
        self._lock = Lock()
        self._results: TTLCache[str, NotReady | dict[str, str]] = TTLCache(1, times.cache_ttl, clock)
        self._logged: dict[str, str] | None = None

    def check(self) -> dict[str, str]:
        """Return the result of each check; raises ``NotReady`` if one failed.

        Results are reused for a second. Concurrent callers wait for one result.
        """
        with self._lock:
            result = self._results.get("readiness")
            if result is None:
                result = self._results["readiness"] = self._check()
        if isinstance(result, NotReady):
            raise NotReady(result.checks)
        return result

    def _check(self) -> NotReady | dict[str, str]:
        """Return the current result; log it if it differs from the one before."""
        try:
            result: NotReady | dict[str, str] = check_readiness(self._stores, self._lookup_entries)
        except NotReady as error:
            result = error
        failed = result.checks if isinstance(result, NotReady) else None
        if failed != self._logged:
            self._logged = failed
            if failed is None:
                _log.info("ready")
            else:
                _log.error("not_ready", checks=failed)
        return result


def check_readiness(stores: Stores, entries: LookupEntries) -> dict[str, str]:
    """Return the result of each check; raises ``NotReady`` if one failed.

    Stale index terms are no failure: the service works, but may miss a profile that is found by a new rule.
    A missing master key is no failure either: the values that it sealed stay hidden.
    """
    try:
        stores.availability.check()
        stores.indexes.wait()
        stores.health.ping()
        indexes = stores.indexes.state()
        mongodb = stores.health.durability_fault() or "ok"
        if (mongodb, indexes) != ("ok", "ok"):
            raise NotReady(_checks(mongodb, indexes))
        lookup_entries = entries.state()
    except DatastoreUnavailable as error:
        reason = stores.health.failure_reason() if error.reason == NO_ANSWER else error.reason
        raise NotReady(_checks(reason, "unknown")) from error
    return _checks("ok", "ok", lookup_entries)


def _checks(mongodb: str, indexes: str, lookup_entries: str = "unknown") -> dict[str, str]:
    return {"mongodb": mongodb, "indexes": indexes, "lookup_entries": lookup_entries}
