"""Errors that MongoDB returns during a failover or with slow replication."""

from collections.abc import Iterator
from typing import Any

import pymongo
import pytest
from flask.testing import FlaskClient

from service.config import Settings
from tests.faults.failpoints import failing_command
from tests.faults.operations import OPERATIONS, Data, Operation, arrange, service_client
from tests.faults.replica_set import ReplicaSet

_DATABASE = "failpoints"

# The server adds this label to such errors.
_RETRYABLE = {"errorLabels": ["RetryableWriteError"]}
_TRANSIENT = {
    "the primary steps down": {"errorCode": 189},
    "the member is no longer the primary": {"errorCode": 10107},
    "the connection is closed": {"closeConnection": True},
    "the member shuts down after the write": {
        "writeConcernError": {"code": 91, "errmsg": "shutdown in progress"},
        **_RETRYABLE,
    },
}

pytestmark = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())


@pytest.fixture(scope="module")
def client(one_member: ReplicaSet) -> Iterator[FlaskClient]:
    """Return a client of a service whose MongoDB has failpoints."""
    settings = Settings(
        mongodb_uri=one_member.uri, mongodb_database=_DATABASE, mongodb_heartbeat_ms=500, auth=False
    )
    with service_client(settings) as client:
        yield client


@pytest.fixture(scope="module")
def data(one_member: ReplicaSet) -> Iterator[Data]:
    """Return the service's database."""
    with pymongo.MongoClient[dict[str, Any]](one_member.uri) as mongodb:
        yield mongodb[_DATABASE]
        mongodb.drop_database(_DATABASE)


@pytest.mark.parametrize("fault", _TRANSIENT.values(), ids=_TRANSIENT.keys())
def test_a_transient_error_is_hidden_from_the_client(
    operation: Operation, fault: dict[str, Any], one_member: ReplicaSet, client: FlaskClient, data: Data
) -> None:
    """The driver retries, MongoDB recognises the retry, and the client gets a 2xx."""
    names = arrange(client)
    with failing_command(one_member.members[0], operation.command, **fault):
        response = operation.send(client, names)
    assert response.status_code in {200, 201, 204}, response.text
    assert operation.count_effects(data, names) == 1


def test_a_write_without_majority_confirmation_gets_a_503(
    operation: Operation, one_member: ReplicaSet, client: FlaskClient, data: Data
) -> None:
    """The write is stored but MongoDB may roll it back. A repeated request confirms it."""
    names = arrange(client)
    timeout = {"code": 64, "errmsg": "waiting for replication timed out"}
    with failing_command(one_member.members[0], operation.command, writeConcernError=timeout):
        response = operation.send(client, names)
    assert response.status_code == 503
    assert response.get_json()["code"] == "datastore_unavailable"
    is_applied = operation.count_effects(data, names) == 1
    repeated = operation.send(client, names)
    assert repeated.status_code in (operation.statuses_if_repeated if is_applied else {200, 201, 204})
    assert operation.count_effects(data, names) == 1
