"""Why MongoDB does not answer, in the words of /readyz and of the log."""

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
from tests.readiness import uncached

_REFUSED = "connection refused: nothing listens where MONGODB_URI leads"
_NO_NAME = "name not found: DNS does not resolve a host of MONGODB_URI"
_OTHER_SET = "wrong replica set: who answers is in none, or in another than replicaSet in MONGODB_URI names"
_NO_PRIMARY = "no primary: of who answers nobody takes writes"
_WHO = "jane:secret@"


@pytest.fixture
def free() -> str:
    """Return an address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def silent() -> Iterator[str]:
    """Return an address where connections are taken, and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def uninitiated(tmp_path: Path, free: str) -> Iterator[str]:
    """Return the address of a mongod of a replica set that nobody has initiated."""
    member = Member(tmp_path, int(free.partition(":")[2]))
    member.start()
    yield free
    member.stop()
    shutil.rmtree(tmp_path)


def _told(uri: str) -> str:
    """Return what /readyz says of MongoDB, having seen that the log says so too, and no word of the URI."""
    settings = Settings(
        mongodb_uri=uri,
        mongodb_timeout_ms=1000,
        mongodb_connect_timeout_ms=500,
        mongodb_heartbeat_ms=500,
        auth="off",
    )
    database = connect(settings)
    client = create_app(settings, database=database, readiness_times=uncached()).test_client()
    with closing(database.client), capture_logs() as logs:
        answer = client.get("/readyz")
    assert answer.status_code == 503
    checks = answer.get_json()["checks"]
    assert [line["checks"] for line in logs] == [checks]
    words = ("jane", "secret", "invalid", "127.0.0.1", "elsewhere")
    assert [word for word in words if word in f"{answer.text}{logs}"] == []
    assert (checks["indexes"], checks["lookup_entries"]) == ("unknown", "unknown")
    said: str = checks["mongodb"]
    return said


def test_a_refused_connection_is_named(free: str) -> None:
    """MongoDB is down, or the port is wrong."""
    assert _told(f"mongodb://{_WHO}{free}/") == _REFUSED


@pytest.mark.parametrize(
    "uri", [f"mongodb://{_WHO}mongodb.invalid/?replicaSet=elsewhere", f"mongodb+srv://{_WHO}mongodb.invalid/"]
)
def test_a_name_that_dns_does_not_know_is_named(uri: str) -> None:
    """Whether the driver resolves it or the system."""
    assert _told(uri) == _NO_NAME


@pytest.mark.parametrize("options", ["", "&directConnection=true"])
def test_a_wrong_name_of_the_replica_set_is_named(mongodb_uri: str, options: str) -> None:
    """MongoDB is well, and the driver takes it for none of its own."""
    assert _told(f"mongodb://{urlsplit(mongodb_uri).netloc}/?replicaSet=elsewhere{options}") == _OTHER_SET


def test_members_without_a_primary_are_named(uninitiated: str) -> None:
    """As when rs.initiate() was forgotten."""
    assert _told(f"mongodb://{uninitiated}/?replicaSet=faults") == _NO_PRIMARY


def test_who_says_nothing_gives_no_answer(silent: str) -> None:
    """That is all there is to say."""
    assert _told(f"mongodb://{silent}/") == "no answer"


def test_where_members_differ_each_reason_is_named_once(free: str) -> None:
    """In the same order each time."""
    hosts = f"{free},one.invalid,two.invalid"
    assert _told(f"mongodb://{_WHO}{hosts}/?replicaSet=elsewhere") == f"{_REFUSED}; {_NO_NAME}"
