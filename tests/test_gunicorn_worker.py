"""Which worker takes a new connection; ``tests/faults/test_sharing.py`` shows it of the service."""

import os
from typing import Any

import pytest
from gunicorn.workers.gthread import ThreadWorker

from service import gunicorn_config, gunicorn_worker
from service.gunicorn_worker import LEFT_SECONDS, Worker
from service.open_connections import OpenConnections


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


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """Return two workers that look for connections; what they take is counted, and comes from nowhere."""
    monkeypatch.setattr(Worker, "open_connections", OpenConnections())
    monkeypatch.setattr(ThreadWorker, "accept", _take_it)
    monkeypatch.setattr(ThreadWorker, "set_accept_enabled", _look_or_not)
    return _worker(1), _worker(2)


def _worker(age: int) -> Any:
    worker: Any = object.__new__(Worker)
    worker.age, worker.alive, worker.nr_conns, worker.looks = age, True, 0, False
    worker.set_accept_enabled(True)
    return worker


def _take_it(worker: Any, _listener: Any) -> None:
    worker.nr_conns += 1


def _look_or_not(worker: Any, enabled: bool) -> None:  # noqa: FBT001 - as gunicorn has it
    worker.looks = enabled


@pytest.mark.usefixtures("clock")
def test_whoever_has_no_more_than_others_takes_the_connection(workers: tuple[Any, Any]) -> None:
    """At once, and goes on looking."""
    for worker in workers * 3:
        worker.accept(None)
    assert [(worker.nr_conns, worker.looks) for worker in workers] == [(3, True), (3, True)]


def test_whoever_has_more_leaves_it_for_a_moment(workers: tuple[Any, Any], clock: _Clock) -> None:
    """And takes it when the moment is over: the other may be too busy."""
    one, _ = workers
    one.accept(None)
    one.accept(None)
    assert (one.nr_conns, one.looks) == (1, False)
    one.set_accept_enabled(True)
    assert not one.looks
    clock.now += LEFT_SECONDS
    one.set_accept_enabled(True)
    assert one.looks
    one.accept(None)
    assert one.nr_conns == 2


def test_a_moment_is_for_one_connection(workers: tuple[Any, Any], clock: _Clock) -> None:
    """The next one is left as well, behind one that nobody else took, or long after one that was taken."""
    one, _ = workers
    one.accept(None)
    one.accept(None)
    clock.now += LEFT_SECONDS
    one.accept(None)
    one.accept(None)
    assert one.nr_conns == 2
    clock.now += 3 * LEFT_SECONDS
    one.accept(None)
    assert one.nr_conns == 2


@pytest.mark.usefixtures("clock")
def test_a_worker_that_is_about_to_end_or_has_ended_is_not_waited_for(
    workers: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left to whoever takes none any more."""
    one, other = workers
    one.accept(None)
    other.alive = False
    other.set_accept_enabled(False)
    one.accept(None)
    assert one.nr_conns == 2
    killed = _worker(3)
    one.accept(None)
    assert one.nr_conns == 2
    monkeypatch.setattr("prometheus_client.multiprocess.mark_process_dead", lambda _pid: None)
    killed.pid = 0
    gunicorn_config.child_exit(None, killed)
    assert Worker.open_connections.fewest() == 2


def test_the_place_of_an_age_comes_again() -> None:
    """So many workers may have come and gone."""
    counts = OpenConnections()
    counts.tell(1, 5)
    counts.tell(257, 4)
    assert counts.fewest() == 4


def test_what_a_fork_tells_its_parent_sees() -> None:
    """The memory is shared."""
    counts = OpenConnections()
    counts.tell(1, 5)
    child = os.fork()
    if not child:
        counts.tell(2, 1)
        os._exit(0)
    os.waitpid(child, 0)
    assert counts.fewest() == 1
