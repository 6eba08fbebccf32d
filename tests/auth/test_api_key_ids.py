"""The limit on queries for unknown API key IDs: concurrent requests, and failures of MongoDB."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from service.auth.key_cache import IDS_CACHE_TTL, MAX_MISSES_PER_MINUTE, KeyIds
from service.errors.datastore import DatastoreUnavailable
from tests.clock import Clock


def _exhausted_ids(read: Callable[[], frozenset[str]], clock: Clock, wait_seconds: float = 30) -> KeyIds:
    """Return the IDs of a worker that has received the maximum number of unknown IDs."""
    ids = KeyIds(read, clock, wait_seconds=wait_seconds)
    for _ in range(MAX_MISSES_PER_MINUTE):
        ids.count_miss()
    return ids


class SlowRead:
    """A function that reads all IDs, but waits until the test sets ``may_end``."""

    def __init__(self) -> None:
        self.count = 0
        self.has_started, self.may_end = Event(), Event()

    def __call__(self) -> frozenset[str]:
        """Count the call, wait, and return one ID."""
        self.count += 1
        self.has_started.set()
        assert self.may_end.wait(timeout=30)
        return frozenset({"plk_1"})


def test_concurrent_requests_share_one_read() -> None:
    """The first request reads the IDs. The other requests wait for the result."""
    read = SlowRead()
    ids = _exhausted_ids(read, Clock())
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(ids.may_exist, "plk_1")
        assert read.has_started.wait(timeout=30)
        others = [pool.submit(ids.may_exist, f"plk_{number}") for number in (1, 2, 3)]
        read.may_end.set()
        assert first.result(timeout=30)
        assert [other.result(timeout=30) for other in others] == [True, False, False]
    assert read.count == 1


def test_the_wait_for_the_read_of_another_request_is_limited() -> None:
    """If MongoDB hangs, the request gets ``DatastoreUnavailable``."""
    read = SlowRead()
    ids = _exhausted_ids(read, Clock(), wait_seconds=0.01)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ids.may_exist, "plk_1")
        assert read.has_started.wait(timeout=30)
        with pytest.raises(DatastoreUnavailable):
            ids.may_exist("plk_1")
        read.may_end.set()
        assert first.result(timeout=30)


def test_a_failed_read_is_repeated_after_a_second() -> None:
    """During this second, requests get ``DatastoreUnavailable`` and cause no further read."""
    clock = Clock()
    outcomes: list[bool] = []

    def read() -> frozenset[str]:
        outcomes.append(clock.seconds > 0)
        if not outcomes[-1]:
            raise DatastoreUnavailable
        return frozenset({"plk_1"})

    ids = _exhausted_ids(read, clock)
    for _ in range(3):
        with pytest.raises(DatastoreUnavailable):
            ids.may_exist("plk_1")
    assert outcomes == [False]
    clock.seconds = IDS_CACHE_TTL
    assert ids.may_exist("plk_1")
