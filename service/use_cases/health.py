"""Check whether the service can serve requests."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from threading import Lock
from time import monotonic

import structlog
from cachetools import TTLCache, cachedmethod

from service.errors.datastore import NO_ANSWER, DatastoreUnavailable, NotReady
from service.store.stores import Stores

_STALE = "stale: run profile-lookup reindex"

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class ReadinessTimes:
    """The times of readiness checks, in seconds."""

    cache_ttl: float = 1.0
    """How long a worker reuses a result: callers need no credential, so they can ask at any rate."""
    definitions_ttl: float = 60.0
    """How long a worker reuses the comparison of search keys with the profiles."""
    definitions_timeout: float = 0.5
    """The limit of that comparison: it reads all search keys, and /readyz waits for it."""


class Readiness:
    """The result of the last checks. One per process.

    Only changes of the result are logged: probes never stop.
    """

    def __init__(
        self, stores: Stores, times: ReadinessTimes | None = None, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._stores = stores
        self._times = times = times or ReadinessTimes()
        self._lock = Lock()
        self._results: TTLCache[object, NotReady | dict[str, str]] = TTLCache(1, times.cache_ttl, clock)
        self._states: TTLCache[object, str] = TTLCache(1, times.definitions_ttl, clock)
        self._is_unknown = False
        self._logged: dict[str, str] | None = None

    def check(self) -> dict[str, str]:
        """Return the result of each check; raises ``NotReady`` if one failed.

        Results are reused for a second. Concurrent callers wait for one result.
        """
        with self._lock:
            result = self._check()
        if isinstance(result, NotReady):
            raise NotReady(result.checks)
        return result

    @cachedmethod(attrgetter("_results"))
    def _check(self) -> NotReady | dict[str, str]:
        result = self._checks()
        failed = result.checks if isinstance(result, NotReady) else None
        if failed != self._logged:
            self._logged = failed
            if failed is None:
                _log.info("ready")
            else:
                _log.error("not_ready", checks=failed)
        return result

    def _checks(self) -> NotReady | dict[str, str]:
        """Return the result of each check.

        Stale index terms are no failure: the service works, but may miss a profile that is found by a new
        rule. A missing master key is no failure either: the values that it sealed stay hidden.
        """
        stores = self._stores
        try:
            stores.availability.check()
            stores.indexes.wait()
            stores.health.ping()
            indexes = stores.indexes.state()
            mongodb = stores.health.durability_problem() or "ok"
            if (mongodb, indexes) != ("ok", "ok"):
                return NotReady({"mongodb": mongodb, "indexes": indexes, "lookup_entries": "unknown"})
            return {"mongodb": "ok", "indexes": "ok", "lookup_entries": self._lookup_entries()}
        except DatastoreUnavailable as error:
            reason = stores.health.failure_reason() if error.reason == NO_ANSWER else error.reason
            return NotReady({"mongodb": reason, "indexes": "unknown", "lookup_entries": "unknown"})

    def _lookup_entries(self) -> str:
        """Return the state of the index terms; raises ``DatastoreUnavailable`` if MongoDB does not answer.

        Compares the matching rules each time, the definitions of search keys once per minute.
        """
        profiles = self._stores.stale_profiles
        state = _STALE if profiles.have_other_rules() else self._compare()
        if state == _STALE and (missing := profiles.missing_master_keys()):
            return f"stale: values are sealed with masters that are not set: {', '.join(missing)}"
        return state

    @cachedmethod(attrgetter("_states"))
    def _compare(self) -> str:
        timeout = self._times.definitions_timeout
        try:
            is_stale = self._stores.stale_profiles.have_other_definitions(timeout)
        except DatastoreUnavailable as error:
            if not self._is_unknown:
                _log.warning("definitions_not_compared", reason=error.reason, timeout=timeout)
            self._is_unknown = True
            return "unknown"
        self._is_unknown = False
        return _STALE if is_stale else "ok"
