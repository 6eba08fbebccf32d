"""Workers that are killed, that start before MongoDB, and that are sent rubbish."""

import json
import os
import shutil
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pymongo
import pytest

from tests.faults.caller import Answer, Caller, Request, Unanswered
from tests.faults.checker import FAULTLESS, judge
from tests.faults.conftest import Serve
from tests.faults.failpoints import failing_command
from tests.faults.in_flight import in_flight_in_each
from tests.faults.jobs import stored, work_a_contact
from tests.faults.load import load
from tests.faults.replica_set import ReplicaSet, wait_for
from tests.faults.serving import READY_SECONDS, Service, listening

# Less than a request may take, and enough to kill its worker meanwhile.
_HELD_MS = 4000

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="processes are read from /proc"),
    pytest.mark.timeout(400),
]


def test_a_killed_worker_is_replaced_and_loses_its_own_alone(
    one_member: ReplicaSet, serve: Serve, new_name: str
) -> None:
    """Requests in the other worker are answered, a new one takes its place, and the metrics go on."""
    service = serve(one_member.uri, new_name)
    workers = service.workers()
    counted = _requests(service.port)
    in_flight = in_flight_in_each(service.port, workers)
    victim, survivor = workers
    os.kill(victim, signal.SIGKILL)
    answers = {pid: [request.finish() for request in requests] for pid, requests in in_flight.items()}
    assert set(answers[victim]) == {None}
    assert set(answers[survivor]) == {201}
    wait_for(lambda: victim not in service.workers() or None, "the end of a worker", READY_SECONDS)
    wait_for(lambda: len(service.workers()) == 2 or None, "another worker", READY_SECONDS)
    assert survivor in service.workers()
    with pymongo.MongoClient[dict[str, Any]](one_member.uri) as client:
        tags = {profile["account_number"] for profile in client[new_name]["profiles"].find()}
        client.drop_database(new_name)
    assert tags >= {request.tag for request in in_flight[survivor]}
    assert tags.isdisjoint(request.tag for request in in_flight[victim])
    # A worker reuses what it has rendered for some seconds.
    at_least = counted + len(in_flight[survivor])
    wait_for(lambda: _requests(service.port) >= at_least or None, "the figures", READY_SECONDS)


def test_what_a_killed_worker_left_unanswered_is_done_once(
    one_member: ReplicaSet, serve: Serve, new_name: str
) -> None:
    """It may have written and not said so; with the same key nothing is created twice."""
    service = serve(one_member.uri, new_name)
    with load(service.port, [work_a_contact] * 4) as agents:
        for _ in range(4):
            agents.wait_for_progress(20)
            os.kill(service.workers()[0], signal.SIGKILL)
        agents.wait_for_progress(20)
    assert agents.surprises == []
    assert agents.outcomes["no answer"] > 0
    with pymongo.MongoClient[dict[str, Any]](one_member.uri) as client:
        assert judge(agents.ledger, stored(client[new_name])) == FAULTLESS
        client.drop_database(new_name)


def test_what_a_worker_wrote_before_it_was_killed_is_not_written_again(
    one_member: ReplicaSet, serve: Serve, new_name: str
) -> None:
    """It is killed between the write and the answer; the same request once more gets what was written."""
    service = serve(one_member.uri, new_name)
    create = Request("POST", "/v1/profiles", {"first_name": "Ada"}, key="once")
    # The event of the change is written after it, and before the answer.
    held: Any = {"namespace": f"{new_name}.audit", "blockConnection": True, "blockTimeMS": _HELD_MS}
    with pymongo.MongoClient[dict[str, Any]](one_member.uri) as client, ThreadPoolExecutor(1) as pool:
        profiles = client[new_name]["profiles"]
        with failing_command(one_member.members[0], "insert", **held):
            answer = pool.submit(_ask, service.port, create)
            wait_for(lambda: profiles.count_documents({}) or None, "the profile", READY_SECONDS)
            for worker in service.workers():
                os.kill(worker, signal.SIGKILL)
            with pytest.raises(Unanswered):
                answer.result()
        again = _ask(service.port, create)
        assert (again.status, profiles.count_documents({})) == (201, 1)
        client.drop_database(new_name)


def _requests(port: int) -> float:
    """Return how many requests the service says that it has answered."""
    text = _ask(port, Request("GET", "/metrics")).body
    counters = [line for line in text.splitlines() if line.startswith("http_requests_total{")]
    return sum(float(line.rpartition(" ")[2]) for line in counters)


def _ask(port: int, request: Request) -> Answer:
    return Caller(port, keep_alive=False).ask(request)


def test_the_service_starts_before_mongodb(tmp_path: Path, new_name: str) -> None:
    """It waits and says what for, with the same workers all the time, and serves once MongoDB is there."""
    replicas = ReplicaSet(tmp_path / "mongodb", 1)
    settings = {"MONGODB_URI": replicas.uri, "MONGODB_DATABASE": new_name, "MONGODB_TIMEOUT_MS": "1000"}
    with listening() as listener:
        service = Service(listener, tmp_path / "log", settings)
    try:
        service.wait_until("/livez")
        wait_for(lambda: len(service.workers()) == 2 or None, "two workers", READY_SECONDS)
        workers = service.workers()
        not_ready = _ask(service.port, Request("GET", "/readyz"))
        why = "connection refused: no server listens at MONGODB_URI"
        assert (not_ready.status, not_ready.body["checks"]["mongodb"]) == (503, why)
        until = time.monotonic() + 5
        while time.monotonic() < until:
            assert _ask(service.port, Request("GET", "/readyz")).status == 503
        # One of a worker, and not of a question.
        assert 1 <= len(_told(service, "not_ready")) <= 2
        assert {line["checks"]["mongodb"] for line in _told(service, "not_ready")} == {why}
        assert _ask(service.port, Request("GET", "/v1/settings")).status == 503
        replicas.start()
        # Each worker finds MongoDB by itself.
        for _ in range(20):
            service.wait_until("/readyz")
            service.wait_until("/v1/settings")
        assert service.workers() == workers
        assert 1 <= len(_told(service, "ready")) <= 2
    finally:
        service.stop()
        replicas.stop()
        shutil.rmtree(tmp_path / "mongodb", ignore_errors=True)


def _told(service: Service, event: str) -> list[dict[str, Any]]:
    """Return the lines of the log that tell of this event."""
    lines = map(json.loads, service.log.read_text().splitlines())
    return [line for line in lines if line["event"] == event]


_RUBBISH = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    b"GET / HTTP/9.9\r\n\r\n",
    b"POST /v1/profiles HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"POST /v1/profiles HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    *(
        b"POST /v1/profiles HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        for body in (
            b"[" * 100_000,
            b'{"first_name": "\\ud800"}',
            b'{"first_name": ' + b"9" * 5000 + b"}",
            b'{"first_name": {"$ne": null}}',
            b"\xff" * 1000,
        )
    ),
]


def test_rubbish_costs_its_own_answer_alone(one_member: ReplicaSet, serve: Serve, new_name: str) -> None:
    """No worker ends by it, and a request among the rubbish is answered as ever."""
    service = serve(one_member.uri, new_name)
    workers = service.workers()
    profile = Request("POST", "/v1/profiles", {"first_name": "Ada"})
    with pymongo.MongoClient[dict[str, Any]](one_member.uri) as client:
        for number, rubbish in enumerate(_RUBBISH * 3, start=1):
            assert _status(service.port, rubbish) in {None, 400, 413, 414, 415, 422, 505}, rubbish[:200]
            assert _ask(service.port, profile).status == 201
            assert client[new_name]["profiles"].count_documents({}) == number
        client.drop_database(new_name)
    assert service.workers() == workers


def _status(port: int, rubbish: bytes) -> int | None:
    """Send it and return the status; None where the connection is just closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=READY_SECONDS) as connection:
        connection.sendall(rubbish)
        connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            answer = connection.recv(4096)
            return int(answer.split()[1]) if answer else None
    return None
