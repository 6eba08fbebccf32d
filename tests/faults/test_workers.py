"""Workers that are killed, start before MongoDB, or receive invalid data."""

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

from tests.faults.checker import FAULTLESS, judge
from tests.faults.client import Client, NoResponse, Request, Response
from tests.faults.conftest import Serve
from tests.faults.failpoints import failing_command
from tests.faults.in_flight import requests_in_flight
from tests.faults.jobs import handle_a_contact, stored_writes
from tests.faults.load import load
from tests.faults.replica_set import ReplicaSet, wait_for
from tests.faults.serving import READY_SECONDS, Service, open_listener

# Shorter than the request timeout, and long enough to kill the worker.
_BLOCKED_MS = 4000

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="processes are read from /proc"),
    pytest.mark.timeout(400),
]


def test_a_killed_worker_is_replaced_and_loses_only_its_own_requests(
    one_member: ReplicaSet, serve: Serve, new_name: str
) -> None:
    """The other worker completes its requests, and the metrics keep their counts."""
    service = serve(one_member.uri, new_name)
    workers = service.workers()
    requests_before = _requests(service.port)
    in_flight = requests_in_flight(service.port, workers)
    victim, survivor = workers
    os.kill(victim, signal.SIGKILL)
    responses = {pid: [request.finish() for request in requests] for pid, requests in in_flight.items()}
    assert set(responses[victim]) == {None}
    assert set(responses[survivor]) == {201}
    wait_for(lambda: victim not in service.workers() or None, "the end of a worker", READY_SECONDS)
    wait_for(lambda: len(service.workers()) == 2 or None, "another worker", READY_SECONDS)
    assert survivor in service.workers()
    with pymongo.MongoClient[dict[str, Any]](one_member.uri) as client:
        tags = {profile["account_number"] for profile in client[new_name]["profiles"].find()}
        client.drop_database(new_name)
    assert tags >= {request.tag for request in in_flight[survivor]}
    assert tags.isdisjoint(request.tag for request in in_flight[victim])
    # Workers cache the metrics for some seconds.
    at_least = requests_before + len(in_flight[survivor])
    wait_for(lambda: _requests(service.port) >= at_least or None, "the figures", READY_SECONDS)


def test_requests_of_a_killed_worker_can_be_repeated(
    one_member: ReplicaSet, serve: Serve, new_name: str
) -> None:
    """The killed worker may have stored the write. The idempotency key prevents duplicates."""
    service = serve(one_member.uri, new_name)
    with load(service.port, [handle_a_contact] * 4) as agents:
        for _ in range(4):
            agents.wait_for_progress(20)
            os.kill(service.workers()[0], signal.SIGKILL)
        agents.wait_for_progress(20)
    assert agents.unexpected == []
    assert agents.outcomes["no response"] > 0
    with pymongo.MongoClient[dict[str, Any]](one_member.uri) as client:
        assert judge(agents.ledger, stored_writes(client[new_name])) == FAULTLESS
        client.drop_database(new_name)


def test_a_repeated_request_does_not_repeat_the_write_of_a_killed_worker(
    one_member: ReplicaSet, serve: Serve, new_name: str
) -> None:
    """The worker is killed between write and response. The repeated request gets the stored profile."""
    service = serve(one_member.uri, new_name)
    create = Request("POST", "/v1/profiles", {"first_name": "Ada"}, key="once")
    # The audit event is written after the change and before the response.
    blocked: Any = {"namespace": f"{new_name}.audit", "blockConnection": True, "blockTimeMS": _BLOCKED_MS}
    with pymongo.MongoClient[dict[str, Any]](one_member.uri) as client, ThreadPoolExecutor(1) as pool:
        profiles = client[new_name]["profiles"]
        with failing_command(one_member.members[0], "insert", **blocked):
            response = pool.submit(_ask, service.port, create)
            wait_for(lambda: profiles.count_documents({}) or None, "the profile", READY_SECONDS)
            for worker in service.workers():
                os.kill(worker, signal.SIGKILL)
            with pytest.raises(NoResponse):
                response.result()
        repeated = _ask(service.port, create)
        assert (repeated.status, profiles.count_documents({})) == (201, 1)
        client.drop_database(new_name)


def _requests(port: int) -> float:
    """Return the number of responses in the service's metrics."""
    text = _ask(port, Request("GET", "/metrics")).body
    counters = [line for line in text.splitlines() if line.startswith("http_requests_total{")]
    return sum(float(line.rpartition(" ")[2]) for line in counters)


def _ask(port: int, request: Request) -> Response:
    return Client(port, keep_alive=False).ask(request)


def test_the_service_starts_before_mongodb(tmp_path: Path, new_name: str) -> None:
    """The service logs the reason, keeps its workers, and becomes ready once MongoDB runs."""
    replicas = ReplicaSet(tmp_path / "mongodb", 1)
    settings = {"MONGODB_URI": replicas.uri, "MONGODB_DATABASE": new_name, "MONGODB_TIMEOUT_MS": "1000"}
    with open_listener() as listener:
        service = Service(listener, tmp_path / "log", settings)
    try:
        service.wait_until("/livez")
        wait_for(lambda: len(service.workers()) == 2 or None, "two workers", READY_SECONDS)
        workers = service.workers()
        response = _ask(service.port, Request("GET", "/readyz"))
        why = "connection refused: no server listens at MONGODB_URI"
        assert (response.status, response.body["checks"]["mongodb"]) == (503, why)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            assert _ask(service.port, Request("GET", "/readyz")).status == 503
        # Each worker logs the event only once, not for each request.
        assert 1 <= len(_log_events(service, "not_ready")) <= 2
        assert {line["checks"]["mongodb"] for line in _log_events(service, "not_ready")} == {why}
        assert _ask(service.port, Request("GET", "/v1/settings")).status == 503
        replicas.start()
        # Each worker connects by itself.
        for _ in range(20):
            service.wait_until("/readyz")
            service.wait_until("/v1/settings")
        assert service.workers() == workers
        assert 1 <= len(_log_events(service, "ready")) <= 2
    finally:
        service.stop()
        replicas.stop()
        shutil.rmtree(tmp_path / "mongodb", ignore_errors=True)


def _log_events(service: Service, event: str) -> list[dict[str, Any]]:
    """Return the log lines with this event."""
    lines = map(json.loads, service.log.read_text().splitlines())
    return [line for line in lines if line["event"] == event]


_INVALID_DATA = [
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


def test_invalid_data_affects_no_other_request(one_member: ReplicaSet, serve: Serve, new_name: str) -> None:
    """All workers stay alive, and valid requests after each invalid one succeed."""
    service = serve(one_member.uri, new_name)
    workers = service.workers()
    profile = Request("POST", "/v1/profiles", {"first_name": "Ada"})
    with pymongo.MongoClient[dict[str, Any]](one_member.uri) as client:
        for number, data in enumerate(_INVALID_DATA * 3, start=1):
            assert _status(service.port, data) in {None, 400, 413, 414, 415, 422, 505}, data[:200]
            assert _ask(service.port, profile).status == 201
            assert client[new_name]["profiles"].count_documents({}) == number
        client.drop_database(new_name)
    assert service.workers() == workers


def _status(port: int, data: bytes) -> int | None:
    """Send raw data. Return the status, or None if the connection is closed without a response."""
    with socket.create_connection(("127.0.0.1", port), timeout=READY_SECONDS) as connection:
        # The service may have closed the connection already.
        with suppress(OSError):
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            response = connection.recv(4096)
            return int(response.split()[1]) if response else None
    return None
