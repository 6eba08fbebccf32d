"""A bound on what look-ups of unknown API key IDs cost MongoDB.

Anyone can make up IDs, and each new one costs a query. After ``MAX_MISSES_PER_MINUTE`` such queries a worker
reads the IDs of all keys instead, at most once every ``REFRESH_SECONDS``, and looks up only those. A valid
key is never refused for the failures of others; one that was created meanwhile is accepted within a second.
"""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from time import monotonic

from service.errors.datastore import DatastoreUnavailable

MAX_MISSES_PER_MINUTE = 60
REFRESH_SECONDS = 1.0
WAIT_SECONDS = 1.0
"""How long a request waits for the IDs that another request reads."""

_WINDOW_SECONDS = 60.0


class ApiKeyIds:
    """The IDs of all API keys, for a worker that is sent many unknown ones."""

    def __init__(self, read: Callable[[], frozenset[str]], clock: Callable[[], float] = monotonic) -> None:
        """``read`` returns the IDs of all keys; ``clock`` returns seconds."""
        self._read = read
        self._clock = clock
        self._lock = Lock()
        self._misses = 0
        self._window_began = clock()
        self._ids: Future[frozenset[str]] | None = None
        self._ids_began = clock()

    def count_miss(self) -> None:
        """Count a query that found no key."""
        with self._lock:
            if self._clock() - self._window_began >= _WINDOW_SECONDS:
                self._misses, self._window_began = 0, self._clock()
            self._misses += 1

    def may_exist(self, key_id: str) -> bool:
        """Return False if no key has this ID; True if it has to be looked up.

        Raises ``DatastoreUnavailable``.
        """
        return not self._is_exhausted() or key_id in self._current_ids()

    def _is_exhausted(self) -> bool:
        with self._lock:
            is_current = self._clock() - self._window_began < _WINDOW_SECONDS
            return is_current and self._misses >= MAX_MISSES_PER_MINUTE

    def _current_ids(self) -> frozenset[str]:
        """Return IDs that are at most a second old; one thread reads them, and the others wait for it."""
        with self._lock:
            now = self._clock()
            ids = self._ids
            is_due = ids is None or (ids.done() and now - self._ids_began >= REFRESH_SECONDS)
            if ids is None or is_due:
                ids = self._ids = Future()
                self._ids_began = now
        if is_due:
            self._fill(ids)
        try:
            return ids.result(timeout=WAIT_SECONDS)
        except TimeoutError:
            raise DatastoreUnavailable from None

    def _fill(self, ids: "Future[frozenset[str]]") -> None:
        try:
            ids.set_result(self._read())
        except BaseException as error:  # noqa: BLE001 - raised to every request that waits
            ids.set_exception(error)
