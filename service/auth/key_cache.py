"""Look up API keys and access keys, and cache them."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import date
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

from cachetools import LRUCache, TTLCache

from service.errors.datastore import DatastoreUnavailable
from service.model.principal import StoredKey
from service.store.health import Availability
from service.store.keys import KeyStore

K = TypeVar("K", bound=StoredKey)

CACHE_TTL = 4.0
"""Seconds for which a worker caches a key. A revocation must take effect within five seconds."""

MAX_CACHED_KEYS = 10_000
MAX_CACHED_UNKNOWN_IDS = 1_000
"""Unknown IDs have a separate cache, so that invented IDs evict no key from the other cache."""

MAX_MISSES_PER_MINUTE = 60
"""Number of queries for unknown IDs after which a worker reads the IDs of all keys."""

IDS_CACHE_TTL = 1.0
"""Seconds for which a worker uses the IDs of all keys before it reads them again."""

WAIT_TIMEOUT = 1.0
"""Maximum seconds that a request waits while another request reads the IDs of all keys."""


class KeyIds:
    """Limits the number of queries for IDs that do not exist.

    Attackers can invent IDs, and each invented ID causes a query. After ``MAX_MISSES_PER_MINUTE`` such
    queries within a minute, a worker reads the IDs of all keys, at most once every ``IDS_CACHE_TTL``, and
    queries only existing IDs. So invented IDs never cause the rejection of an existing key, and a new key is
    accepted within a second.
    """

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
        self._ids_read_at = clock()

    def count_miss(self) -> None:
        """Count a query that found no key."""
        with self._lock:
            self._misses[object()] = None

    def may_exist(self, key_id: str) -> bool:
        """Return False if it is certain that no key has this ID. Raises ``DatastoreUnavailable``."""
        with self._lock:
            is_exhausted = len(self._misses) >= MAX_MISSES_PER_MINUTE
        return not is_exhausted or key_id in self._current_ids()

    def _current_ids(self) -> frozenset[str]:
        """Return the IDs of all keys, at most a second old. One thread reads them; other threads wait."""
        with self._lock:
            now = self._clock()
            ids = self._ids
            is_due = ids is None or (ids.done() and now - self._ids_read_at >= IDS_CACHE_TTL)
            if ids is None or is_due:
                ids = self._ids = Future()
                self._ids_read_at = now
        if is_due:
            try:
                ids.set_result(self._read())
            except BaseException as error:  # noqa: BLE001 - raised to every request that waits
                ids.set_exception(error)
        try:
            return ids.result(timeout=self._wait_seconds)
        except TimeoutError:
            raise DatastoreUnavailable from None


class KeyCache(Generic[K]):
    """The keys of one kind that a worker has used lately."""

    def __init__(
        self,
        keys: KeyStore[K],
        availability: Availability,
        *,
        clock: Callable[[], float] = monotonic,
        max_unknown_ids: int = MAX_CACHED_UNKNOWN_IDS,
    ) -> None:
        self._store = keys
        self._availability = availability
        self._clock = clock
        self._lock = Lock()
        self._keys: LRUCache[str, tuple[float, K]] = LRUCache(MAX_CACHED_KEYS)
        """Keys and the times at which they were read. An expired entry still shows that the ID exists."""
        self._unknown_ids: TTLCache[str, None] = TTLCache(max_unknown_ids, CACHE_TTL, clock)
        self._ids = KeyIds(keys.ids, clock)

    def find(self, key_id: str) -> K | None:
        """Return the key as it was at most ``CACHE_TTL`` ago, or None if there was none.

        Raises ``DatastoreUnavailable``.
        """
        started_at = self._clock()
        with self._lock:
            cached = self._keys.get(key_id)
            is_unknown = key_id in self._unknown_ids
        if cached is not None and started_at - cached[0] < CACHE_TTL:
            return cached[1]
        if is_unknown:
            return None
        self._availability.check()
        if cached is None and not self._ids.may_exist(key_id):
            return None
        key = self._store.get(key_id)
        if key is None:
            self._ids.count_miss()
        with self._lock:
            if key is None:
                self._unknown_ids[key_id] = None
            else:
                self._keys[key_id] = (started_at, key)
        return key

    def mark_used(self, key_id: str, day: date) -> bool:
        """Mark a cached key as used on the day. Return whether this use must be stored.

        It must not if the key is not cached, for example because the ID is that of an agent token.
        """
        with self._lock:
            cached = self._keys.get(key_id)
            if cached is None or cached[1].last_used_day == day:
                return False
            self._keys[key_id] = (cached[0], replace(cached[1], last_used_day=day))
        return True

    def record_usage(self, key_id: str, day: date) -> None:
        """Store that the key was used on that day. Do nothing if MongoDB is unavailable."""
        with suppress(DatastoreUnavailable):
            self._store.record_usage(key_id, day)
