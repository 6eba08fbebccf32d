"""Broken links between the service and MongoDB: what an answer says is what is stored, and a retry is safe.

A 2xx means applied, once. A 503 means not applied or applied once, and the same request sent again leads to
applied once, even where the first one gets to MongoDB after it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pymongo
import pytest
from flask.testing import FlaskClient

from service.config import Settings
from tests.faults.operations import OPERATIONS, Data, Names, Operation, arrange, calling
from tests.faults.proxy import Fault, Proxy, Trap
from tests.faults.replica_set import ReplicaSet

# Milliseconds that the service waits where nothing will come; the least that the driver finds a server in.
_HASTY_MS = 700

pytestmark = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())


@pytest.fixture(scope="module")
def proxy(one_member: ReplicaSet) -> Iterator[Proxy]:
    """Return a proxy before a MongoDB."""
    host, port = one_member.members[0].address.split(":")
    proxy = Proxy(host, int(port))
    yield proxy
    proxy.close()


@pytest.fixture(scope="module")
def settings(proxy: Proxy) -> Settings:
    """Return settings that lead through the proxy."""
    return Settings(
        mongodb_uri=f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true",
        mongodb_database="links",
        mongodb_heartbeat_ms=500,
        auth=False,
    )


@pytest.fixture(scope="module")
def data(one_member: ReplicaSet) -> Iterator[Data]:
    """Return the database as it is behind the proxy."""
    with pymongo.MongoClient[dict[str, Any]](one_member.uri) as client:
        yield client["links"]
        client.drop_database("links")


@pytest.fixture(scope="module")
def patient(settings: Settings) -> Iterator[FlaskClient]:
    """Return a caller of the service that waits as long as it does by default."""
    with calling(settings) as client:
        yield client


@pytest.fixture(scope="module")
def hasty(settings: Settings) -> Iterator[FlaskClient]:
    """Return a caller of a service that gives up soon."""
    with calling(replace(settings, mongodb_timeout_ms=_HASTY_MS)) as client:
        yield client


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.LOST_REPLY, Fault.DELAY])
def test_one_broken_link_is_not_noticed(
    operation: Operation, fault: Fault, proxy: Proxy, patient: FlaskClient, data: Data
) -> None:
    """The driver asks again, MongoDB knows what it has done already, and the caller gets a 2xx."""
    names = arrange(patient)
    trap = proxy.trap(fault, operation.command, operation.collection)
    answer = operation.send(patient, names)
    assert trap.sprung.is_set()
    assert answer.status_code in {200, 201, 204}, answer.text
    assert operation.times(data, names) == 1


def test_a_reply_that_never_comes(
    operation: Operation, proxy: Proxy, patient: FlaskClient, hasty: FlaskClient, data: Data
) -> None:
    """It was applied and answered 503; the same request once more finds it done, and changes nothing."""
    names = arrange(patient)
    trap = proxy.trap(Fault.NO_REPLY, operation.command, operation.collection)
    _send_until_it_falls(trap, operation, hasty, names)
    trap.wait_for_reply()
    before = _state(data)
    is_done = operation.times(data, names) == 1
    answer = operation.send(patient, names)
    assert answer.status_code in operation.once_more
    assert operation.times(data, names) == 1
    assert (_state(data) == before) == is_done


@pytest.mark.parametrize("fault", [Fault.NEVER, Fault.LATE])
def test_a_command_that_nobody_waits_for_any_more(
    operation: Operation,
    fault: Fault,
    proxy: Proxy,
    patient: FlaskClient,
    hasty: FlaskClient,
    data: Data,
) -> None:
    """It was answered 503 and not applied, the retry is; the first one, coming after it, changes nothing."""
    names = arrange(patient)
    trap = proxy.trap(fault, operation.command, operation.collection)
    _send_until_it_falls(trap, operation, hasty, names)
    assert operation.times(data, names) == 0
    assert operation.send(patient, names).status_code in {200, 201, 204}
    assert operation.times(data, names) == 1
    after_the_retry = _state(data)
    if fault is Fault.LATE:
        trap.let_go()
    assert _state(data) == after_the_retry


def test_no_connection_at_all(
    operation: Operation, proxy: Proxy, patient: FlaskClient, hasty: FlaskClient, data: Data
) -> None:
    """It is answered 503 and not applied; when there are connections again, the same request is."""
    names = arrange(patient)
    with proxy.refusing():
        assert operation.send(hasty, names).status_code == 503
    assert operation.times(data, names) == 0
    assert operation.send(patient, names).status_code in {200, 201, 204}
    assert operation.times(data, names) == 1


def _send_until_it_falls(trap: Trap, operation: Operation, hasty: FlaskClient, names: Names) -> None:
    """Send the request, which is answered 503; again where time ran out before the command was reached."""
    while not trap.sprung.is_set():
        assert operation.send(hasty, names).status_code == 503


def _state(data: Data) -> dict[str, list[dict[str, Any]]]:
    """Return all profiles and contacts, but for the service's own note that a request came again."""
    names = ("profiles", "associations")
    return {name: list(data[name].find({}, {"repeated": False}).sort("_id")) for name in names}
