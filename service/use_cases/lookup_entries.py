"""Whether lookup entries are stale, in the words of /readyz."""

from collections.abc import Callable

import structlog

from service.errors.datastore import DatastoreUnavailable
from service.store.stores import Stores

DEFINITIONS_TTL = 60.0
"""Seconds after which a worker compares the definitions of search keys with those of the profiles again."""

DEFINITIONS_TIMEOUT = 0.5
"""Seconds that this may take: it reads all search keys, and /readyz waits for it."""

_OK = "ok"
_UNKNOWN = "unknown"
_STALE = "stale: run profile-lookup reindex"

_log = structlog.get_logger(__name__)


class LookupEntries:
    """The state of the lookup entries. One for each process, used by one thread at a time."""

    def __init__(self, stores: Stores, clock: Callable[[], float]) -> None:
        """Take the stores, and a clock in seconds."""
        self._stores = stores
        self._clock = clock
        self._definitions = _OK
        self._compared_at: float | None = None

    def state(self) -> str:
        """Return the state; raises ``DatastoreUnavailable`` if MongoDB does not answer.

        The rules are compared now, the definitions of search keys at most ``DEFINITIONS_TTL`` seconds ago.
        """
        profiles = self._stores.stale_profiles
        state = _STALE if profiles.have_other_rules() else self._state_of_definitions()
        if state == _STALE and (missing := profiles.missing_masters()):
            return f"stale: values are sealed with masters that are not set: {', '.join(missing)}"
        return state

    def _state_of_definitions(self) -> str:
        if self._compared_at is None or self._clock() - self._compared_at >= DEFINITIONS_TTL:
            self._definitions = self._compare(self._definitions)
            self._compared_at = self._clock()
        return self._definitions

    def _compare(self, before: str) -> str:
        try:
            return _STALE if self._stores.stale_profiles.have_other_definitions(DEFINITIONS_TIMEOUT) else _OK
        except DatastoreUnavailable as error:
            if before != _UNKNOWN:
                _log.warning("definitions_not_compared", reason=error.reason, timeout=DEFINITIONS_TIMEOUT)
            return _UNKNOWN
