"""Check whether the service can serve requests."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from threading import Lock
from time import monotonic

import structlog
from cachetools import TTLCache, cachedmethod

from service.errors.datastore import NO_RESPONSE, DatastoreUnavailable, NotReady
from service.store.stores import Stores

_STALE = "stale: run profile-lookup reindex"

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class ReadinessTimes:
    """The times of readiness checks, in seconds."""

    cache_ttl: float = 1.0
    """How long a worker reuses a result. Clients need no credential, so they can send many requests."""
    definitions_ttl: float = 60.0
    """How long a worker reuses the result of comparing the profiles with the definitions of search keys."""
    definitions_timeout: float = 0.5
    """Time limit of this comparison, for which /readyz waits. The comparison reads all search keys."""


class Readiness:
    """Runs the readiness checks and caches their result. There is one instance per process.

    Logs a result only if it differs from the last one, because orchestrators send probes all the time.
    """

    def __init__(
        self, stores: Stores, times: ReadinessTimes | None = None, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._stores = stores
        self._times = times = times or ReadinessTimes()
        self._lock = Lock()
        self._results: TTLCache[object, NotReady | dict[str, str]] = TTLCache(1, times.cache_ttl, clock)
        self._states: TTLCache[object, str] = TTLCache(1, times.definitions_ttl, clock)
        self._comparison_failed = False
        self._logged: dict[str, str] | None = None

    def check(self) -> dict[str, str]:
        """Return the result of each check, by the name of the check; raises ``NotReady`` if one failed.

        Results are reused for ``cache_ttl``. Concurrent requests wait for the same result.
        """
        with self._lock:
            result = self._check()
        if isinstance(result, NotReady):
            raise NotReady(result.checks)
        return result

    @cachedmethod(attrgetter("_results"))
    def _check(self) -> NotReady | dict[str, str]:
        result = self._run_checks()
        failed = result.checks if isinstance(result, NotReady) else None
        if failed != self._logged:
            self._logged = failed
            if failed is None:
                _log.info("ready")
            else:
                _log.error("not_ready", checks=failed)
        return result

    def _run_checks(self) -> NotReady | dict[str, str]:
        """Return the result of each check, or the error if one failed.

        Stale index terms are not a failure: the service works, but may not find a profile by the new rules.
        A missing master key is not a failure either: values that it encrypted stay masked.
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
            return {"mongodb": "ok", "indexes": "ok", "lookup_entries": self._index_terms_state()}
        except DatastoreUnavailable as error:
            reason = stores.health.failure_reason() if error.reason == NO_RESPONSE else error.reason
            return NotReady({"mongodb": reason, "indexes": "unknown", "lookup_entries": "unknown"})

    def _index_terms_state(self) -> str:
        """Return the state of the index terms; raises ``DatastoreUnavailable``.

        Compares the matching rules in each call, the definitions of search keys once per ``definitions_ttl``.
        """
        profiles, snapshots = self._stores.stale_profiles, self._stores.stale_snapshots
        objects = self._stores.stale_objects
        is_stale = profiles.have_other_rules() or objects.exist() or snapshots.have_other_rules()
        state = _STALE if is_stale else self._definitions_state()
        stale = (profiles, objects, snapshots) if state == _STALE else ()
        if missing := set[str]().union(*(each.missing_master_keys() for each in stale)):
            names = ", ".join(sorted(missing))
            return f"stale: master keys are missing: {names}; add them to MASTER_KEYS"
        return state

    @cachedmethod(attrgetter("_states"))
    def _definitions_state(self) -> str:
        timeout = self._times.definitions_timeout
        try:
            is_stale = self._stores.stale_profiles.have_other_definitions(timeout)
        except DatastoreUnavailable as error:
            if not self._comparison_failed:
                _log.warning("definitions_not_compared", reason=error.reason, timeout=timeout)
            self._comparison_failed = True
            return "unknown"
        self._comparison_failed = False
        return _STALE if is_stale else "ok"
