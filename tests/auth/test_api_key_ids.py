"""The bound on look-ups of unknown API key IDs, where several requests come at once or MongoDB fails."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from service.auth.authenticator import MAX_MISSES_PER_MINUTE, RECACHE_TTL, ApiKeyIds
from service.errors.datastore import DatastoreUnavailable
from tests.clock import Clock


def _exhausted(read: Callable[[], frozenset[str]], clock: Clock, wait_seconds: float = 30) -> ApiKeyIds:
    """Return the IDs of a worker that has been sent too many unknown ones."""
    ids = ApiKeyIds(read, clock, wait_seconds=wait_seconds)
    for _ in range(MAX_MISSES_PER_MINUTE):
        ids.count_miss()
    return ids


class SlowRead:
    """A read of all IDs that waits until the test lets it go on."""

    def __init__(self) -> None:
        """Count the reads."""
        self.count = 0
        self.has_begun, self.may_end = Event(), Event()

    def __call__(self) -> frozenset[str]:
        """Return one ID."""
        self.count += 1
        self.has_begun.set()
        assert self.may_end.wait(timeout=30)
        return frozenset({"plk_1"})


def test_requests_that_come_together_share_one_read() -> None:
    """The first reads the IDs, and the others wait for it."""
    read = SlowRead()
    ids = _exhausted(read, Clock())
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(ids.may_exist, "plk_1")
        assert read.has_begun.wait(timeout=30)
        others = [pool.submit(ids.may_exist, f"plk_{number}") for number in (1, 2, 3)]
        read.may_end.set()
        assert first.result(timeout=30)
        assert [other.result(timeout=30) for other in others] == [True, False, False]
    assert read.count == 1


def test_no_request_waits_long_for_the_read_of_another() -> None:
    """A MongoDB that hangs is unavailable."""
    read = SlowRead()
    ids = _exhausted(read, Clock(), wait_seconds=0.01)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ids.may_exist, "plk_1")
        assert read.has_begun.wait(timeout=30)
        with pytest.raises(DatastoreUnavailable):
            ids.may_exist("plk_1")
        read.may_end.set()
        assert first.result(timeout=30)


def test_a_read_that_fails_is_repeated_after_a_second() -> None:
    """Meanwhile it is unknown whether a key exists, and no request asks again."""
    clock = Clock()
    outcomes: list[bool] = []

    def read() -> frozenset[str]:
        outcomes.append(clock.seconds > 0)
        if not outcomes[-1]:
            raise DatastoreUnavailable
        return frozenset({"plk_1"})

    ids = _exhausted(read, clock)
    for _ in range(3):
        with pytest.raises(DatastoreUnavailable):
            ids.may_exist("plk_1")
    assert outcomes == [False]
    clock.seconds = RECACHE_TTL
    assert ids.may_exist("plk_1")
