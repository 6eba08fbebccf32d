"""What MongoDB itself can answer in the middle of a change of the primary, or when replication is slow."""

from collections.abc import Iterator
from typing import Any

import pymongo
import pytest
from flask.testing import FlaskClient

from service.config import Settings
from tests.faults.failpoints import failing_command
from tests.faults.operations import OPERATIONS, Data, Operation, arrange, calling
from tests.faults.replica_set import ReplicaSet

_DATABASE = "failpoints"

# As the server labels them by itself where it means them.
_RETRYABLE = {"errorLabels": ["RetryableWriteError"]}
_PASSING = {
    "the primary steps down": {"errorCode": 189},
    "it is the primary no longer": {"errorCode": 10107},
    "the connection is closed": {"closeConnection": True},
    "it is written, and the member shuts down": {
        "writeConcernError": {"code": 91, "errmsg": "shutdown in progress"},
        **_RETRYABLE,
    },
}

pytestmark = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())


@pytest.fixture(scope="module")
def client(one_member: ReplicaSet) -> Iterator[FlaskClient]:
    """Return a caller of the service over a MongoDB with failpoints."""
    settings = Settings(
        mongodb_uri=one_member.uri, mongodb_database=_DATABASE, mongodb_heartbeat_ms=500, auth=False
    )
    with calling(settings) as client:
        yield client


@pytest.fixture(scope="module")
def data(one_member: ReplicaSet) -> Iterator[Data]:
    """Return its database."""
    with pymongo.MongoClient[dict[str, Any]](one_member.uri) as mongodb:
        yield mongodb[_DATABASE]
        mongodb.drop_database(_DATABASE)


@pytest.mark.parametrize("how", _PASSING.values(), ids=_PASSING.keys())
def test_a_passing_error_is_not_noticed(
    operation: Operation, how: dict[str, Any], one_member: ReplicaSet, client: FlaskClient, data: Data
) -> None:
    """The driver tries again, MongoDB knows what it has done already, and the caller gets a 2xx."""
    names = arrange(client)
    with failing_command(one_member.members[0], operation.command, **how):
        answer = operation.send(client, names)
    assert answer.status_code in {200, 201, 204}, answer.text
    assert operation.times(data, names) == 1


def test_a_write_that_the_majority_does_not_confirm_in_time(
    operation: Operation, one_member: ReplicaSet, client: FlaskClient, data: Data
) -> None:
    """It is there and may yet be undone, so it is answered 503; the same request once more confirms it."""
    names = arrange(client)
    late = {"code": 64, "errmsg": "waiting for replication timed out"}
    with failing_command(one_member.members[0], operation.command, writeConcernError=late):
        answer = operation.send(client, names)
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "datastore_unavailable"
    is_done = operation.times(data, names) == 1
    again = operation.send(client, names)
    assert again.status_code in (operation.once_more if is_done else {200, 201, 204})
    assert operation.times(data, names) == 1
