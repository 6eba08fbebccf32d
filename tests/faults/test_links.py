"""Network faults between the service and MongoDB: responses are correct, and retries are safe.

After a 2xx, the operation is applied once. After a 503, it is applied at most once. After a repeated request,
it is applied once, even if the first command reaches MongoDB later.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pymongo
import pytest
from flask.testing import FlaskClient

from service.config import Settings
from tests.faults.operations import OPERATIONS, Data, Names, Operation, arrange, service_client
from tests.faults.proxy import Fault, Proxy, Trap
from tests.faults.replica_set import ReplicaSet

# A short timeout that is still enough for the driver to find a server.
_SHORT_TIMEOUT_MS = 700

pytestmark = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())


@pytest.fixture(scope="module")
def proxy(one_member: ReplicaSet) -> Iterator[Proxy]:
    """Return a proxy in front of a MongoDB."""
    host, port = one_member.members[0].address.split(":")
    proxy = Proxy(host, int(port))
    yield proxy
    proxy.close()


@pytest.fixture(scope="module")
def settings(proxy: Proxy) -> Settings:
    """Return settings that connect through the proxy."""
    return Settings(
        mongodb_uri=f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true",
        mongodb_database="links",
        mongodb_heartbeat_ms=500,
        auth=False,
    )


@pytest.fixture(scope="module")
def data(one_member: ReplicaSet) -> Iterator[Data]:
    """Return the database, connected without the proxy."""
    with pymongo.MongoClient[dict[str, Any]](one_member.uri) as client:
        yield client["links"]
        client.drop_database("links")


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[FlaskClient]:
    """Return a client of a service with the default timeout."""
    with service_client(settings) as client:
        yield client


@pytest.fixture(scope="module")
def short_timeout_client(settings: Settings) -> Iterator[FlaskClient]:
    """Return a client of a service with a short timeout."""
    with service_client(replace(settings, mongodb_timeout_ms=_SHORT_TIMEOUT_MS)) as client:
        yield client


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.LOST_REPLY, Fault.DELAY])
def test_one_network_fault_is_hidden_from_the_client(
    operation: Operation, fault: Fault, proxy: Proxy, client: FlaskClient, data: Data
) -> None:
    """The driver retries, MongoDB recognises the retry, and the client gets a 2xx."""
    names = arrange(client)
    trap = proxy.trap(fault, operation.command, operation.collection)
    response = operation.send(client, names)
    assert trap.triggered.is_set()
    assert response.status_code in {200, 201, 204}, response.text
    assert operation.count_effects(data, names) == 1


def test_a_request_can_be_repeated_after_a_lost_reply(
    operation: Operation, proxy: Proxy, client: FlaskClient, short_timeout_client: FlaskClient, data: Data
) -> None:
    """The operation is applied, although the client gets a 503. The repeated request changes nothing."""
    names = arrange(client)
    trap = proxy.trap(Fault.NO_REPLY, operation.command, operation.collection)
    _send_until_triggered(trap, operation, short_timeout_client, names)
    trap.wait_for_reply()
    before = _state(data)
    is_applied = operation.count_effects(data, names) == 1
    response = operation.send(client, names)
    assert response.status_code in operation.statuses_if_repeated
    assert operation.count_effects(data, names) == 1
    assert (_state(data) == before) == is_applied


@pytest.mark.parametrize("fault", [Fault.NEVER, Fault.LATE])
def test_a_request_can_be_repeated_after_a_delayed_command(
    operation: Operation,
    fault: Fault,
    proxy: Proxy,
    client: FlaskClient,
    short_timeout_client: FlaskClient,
    data: Data,
) -> None:
    """The client gets a 503 and repeats the request. The first command arrives later and changes nothing."""
    names = arrange(client)
    trap = proxy.trap(fault, operation.command, operation.collection)
    _send_until_triggered(trap, operation, short_timeout_client, names)
    assert operation.count_effects(data, names) == 0
    assert operation.send(client, names).status_code in {200, 201, 204}
    assert operation.count_effects(data, names) == 1
    after_the_retry = _state(data)
    if fault is Fault.LATE:
        trap.release()
    assert _state(data) == after_the_retry


def test_a_request_can_be_repeated_after_a_connection_failure(
    operation: Operation, proxy: Proxy, client: FlaskClient, short_timeout_client: FlaskClient, data: Data
) -> None:
    """The client gets a 503 and nothing is applied. The repeated request is applied."""
    names = arrange(client)
    with proxy.refusing():
        assert operation.send(short_timeout_client, names).status_code == 503
    assert operation.count_effects(data, names) == 0
    assert operation.send(client, names).status_code in {200, 201, 204}
    assert operation.count_effects(data, names) == 1


def _send_until_triggered(trap: Trap, operation: Operation, client: FlaskClient, names: Names) -> None:
    """Send the request, which gets a 503. Repeat it until the service sends the command."""
    while not trap.triggered.is_set():
        assert operation.send(client, names).status_code == 503


def _state(data: Data) -> dict[str, list[dict[str, Any]]]:
    """Return all profiles and contacts, without the field that marks a repeated request."""
    names = ("profiles", "associations")
    return {name: list(data[name].find({}, {"repeated": False}).sort("_id")) for name in names}
