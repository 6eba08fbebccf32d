"""Which worker takes a new connection; ``tests/faults/test_sharing.py`` shows it of the service."""

import os
from collections import deque
from typing import Any

import pytest
from gunicorn.workers.gthread import ThreadWorker

from service import gunicorn_config, gunicorn_worker
from service.gunicorn_worker import LEFT_SECONDS, Worker
from service.worker_loads import WorkerLoads


class _Clock:
    """A time that the test moves on."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    """Return the clock that workers go by."""
    clock = _Clock()
    monkeypatch.setattr(gunicorn_worker, "time", clock)
    return clock


class _Loop:
    """Takes the place of what gunicorn's worker does about connections."""

    def __init__(self, clock: _Clock) -> None:
        self.clock = clock
        self.waiting = 0
        """So many connections wait to be accepted."""
        self.waits: list[float] = []

    def accept(self, worker: Any, _listener: Any) -> None:
        self.waiting -= 1
        worker.nr_conns += 1

    def set_accept_enabled(self, worker: Any, enabled: bool) -> None:  # noqa: FBT001 - as gunicorn has it
        worker.looks = enabled

    def wait(self, worker: Any, timeout: float) -> None:
        """Tell of one connection, if one waits, or let the time pass."""
        self.waits.append(timeout)
        if worker.looks and self.waiting:
            worker.accept(None)
        else:
            self.clock.now += timeout


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch, clock: _Clock) -> _Loop:
    """Return what connections come from, for workers that know of no others yet."""
    loop = _Loop(clock)
    monkeypatch.setattr(Worker, "loads", WorkerLoads())
    for name, replaced in (
        ("accept", loop.accept),
        ("set_accept_enabled", loop.set_accept_enabled),
        ("wait_for_and_dispatch_events", loop.wait),
    ):
        monkeypatch.setattr(ThreadWorker, name, _handing_on(replaced))
    return loop


def _handing_on(function: Any) -> Any:
    """Return a method that hands its worker on."""

    def method(worker: Any, *arguments: Any) -> None:
        function(worker, *arguments)

    return method


def _worker(age: int) -> Any:
    worker: Any = object.__new__(Worker)
    worker.age, worker.alive, worker.nr_conns, worker.worker_connections = age, True, 0, 1000
    worker.keepalived_conns, worker.pending_conns = deque(), deque()
    vars(worker).update(_lingering=deque(), _left_until=None, _was_left=False)
    worker.set_accept_enabled(True)
    return worker


def _turn(worker: Any, times: int = 1) -> None:
    """Let a worker ask and wait, as gunicorn's loop does."""
    for _ in range(times):
        worker.set_accept_enabled(True)
        worker.wait_for_and_dispatch_events(1.0)


def test_whoever_has_no_more_than_others_takes_the_connection(loop: _Loop) -> None:
    """In turn, and at once."""
    one, other = _worker(1), _worker(2)
    loop.waiting = 6
    for worker in (one, other) * 3:
        _turn(worker)
    assert (one.nr_conns, other.nr_conns, loop.waiting) == (3, 3, 0)
    assert loop.clock.now == _Clock.now


def test_whoever_has_more_leaves_it_for_a_moment_and_takes_what_is_still_there(loop: _Loop) -> None:
    """However late it comes to look again; and the next one is left as well."""
    one, _ = _worker(1), _worker(2)
    loop.waiting = 3
    _turn(one, 2)
    assert (one.nr_conns, one.looks) == (1, False)
    _turn(one)
    assert loop.waits[-1] == pytest.approx(LEFT_SECONDS)
    loop.clock.now += 1
    _turn(one)
    assert one.nr_conns == 2
    _turn(one)
    assert (one.nr_conns, one.looks) == (2, False)


def test_one_that_is_over_before_the_wait_takes_no_time(loop: _Loop) -> None:
    """A worker that is kept from its processor does not wait for a second on top."""
    one, _ = _worker(1), _worker(2)
    loop.waiting = 2
    _turn(one, 2)
    loop.clock.now += 2 * LEFT_SECONDS
    _turn(one)
    assert loop.waits[-1] == 0


def test_what_another_has_taken_meanwhile_is_no_reason_to_take_the_next(loop: _Loop) -> None:
    """It is left again."""
    one, _ = _worker(1), _worker(2)
    loop.waiting = 2
    _turn(one, 3)
    loop.waiting = 0
    _turn(one)
    loop.waiting = 1
    _turn(one)
    assert (one.nr_conns, one.looks) == (1, False)


def test_requests_in_hand_count_before_connections_that_are_kept(loop: _Loop) -> None:
    """Of two, the one whose many connections rest takes what comes while the other works."""
    one, other = _worker(1), _worker(2)
    one.nr_conns = 50
    one.keepalived_conns.extend(range(50))
    other.nr_conns = 1
    for worker in (one, other):
        _turn(worker)
    loop.waiting = 1
    _turn(other)
    _turn(one)
    assert (one.nr_conns, other.nr_conns) == (51, 1)


@pytest.mark.parametrize("hook", ["child_exit", "worker_exit"])
def test_a_worker_that_has_ended_is_not_waited_for(
    loop: _Loop, monkeypatch: pytest.MonkeyPatch, hook: str
) -> None:
    """Whichever way gunicorn learns of it."""
    monkeypatch.setattr("prometheus_client.multiprocess.mark_process_dead", lambda _pid: None)
    one, killed = _worker(1), _worker(2)
    killed.pid = 0
    getattr(gunicorn_config, hook)(None, killed)
    loop.waiting = 2
    _turn(one, 2)
    assert one.nr_conns == 2


def test_a_worker_that_is_about_to_end_is_not_waited_for(loop: _Loop) -> None:
    """It takes none any more."""
    one, other = _worker(1), _worker(2)
    other.alive = False
    other.set_accept_enabled(False)
    loop.waiting = 2
    _turn(one, 2)
    assert one.nr_conns == 2


def test_the_place_of_an_age_comes_again() -> None:
    """So many workers may have come and gone."""
    counts = WorkerLoads()
    counts.tell(1, 5)
    counts.tell(257, 4)
    assert counts.least() == 4


def test_what_a_fork_tells_its_parent_sees() -> None:
    """The memory is shared."""
    counts = WorkerLoads()
    counts.tell(1, 5)
    child = os.fork()
    if not child:
        counts.tell(2, 1)
        os._exit(0)
    os.waitpid(child, 0)
    assert counts.least() == 1
