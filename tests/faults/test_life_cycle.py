"""Stops, reloads and upgrades of the service under load drop no request.

A request is dropped if a worker accepted its connection and did not respond. After SIGTERM, a request may
come too late, so that no worker accepts its connection. Then the request must store nothing.
"""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymongo
import pytest

from tests.faults.checker import FAULTLESS, Ledger, judge
from tests.faults.conftest import Serve
from tests.faults.jobs import create_once, stored_writes
from tests.faults.load import Load, load
from tests.faults.replica_set import ReplicaSet
from tests.faults.serving import Service, open_listener

_NEXT_RELEASE = "tests.faults.next_release:create_next_app()"
_AGENTS = (create_once, create_once)
# Number of writes before the change.
_SOME_WRITES = 30
_DEADLINE_SECONDS = 90
_POLL_SECONDS = 0.1

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="processes are read from /proc"),
    pytest.mark.timeout(400),
]


def _under_load(port: int, change: Callable[[], None]) -> list[Load]:
    """Make a change under load. Some agents reuse their connection, others open one for each request."""
    with load(port, _AGENTS) as persistent, load(port, _AGENTS, keep_alive=False) as reconnecting:
        persistent.wait_for_progress(_SOME_WRITES)
        reconnecting.wait_for_progress(_SOME_WRITES)
        change()
    return [persistent, reconnecting]


def _assert_stored(mongodb: ReplicaSet, database: str, loads: list[Load]) -> None:
    """Assert that each acknowledged write is stored once, and that no other write is stored."""
    together = Ledger()
    for each in loads:
        assert each.unexpected == []
        together.acknowledged |= each.ledger.acknowledged
        together.uncertain |= each.ledger.uncertain
    with pymongo.MongoClient[dict[str, Any]](mongodb.uri) as client:
        assert judge(together, stored_writes(client[database])) == FAULTLESS
        client.drop_database(database)


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "timed out"
        time.sleep(_POLL_SECONDS)


def test_sigterm_drops_no_request(one_member: ReplicaSet, serve: Serve, new_name: str) -> None:
    """Every accepted request gets a response, and the exit code is 0."""
    service = serve(one_member.uri, new_name)
    loads = _under_load(service.port, lambda: _assert_ends(service))
    _assert_stored(one_member, new_name, loads)
    unanswered = [failure for each in loads for failure in each.unanswered]
    # No request on a reused connection is dropped.
    assert not any(failure.was_reused for failure in unanswered)


def _assert_ends(service: Service) -> None:
    assert service.stop() == 0


def _reload_then_scale_up_and_down(service: Service) -> None:
    before = set(service.workers())
    service.signal(signal.SIGHUP)
    _wait_until(lambda: len(service.workers()) == 2 and before.isdisjoint(service.workers()))
    service.signal(signal.SIGTTIN)
    _wait_until(lambda: len(service.workers()) == 3)
    service.signal(signal.SIGTTOU)
    _wait_until(lambda: len(service.workers()) == 2)


def _wait_for_max_requests(service: Service) -> None:
    before = set(service.workers())
    _wait_until(lambda: len(service.workers()) == 2 and before.isdisjoint(service.workers()))


@pytest.mark.parametrize(
    ("renew", "options"),
    [
        (_reload_then_scale_up_and_down, ()),
        (_wait_for_max_requests, ("--max-requests", "60", "--max-requests-jitter", "30")),
    ],
    ids=["reload and scale", "max-requests"],
)
def test_replacing_workers_drops_no_request(
    one_member: ReplicaSet,
    serve: Serve,
    new_name: str,
    renew: Callable[[Service], None],
    options: tuple[str, ...],
) -> None:
    """The socket stays open, so each request gets a response."""
    service = serve(one_member.uri, new_name, options=options)
    loads = _under_load(service.port, lambda: renew(service))
    _assert_stored(one_member, new_name, loads)
    assert [each.unanswered for each in loads] == [[], []]


def test_a_rolling_update_drops_no_request(one_member: ReplicaSet, tmp_path: Path, new_name: str) -> None:
    """Both releases share the socket and the database while the old release stops."""
    settings = {"MONGODB_URI": one_member.uri, "MONGODB_DATABASE": new_name}
    with open_listener() as listener:
        old = Service(listener, tmp_path / "old", settings)
        new: list[Service] = []

        def roll() -> None:
            new.append(Service(listener, tmp_path / "new", settings, application=_NEXT_RELEASE))
            _wait_until(lambda: len(new[0].workers()) == 2)
            _assert_ends(old)

        try:
            old.wait_until("/readyz")
            loads = _under_load(old.port, roll)
        finally:
            for service in (old, *new):
                service.stop()
    _assert_stored(one_member, new_name, loads)
    assert [each.unanswered for each in loads] == [[], []]
