"""/readyz and the log explain why MongoDB does not respond."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from tests.faults.replica_set import Member

_CONNECTION_REFUSED = "connection refused: no server listens at MONGODB_URI"
_NAME_NOT_FOUND = "name not found: DNS does not resolve a host of MONGODB_URI"
_OTHER_SET = "wrong replica set: the server is in no replica set, or not in the one that MONGODB_URI names"
_NO_PRIMARY = "no primary: servers respond, but none accepts writes"
_CREDENTIALS = "jane:secret@"


@pytest.fixture
def free_address() -> str:
    """Return an address where no server listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def silent_address() -> Iterator[str]:
    """Return an address that accepts connections and sends nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def uninitiated_address(tmp_path: Path, free_address: str) -> Iterator[str]:
    """Return the address of a mongod whose replica set is not initiated."""
    member = Member(tmp_path, int(free_address.partition(":")[2]))
    member.start()
    yield free_address
    member.stop()
    shutil.rmtree(tmp_path)


def _reason(uri: str) -> str:
    """Return the reason in /readyz. The log has the same reason, and neither quotes the URI."""
    settings = Settings(
        mongodb_uri=uri,
        mongodb_timeout_ms=1000,
        mongodb_connect_timeout_ms=500,
        mongodb_heartbeat_ms=500,
        auth=False,
    )
    database = connect(settings)
    client = create_app(settings, database=database).test_client()
    with closing(database.client), capture_logs() as logs:
        response = client.get("/readyz")
    assert response.status_code == 503
    checks = response.get_json()["checks"]
    assert [line["checks"] for line in logs] == [checks]
    words = ("jane", "secret", "invalid", "127.0.0.1", "elsewhere")
    assert [word for word in words if word in f"{response.text}{logs}"] == []
    assert (checks["indexes"], checks["lookup_entries"]) == ("unknown", "unknown")
    reason: str = checks["mongodb"]
    return reason


def test_a_refused_connection_is_reported(free_address: str) -> None:
    """MongoDB is down or the port is wrong."""
    assert _reason(f"mongodb://{_CREDENTIALS}{free_address}/") == _CONNECTION_REFUSED


@pytest.mark.parametrize(
    "uri",
    [
        f"mongodb://{_CREDENTIALS}mongodb.invalid/?replicaSet=elsewhere",
        f"mongodb+srv://{_CREDENTIALS}mongodb.invalid/",
    ],
)
def test_an_unknown_host_name_is_reported(uri: str) -> None:
    """For mongodb+srv:// the driver resolves the name, otherwise the operating system."""
    assert _reason(uri) == _NAME_NOT_FOUND


@pytest.mark.parametrize("options", ["", "&directConnection=true"])
def test_a_wrong_replica_set_is_reported(mongodb_uri: str, options: str) -> None:
    """MongoDB responds, but the driver ignores this server."""
    assert _reason(f"mongodb://{urlsplit(mongodb_uri).netloc}/?replicaSet=elsewhere{options}") == _OTHER_SET


def test_a_missing_primary_is_reported(uninitiated_address: str) -> None:
    """The replica set has no primary before rs.initiate()."""
    assert _reason(f"mongodb://{uninitiated_address}/?replicaSet=faults") == _NO_PRIMARY


def test_a_silent_server_is_reported_as_no_answer(silent_address: str) -> None:
    """The service does not know the reason."""
    assert _reason(f"mongodb://{silent_address}/") == "no answer"


def test_each_reason_is_reported_once(free_address: str) -> None:
    """If members fail for different reasons, all reasons are reported in a fixed order."""
    hosts = f"{free_address},one.invalid,two.invalid"
    assert (
        _reason(f"mongodb://{_CREDENTIALS}{hosts}/?replicaSet=elsewhere")
        == f"{_CONNECTION_REFUSED}; {_NAME_NOT_FOUND}"
    )
