"""Check for stale index terms. ``/readyz`` calls them lookup entries."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from cachetools import TTLCache

from service.errors.datastore import DatastoreUnavailable
from service.store.stores import Stores

_OK = "ok"
_UNKNOWN = "unknown"
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


class LookupEntries:
    """The state of the index terms. One per process, used by one thread at a time."""

    def __init__(self, stores: Stores, times: ReadinessTimes, clock: Callable[[], float]) -> None:
        self._stores = stores
        self._times = times
        self._states: TTLCache[str, str] = TTLCache(1, times.definitions_ttl, clock)
        self._is_unknown = False

    def state(self) -> str:
        """Return the state; raises ``DatastoreUnavailable`` if MongoDB does not answer.

        Compares the matching rules each time, the definitions of search keys once per minute.
        """
        profiles = self._stores.stale_profiles
        state = _STALE if profiles.have_other_rules() else self._state_of_definitions()
        if state == _STALE and (missing := profiles.missing_masters()):
            return f"stale: values are sealed with masters that are not set: {', '.join(missing)}"
        return state

    def _state_of_definitions(self) -> str:
        state = self._states.get("definitions")
        if state is None:
            state = self._states["definitions"] = self._compare()
        return state

    def _compare(self) -> str:
        timeout = self._times.definitions_timeout
        try:
            is_stale = self._stores.stale_profiles.have_other_definitions(timeout)
        except DatastoreUnavailable as error:
            if not self._is_unknown:
                _log.warning("definitions_not_compared", reason=error.reason, timeout=timeout)
            self._is_unknown = True
            return _UNKNOWN
        self._is_unknown = False
        return _STALE if is_stale else _OK
