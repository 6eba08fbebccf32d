"""Limit the queries for unknown API key IDs.

Anyone can make up IDs, and each new one costs a query. After ``MAX_MISSES_PER_MINUTE`` such queries a worker
reads the IDs of all API keys instead, at most once every ``RECACHE_TTL``, and looks up only those. So a
valid key is never rejected because of others; a new one is accepted within a second.
"""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from time import monotonic

from cachetools import TTLCache

from service.errors.datastore import DatastoreUnavailable

MAX_MISSES_PER_MINUTE = 60
RECACHE_TTL = 1.0
WAIT_TIMEOUT = 1.0
"""How long a request waits for the IDs that another request reads."""


class ApiKeyIds:
    """The IDs of all API keys. ``read`` reads them; ``clock`` returns seconds."""

    def __init__(
        self,
        read: Callable[[], frozenset[str]],
        clock: Callable[[], float] = monotonic,
        *,
        wait_seconds: float = WAIT_TIMEOUT,
    ) -> None:
        self._read = read
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._lock = Lock()
        self._misses: TTLCache[object, None] = TTLCache(MAX_MISSES_PER_MINUTE, 60, clock)
        self._ids: Future[frozenset[str]] | None = None
        self._ids_began = clock()

    def count_miss(self) -> None:
        """Count a query that found no key."""
        with self._lock:
            self._misses[object()] = None

    def may_exist(self, key_id: str) -> bool:
        """Return False if no key has this ID; True if it has to be looked up.

        Raises ``DatastoreUnavailable``.
        """
        with self._lock:
            is_exhausted = len(self._misses) >= MAX_MISSES_PER_MINUTE
        return not is_exhausted or key_id in self._current_ids()

    def _current_ids(self) -> frozenset[str]:
        """Return IDs that are at most a second old; one thread reads them, and the others wait for it."""
        with self._lock:
            now = self._clock()
            ids = self._ids
            is_due = ids is None or (ids.done() and now - self._ids_began >= RECACHE_TTL)
            if ids is None or is_due:
                ids = self._ids = Future()
                self._ids_began = now
        if is_due:
            self._fill(ids)
        try:
            return ids.result(timeout=self._wait_seconds)
        except TimeoutError:
            raise DatastoreUnavailable from None

    def _fill(self, ids: "Future[frozenset[str]]") -> None:
        try:
            ids.set_result(self._read())
        except BaseException as error:  # noqa: BLE001 - raised to every request that waits
            ids.set_exception(error)
