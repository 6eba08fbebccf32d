"""While MongoDB is unavailable, each request gets a response in bounded time, and the service recovers."""

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pymongo.database import Database
from werkzeug.test import TestResponse

from service.app import create_app
from service.config import Settings
from service.errors.datastore import DatastoreUnavailable
from service.local.mongod import BundledMongoDB
from service.model.identifiers import API_KEY_PREFIX
from service.store.client.connection import connect
from service.store.health import Availability
from service.store.stores import Stores
from tests.master_keys import ONE
from tests.readiness import uncached

# Small, so that the tests are quick. Another test covers the defaults.
TIMEOUT_MS = 500
# The driver selects a server in steps of half a second, and the last step may begin at the limit. The
# rest is for a machine that is busy with other tests.
BOUND_SECONDS = TIMEOUT_MS / 1000 + 1.5
RECOVERY_SECONDS = 30
POLL_SECONDS = 0.05

# With a short timeout and heartbeat, the driver notices in a second that MongoDB hangs. Then it looks for a
# primary.
_DETECTION_SECONDS = 3

_CONNECTION_REFUSED = "connection refused: no server listens at MONGODB_URI"

PROFILE = "/v1/profiles/" + "0" * 32
CONTACT = "/v1/contacts/c-1"
OPERATIONS: list[tuple[str, str, Any]] = [
    ("POST", f"{CONTACT}/match", {"channel": "voice", "phone_number": "+12125550100"}),
    ("PUT", f"{CONTACT}/association", {"profile_id": "0" * 32}),
    ("GET", f"{CONTACT}/association", None),
    ("DELETE", f"{CONTACT}/association", None),
    ("POST", f"{CONTACT}/clear", None),
    ("GET", CONTACT, None),
    ("POST", f"{CONTACT}/profile", {"first_name": "Ada"}),
    ("POST", "/v1/contacts/search", {}),
    ("POST", "/v1/profiles", {"first_name": "Ada"}),
    ("GET", PROFILE, None),
    ("PATCH", PROFILE, {"first_name": "Ada"}),
    ("DELETE", PROFILE, None),
    ("POST", f"{PROFILE}/keys", {"key": "phone", "values": ["+12125550100"]}),
    ("POST", f"{PROFILE}/keys/release", {"key": "phone", "values": ["+12125550100"]}),
    ("POST", "/v1/profiles/search", {"criteria": [{"key": "name", "values": ["Ada"]}]}),
    ("GET", f"{PROFILE}/contacts", None),
    ("GET", f"{PROFILE}/export", None),
    ("GET", "/v1/audit", None),
    ("GET", "/v1/search-keys", None),
    ("PUT", "/v1/search-keys/ssn", {"label": "SSN", "type": "digits"}),
    ("DELETE", "/v1/search-keys/ssn", None),
    ("GET", "/v1/settings", None),
    ("PATCH", "/v1/settings", {"default_region": "JP"}),
    ("POST", "/v1/agent-tokens", {"agent_id": "agent-7"}),
]


@pytest.fixture(scope="module")
def port() -> int:
    """Return a port that was free a moment ago. MongoDB starts again on the same one."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free: int = probe.getsockname()[1]
    return free


@pytest.fixture(scope="module")
def mongodb(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[BundledMongoDB]:
    """Return a MongoDB that the tests start and stop."""
    data_dir = tmp_path_factory.mktemp("outage")
    server = BundledMongoDB(data_dir, port=port)
    yield server
    server.stop()
    shutil.rmtree(data_dir)


@pytest.fixture
def settings(port: int) -> Settings:
    """Return settings for this MongoDB with short time limits."""
    return Settings(
        mongodb_uri=f"mongodb://127.0.0.1:{port}/?replicaSet=profile-lookup",
        mongodb_timeout_ms=TIMEOUT_MS,
        mongodb_connect_timeout_ms=TIMEOUT_MS,
        mongodb_heartbeat_ms=500,
        master_keys=ONE,
        auth=False,
    )


@pytest.fixture
def database(settings: Settings) -> Iterator[Database[dict[str, Any]]]:
    """Return the database. MongoDB does not have to run."""
    connected = connect(settings)
    yield connected
    connected.client.close()


def _search(client: FlaskClient) -> TestResponse:
    return client.post("/v1/profiles/search", json={"criteria": [{"key": "name", "values": ["Ada"]}]})


def _is_ready(client: FlaskClient) -> bool:
    return client.get("/readyz").status_code == 200


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + RECOVERY_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the condition did not become true in time"
        time.sleep(POLL_SECONDS)


@pytest.fixture
def ready_client(mongodb: BundledMongoDB, app: Flask) -> FlaskClient:
    """Return a client of an application that is ready."""
    if mongodb.pid is None:
        mongodb.start()
    client = app.test_client()
    _wait_for(lambda: _is_ready(client))
    return client


def _assert_all_return_503(app: Flask, *, reason: str) -> None:
    """Assert that all operations return 503 in time, even if all threads of a worker are busy."""

    def call(operation: tuple[str, str, Any]) -> tuple[TestResponse, float]:
        method, path, body = operation
        began = time.monotonic()
        response = app.test_client().open(path, method=method, json=body)
        return response, time.monotonic() - began

    with ThreadPoolExecutor(Settings.threads) as pool:
        for response, took in pool.map(call, OPERATIONS):
            path = response.request.path
            assert (response.status_code, response.content_type) == (503, "application/problem+json"), path
            assert response.get_json()["code"] == "datastore_unavailable"
            assert int(response.headers["Retry-After"]) > 0
            assert took < BOUND_SECONDS, path
    _assert_not_ready(app.test_client(), reason=reason)


def _assert_not_ready(client: FlaskClient, *, reason: str) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.get_json()["checks"] == {
        "mongodb": reason,
        "indexes": "unknown",
        "lookup_entries": "unknown",
    }
    assert client.get("/livez").status_code == 200


def test_while_mongodb_is_stopped_every_request_gets_a_503(
    mongodb: BundledMongoDB, ready_client: FlaskClient
) -> None:
    """When MongoDB runs again, the service recovers without a restart."""
    created = ready_client.post("/v1/profiles", json={"first_name": "Ada"})
    assert created.status_code == 201
    mongodb.stop()
    _assert_all_return_503(ready_client.application, reason=_CONNECTION_REFUSED)
    mongodb.start()
    _wait_for(lambda: _is_ready(ready_client))
    assert ready_client.get(created.headers["Location"]).status_code == 200
    assert _search(ready_client).get_json()["items"] != []


def test_while_mongodb_is_stopped_a_process_can_end_at_once(
    mongodb: BundledMongoDB, ready_client: FlaskClient
) -> None:
    """The driver would wait for 30 seconds to end its sessions."""
    mongodb.stop()
    _wait_for(lambda: not _is_ready(ready_client))
    began = time.monotonic()
    ready_client.application.extensions["profile_lookup"].disconnect()
    assert time.monotonic() - began < BOUND_SECONDS


def test_while_mongodb_hangs_every_request_gets_a_503(
    mongodb: BundledMongoDB, ready_client: FlaskClient
) -> None:
    """A server that accepts connections and sends nothing counts as unavailable."""
    pid = mongodb.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        _assert_all_return_503(ready_client.application, reason="no answer")
    finally:
        os.kill(pid, signal.SIGCONT)
    _wait_for(lambda: _is_ready(ready_client))
    assert _search(ready_client).status_code == 200


def test_while_mongodb_hangs_a_probe_gets_a_response_within_a_second(
    settings: Settings, mongodb: BundledMongoDB
) -> None:
    """The limit also applies to the first probes, before the driver notices that MongoDB hangs."""
    if mongodb.pid is None:
        mongodb.start()
    pid = mongodb.pid
    assert pid is not None
    # A command may take longer than a probe.
    database = connect(replace(settings, mongodb_timeout_ms=Settings.mongodb_timeout_ms))
    client = create_app(settings, database=database, readiness_times=uncached()).test_client()
    _wait_for(lambda: _is_ready(client))
    os.kill(pid, signal.SIGSTOP)
    try:
        until = time.monotonic() + _DETECTION_SECONDS
        while time.monotonic() < until:
            began = time.monotonic()
            _assert_not_ready(client, reason="no answer")
            assert time.monotonic() - began < 1
    finally:
        os.kill(pid, signal.SIGCONT)
    _wait_for(lambda: _is_ready(client))
    database.client.close()


def test_the_service_starts_before_mongodb(mongodb: BundledMongoDB, app: Flask) -> None:
    """The service returns 503 at first. When MongoDB runs, the service builds the indexes and works."""
    mongodb.stop()
    client = app.test_client()
    _assert_not_ready(client, reason=_CONNECTION_REFUSED)
    _assert_all_return_503(app, reason=_CONNECTION_REFUSED)
    mongodb.start()
    _wait_for(lambda: _search(client).status_code == 200)
    assert _is_ready(client)


def test_by_default_a_request_without_mongodb_gets_a_response_within_seven_seconds(
    port: int, mongodb: BundledMongoDB
) -> None:
    """``mongodb_timeout_ms`` also limits the driver's server selection."""
    mongodb.stop()
    defaults = Settings(mongodb_uri=f"mongodb://127.0.0.1:{port}/?replicaSet=profile-lookup", auth=False)
    assert defaults.mongodb_timeout_ms == 5000
    database = connect(defaults)
    client = create_app(defaults, database=database, readiness_times=uncached()).test_client()
    began = time.monotonic()
    assert _search(client).status_code == 503
    assert time.monotonic() - began < defaults.mongodb_timeout_ms / 1000 + 2
    database.client.close()


def test_during_a_longer_outage_requests_are_rejected_at_once(
    settings: Settings, mongodb: BundledMongoDB
) -> None:
    """A request does not block its thread to wait for MongoDB."""
    if mongodb.pid is None:
        mongodb.start()
    availability = Availability()
    availability.election_timeout = 0.0
    database = connect(settings, listeners=[availability])
    stores = Stores.over(database, settings, availability)
    try:
        stores.make_ready()
        mongodb.stop()
        _wait_for(lambda: _is_rejecting(stores))
        began = time.monotonic()
        for _ in range(100):
            assert _is_rejecting(stores)
        assert time.monotonic() - began < 1
        mongodb.start()
        _wait_for(lambda: not _is_rejecting(stores))
    finally:
        database.client.close()


@pytest.mark.parametrize("auth", [True, False], ids=["on", "off"])
def test_during_a_longer_outage_no_response_waits_for_mongodb(
    port: int, mongodb: BundledMongoDB, *, auth: bool
) -> None:
    """The service rejects a request before it checks the credential. /readyz responds at once too."""
    mongodb.stop()
    settings = Settings(mongodb_uri=f"mongodb://127.0.0.1:{port}/?replicaSet=profile-lookup", auth=auth)
    app = create_app(settings)
    app.extensions["profile_lookup"].availability.election_timeout = 0.0
    client = app.test_client()
    key = {"Authorization": f"Bearer {API_KEY_PREFIX}{'0' * 16}_{'0' * 64}"}
    _wait_for(lambda: _is_rejecting(app.extensions["profile_lookup"]))
    began = time.monotonic()
    for path in ("/v1/settings", PROFILE, "/readyz"):
        assert client.get(path, headers=key).status_code == 503
    assert time.monotonic() - began < 1


def _is_rejecting(stores: Stores) -> bool:
    try:
        stores.availability.check()
    except DatastoreUnavailable:
        return True
    return False
