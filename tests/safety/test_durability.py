"""A write that was answered with 2xx is on the disks of a majority, whatever the URI says."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pymongo
import pytest
from pymongo.write_concern import WriteConcern

import service
from service.app import create_app
from service.child_process import spawn
from service.config import Settings
from service.embedded.mongod import bundled_mongod
from service.store.client.connection import connect
from tests.commands import Commands
from tests.masters import ONE
from tests.readiness import uncached

_WEAK = "w=1&journal=false&retryWrites=false&retryReads=false&readConcernLevel=local&readPreference=secondary"
_OTHER = "timeoutMS=1&maxPoolSize=1&wtimeoutMS=1&connectTimeoutMS=1&heartbeatFrequencyMS=60000"


class _Sent(Commands):
    def last(self, name: str, collection: str) -> dict[str, Any]:
        """Return the last command of this name to this collection."""
        return [command for command in self.sent if command.get(name) == collection][-1]


def _with(uri: str, options: str) -> str:
    return f"{uri}{'&' if '?' in uri else '?'}{options}"


@pytest.mark.parametrize("options", ["tls=false", _WEAK, _OTHER], ids=["plain", "weak", "other"])
def test_a_uri_cannot_weaken_how_is_read_and_written(
    mongodb_uri: str, database_name: str, options: str
) -> None:
    """Majority and journaled writes, retried; majority reads of the primary; our times and our pool."""
    settings = Settings(
        mongodb_uri=_with(mongodb_uri, options), mongodb_database=database_name, threads=5, auth="off"
    )
    sent = _Sent()
    database = connect(settings, listeners=[sent])
    with closing(database.client):
        client = create_app(settings, database=database, readiness_times=uncached()).test_client()
        created = client.post("/v1/profiles", json={"first_name": "Ada"})
        assert client.get(created.headers["Location"]).status_code == 200
        assert client.get("/readyz").status_code == 200
        told = database.client.options
        assert (told.retry_reads, told.retry_writes, told.timeout) == (True, True, 5.0)
        assert told.heartbeat_frequency == 2.0
        pool = told.pool_options
        assert (pool.max_pool_size, pool.connect_timeout) == (7, 2.0)
    inserted, found = sent.last("insert", "profiles"), sent.last("find", "profiles")
    assert inserted["writeConcern"] == {"w": "majority", "j": True}
    assert "txnNumber" in inserted, "the driver would not retry it"
    assert found["readConcern"] == {"level": "majority"}
    assert "$readPreference" not in found
    assert 0 < found["maxTimeMS"] <= 5000


@pytest.mark.parametrize(
    ("method", "path", "body", "concern"),
    [
        ("PATCH", "/v1/profiles/{ann}", {"last_name": "Lee"}, {"w": 1, "j": False}),
        ("PUT", "/v1/contacts/c-1/association", {"profile_id": "{ann}"}, {"w": 1, "j": False}),
        ("POST", "/v1/profiles/{ann}/reveal", {"key": "secret"}, {"w": "majority", "j": True}),
        ("GET", "/v1/profiles/{ann}/export", None, {"w": "majority", "j": True}),
        ("DELETE", "/v1/profiles/{ann}", None, {"w": "majority", "j": True}),
    ],
)
def test_an_event_is_as_durable_as_what_hangs_on_it(
    mongodb_uri: str, database_name: str, method: str, path: str, body: Any, concern: Any
) -> None:
    """A change is safe by itself; what is disclosed or erased afterwards hangs on its event alone."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name, auth="off", master_keys=ONE)
    sent = _Sent()
    database = connect(settings, listeners=[sent])
    with closing(database.client):
        client = create_app(settings, database=database).test_client()
        client.put("/v1/search-keys/secret", json={"label": "S", "type": "text", "sensitive": True})
        ann = client.post("/v1/profiles", json={"first_name": "Ann"}).get_json()["profile_id"]
        body = body and {name: value.format(ann=ann) for name, value in body.items()}
        assert client.open(path.format(ann=ann), method=method, json=body).status_code < 300
    event = sent.last("insert", "audit")
    assert event["writeConcern"] == concern
    assert event["documents"][0]["action"] in {"changed", "associated", "revealed", "exported", "erased"}
    assert "txnNumber" in event, "the driver would not retry it"
    assert event["comment"]


def _readiness(settings: Settings) -> tuple[int, str]:
    database = connect(settings)
    with closing(database.client):
        answer = create_app(settings, database=database).test_client().get("/readyz")
    return answer.status_code, answer.get_json()["checks"]["mongodb"]


def test_a_direct_connection_is_not_ready(mongodb_uri: str, database_name: str) -> None:
    """It would stay with one member when another one becomes primary."""
    settings = Settings(
        mongodb_uri=_with(mongodb_uri, "directConnection=true"), mongodb_database=database_name, auth="off"
    )
    status, mongodb = _readiness(settings)
    assert (status, mongodb.partition(":")[0]) == (503, "direct connection to one member")


@pytest.fixture
def standalone_uri(tmp_path: Path) -> Iterator[str]:
    """Return the URI of a mongod that is no member of a replica set."""
    socket_path = tmp_path / "mongod.sock"
    arguments = [
        *("--dbpath", str(tmp_path), "--port", "0", "--bind_ip", str(socket_path)),
        *("--filePermissions", "0700", "--wiredTigerCacheSizeGB", "0.25"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
    ]
    with (tmp_path / "log").open("wb") as log:
        process = spawn([str(bundled_mongod()), *arguments], death_signal=signal.SIGKILL, output=log)
    uri = f"mongodb://{quote(str(socket_path), safe='')}/"
    try:
        with pymongo.MongoClient[dict[str, Any]](uri) as client:
            client.admin.command("ping")
        yield uri
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(tmp_path, ignore_errors=True)


def test_a_standalone_mongodb_is_not_ready_unless_it_is_let_be(standalone_uri: str) -> None:
    """The check says what to do; it is for the operator to say that it does not matter."""
    settings = Settings(mongodb_uri=standalone_uri, auth="off")
    status, mongodb = _readiness(settings)
    assert (status, mongodb) == (
        503,
        "standalone: make it a replica set, or set MONGODB_REQUIRE_REPLICA_SET=off",
    )
    let_be = Settings(mongodb_uri=standalone_uri, mongodb_require_replica_set="off", auth="off")
    assert _readiness(let_be) == (200, "ok")


@pytest.mark.parametrize(
    "concern", [WriteConcern(1), WriteConcern("majority"), WriteConcern("majority", j=False)]
)
def test_a_weakened_write_concern_is_not_ready(
    mongodb_uri: str, database_name: str, concern: WriteConcern
) -> None:
    """Should anything ever hand the service a database of less than it promises, it says so."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name, auth="off")
    database = connect(settings)
    with closing(database.client):
        weak = database.with_options(write_concern=concern)
        answer = create_app(settings, database=weak).test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["checks"]["mongodb"].startswith("writes are not acknowledged by a majority")


_FORKED = """
import os, sys
from service.app import create_app
from service.config import Settings
settings = Settings(mongodb_uri=sys.argv[1], mongodb_database=sys.argv[2], auth="off")
app = create_app(settings)
for _ in range(2):
    pid = os.fork()
    if pid == 0:
        os._exit(app.test_client().post("/v1/profiles", json={"first_name": "Ada"}).status_code != 201)
    assert os.waitpid(pid, 0)[1] == 0
"""


def test_a_process_connects_after_the_fork(mongodb_uri: str, database_name: str) -> None:
    """Even an application of before it does: the driver, which is not fork-safe, has nothing to warn of."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _FORKED, mongodb_uri, database_name],
        cwd=Path(service.__file__).parents[1],
        env=os.environ | {"PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "Warning" in done.stderr) == (0, False), done.stderr


def test_a_name_that_dns_does_not_know_is_no_end(database_name: str) -> None:
    """A process that starts while it cannot be resolved waits for it: 503, and no crash."""
    settings = Settings(
        mongodb_uri="mongodb+srv://mongodb.invalid/",
        mongodb_database=database_name,
        mongodb_timeout_ms=500,
        auth="off",
    )
    database = connect(settings)
    with closing(database.client):
        client = create_app(settings, database=database, readiness_times=uncached()).test_client()
        assert client.get("/livez").status_code == 200
        assert client.get("/readyz").status_code == 503
        answer = client.post("/v1/profiles", json={"first_name": "Ada"})
    assert (answer.status_code, answer.get_json()["code"]) == (503, "datastore_unavailable")
