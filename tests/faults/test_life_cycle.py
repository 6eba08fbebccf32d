"""The service under load while it is stopped, renewed, replaced or hurt: no request is dropped.

A request is dropped where the service had it and did not answer. Whoever finds no connection, or one in the
kernel's queue that nobody took up, has lost nothing: those requests must have left no trace, and they cannot
happen at all where the socket stays open.
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
from tests.faults.jobs import create_once, stored
from tests.faults.load import Load, load
from tests.faults.replica_set import ReplicaSet
from tests.faults.serving import Service, listening

_NEXT_RELEASE = "tests.faults.next_release:create_next_app()"
_AGENTS = (create_once, create_once)
_SOME = 30
_DEADLINE_SECONDS = 90
_POLL_SECONDS = 0.1

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="processes are read from /proc"),
    pytest.mark.timeout(400),
]


def _under_load(port: int, change: Callable[[], None]) -> list[Load]:
    """Let agents work while the change happens: some keep their connections, some never do."""
    with load(port, _AGENTS) as keeping, load(port, _AGENTS, keep_alive=False) as opening:
        keeping.wait_for_progress(_SOME)
        opening.wait_for_progress(_SOME)
        change()
    return [keeping, opening]


def _assert_kept(mongodb: ReplicaSet, database: str, loads: list[Load]) -> None:
    """Assert that what was answered is stored once, and what was not answered not at all."""
    together = Ledger()
    for each in loads:
        assert each.surprises == []
        together.acknowledged |= each.ledger.acknowledged
        together.uncertain |= each.ledger.uncertain
    with pymongo.MongoClient[dict[str, Any]](mongodb.uri) as client:
        assert judge(together, stored(client[database])) == FAULTLESS
        client.drop_database(database)


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(_POLL_SECONDS)


def test_sigterm_drops_no_request(one_member: ReplicaSet, serve: Serve, new_name: str) -> None:
    """Whatever was taken up is answered, and the service ends by itself with 0."""
    service = serve(one_member.uri, new_name)
    loads = _under_load(service.port, lambda: _assert_ends(service))
    _assert_kept(one_member, new_name, loads)
    unanswered = [lost for each in loads for lost in each.unanswered]
    # A connection that has brought an answer once is not forgotten.
    assert not any(lost.served for lost in unanswered)


def _assert_ends(service: Service) -> None:
    assert service.stop() == 0


def _reload(service: Service) -> None:
    before = set(service.workers())
    service.signal(signal.SIGHUP)
    _wait_until(lambda: len(service.workers()) == 2 and before.isdisjoint(service.workers()))


def _one_more_and_one_less(service: Service) -> None:
    service.signal(signal.SIGTTIN)
    _wait_until(lambda: len(service.workers()) == 3)
    service.signal(signal.SIGTTOU)
    _wait_until(lambda: len(service.workers()) == 2)


def _wear_out(service: Service) -> None:
    before = set(service.workers())
    _wait_until(lambda: len(service.workers()) == 2 and before.isdisjoint(service.workers()))


@pytest.mark.parametrize(
    ("renew", "options"),
    [
        (_reload, ()),
        (_one_more_and_one_less, ()),
        (_wear_out, ("--max-requests", "60", "--max-requests-jitter", "30")),
    ],
    ids=["reloaded", "one more and one less", "after so many requests"],
)
def test_renewing_workers_drops_no_request(
    one_member: ReplicaSet,
    serve: Serve,
    new_name: str,
    renew: Callable[[Service], None],
    options: tuple[str, ...],
) -> None:
    """The socket stays open, so that every single request is answered."""
    service = serve(one_member.uri, new_name, options=options)
    loads = _under_load(service.port, lambda: renew(service))
    _assert_kept(one_member, new_name, loads)
    assert [each.unanswered for each in loads] == [[], []]


def test_another_release_takes_over_without_dropping_a_request(
    one_member: ReplicaSet, tmp_path: Path, new_name: str
) -> None:
    """Both serve the same socket and the same data, and the old one is stopped: nobody notices."""
    settings = {"MONGODB_URI": one_member.uri, "MONGODB_DATABASE": new_name}
    with listening() as listener:
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
    _assert_kept(one_member, new_name, loads)
    assert [each.unanswered for each in loads] == [[], []]
