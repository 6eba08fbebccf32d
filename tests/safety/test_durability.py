"""A write with a 2xx response is journaled on a majority of members. The URI cannot weaken this."""

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
from service.config import Settings
from service.local.child_process import spawn
from service.local.mongod import mongod_executable
from service.store.client.connection import connect
from tests.commands import Commands
from tests.master_keys import ONE
from tests.readiness import uncached

_WEAK = "w=1&journal=false&retryWrites=false&retryReads=false&readConcernLevel=local&readPreference=secondary"
_OTHER = "timeoutMS=1&maxPoolSize=1&wtimeoutMS=1&connectTimeoutMS=1&heartbeatFrequencyMS=60000"


class _RecordedCommands(Commands):
    def last_command(self, name: str, collection: str) -> dict[str, Any]:
        """Return the last command with this name on this collection."""
        return [command for command in self.sent if command.get(name) == collection][-1]


def _add_options(uri: str, options: str) -> str:
    return f"{uri}{'&' if '?' in uri else '?'}{options}"


@pytest.mark.parametrize("options", ["tls=false", _WEAK, _OTHER], ids=["plain", "weak", "other"])
def test_a_uri_cannot_weaken_reads_and_writes(mongodb_uri: str, database_name: str, options: str) -> None:
    """The service sets concerns, retries, the read preference, time limits and the pool size itself."""
    settings = Settings(
        mongodb_uri=_add_options(mongodb_uri, options), mongodb_database=database_name, threads=5, auth=False
    )
    commands = _RecordedCommands()
    database = connect(settings, listeners=[commands])
    with closing(database.client):
        client = create_app(settings, database=database, readiness_times=uncached()).test_client()
        created = client.post("/v1/profiles", json={"first_name": "Ada"})
        assert client.get(created.headers["Location"]).status_code == 200
        assert client.get("/readyz").status_code == 200
        client_options = database.client.options
        assert (client_options.retry_reads, client_options.retry_writes, client_options.timeout) == (
            True,
            True,
            5.0,
        )
        assert client_options.heartbeat_frequency == 2.0
        pool = client_options.pool_options
        assert (pool.max_pool_size, pool.connect_timeout) == (7, 2.0)
    insert = commands.last_command("insert", "profiles")
    find = commands.last_command("find", "profiles")
    assert insert["writeConcern"] == {"w": "majority", "j": True}
    assert "txnNumber" in insert, "the driver would not retry the insert"
    assert find["readConcern"] == {"level": "majority"}
    assert "$readPreference" not in find
    assert 0 < find["maxTimeMS"] <= 5000


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
def test_an_audit_event_is_durable_if_it_is_the_only_record(
    mongodb_uri: str, database_name: str, method: str, path: str, body: Any, concern: Any
) -> None:
    """A change itself is durable. Disclosures and erasures are recorded only in the audit."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name, auth=False, master_keys=ONE)
    commands = _RecordedCommands()
    database = connect(settings, listeners=[commands])
    with closing(database.client):
        client = create_app(settings, database=database).test_client()
        client.put("/v1/search-keys/secret", json={"label": "S", "type": "text", "sensitive": True})
        ann = client.post("/v1/profiles", json={"first_name": "Ann"}).get_json()["profile_id"]
        body = body and {name: value.format(ann=ann) for name, value in body.items()}
        assert client.open(path.format(ann=ann), method=method, json=body).status_code < 300
    event = commands.last_command("insert", "audit")
    assert event["writeConcern"] == concern
    assert event["documents"][0]["action"] in {"changed", "associated", "revealed", "exported", "erased"}
    assert "txnNumber" in event, "the driver would not retry the insert"
    assert event["comment"]


def _readiness(settings: Settings) -> tuple[int, str]:
    database = connect(settings)
    with closing(database.client):
        response = create_app(settings, database=database).test_client().get("/readyz")
    return response.status_code, response.get_json()["checks"]["mongodb"]


def test_the_service_is_not_ready_on_a_direct_connection(mongodb_uri: str, database_name: str) -> None:
    """A direct connection stays with its member even if another member becomes primary."""
    settings = Settings(
        mongodb_uri=_add_options(mongodb_uri, "directConnection=true"),
        mongodb_database=database_name,
        auth=False,
    )
    status, mongodb = _readiness(settings)
    assert (status, mongodb.partition(":")[0]) == (503, "direct connection to one member")


@pytest.fixture
def standalone_uri(tmp_path: Path) -> Iterator[str]:
    """Return the URI of a mongod without a replica set."""
    socket_path = tmp_path / "mongod.sock"
    arguments = [
        *("--dbpath", str(tmp_path), "--port", "0", "--bind_ip", str(socket_path)),
        *("--filePermissions", "0700", "--wiredTigerCacheSizeGB", "0.25"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
    ]
    with (tmp_path / "log").open("wb") as log:
        process = spawn([str(mongod_executable()), *arguments], death_signal=signal.SIGKILL, output=log)
    uri = f"mongodb://{quote(str(socket_path), safe='')}/"
    try:
        with pymongo.MongoClient[dict[str, Any]](uri) as client:
            client.admin.command("ping")
        yield uri
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(tmp_path, ignore_errors=True)


def test_the_service_is_not_ready_on_a_standalone_mongodb_unless_allowed(standalone_uri: str) -> None:
    """The readiness check explains what to do."""
    settings = Settings(mongodb_uri=standalone_uri, auth=False)
    status, mongodb = _readiness(settings)
    assert (status, mongodb) == (
        503,
        "standalone: make it a replica set, or set MONGODB_REQUIRE_REPLICA_SET=off",
    )
    allowed = Settings(mongodb_uri=standalone_uri, mongodb_require_replica_set=False, auth=False)
    assert _readiness(allowed) == (200, "ok")


@pytest.mark.parametrize(
    "concern", [WriteConcern(1), WriteConcern("majority"), WriteConcern("majority", j=False)]
)
def test_the_service_is_not_ready_with_a_weakened_write_concern(
    mongodb_uri: str, database_name: str, concern: WriteConcern
) -> None:
    """The readiness check reads the write concern of the database object that the service uses."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name, auth=False)
    database = connect(settings)
    with closing(database.client):
        weak = database.with_options(write_concern=concern)
        response = create_app(settings, database=weak).test_client().get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["checks"]["mongodb"].startswith("writes are not acknowledged by a majority")


_FORK_SCRIPT = """
import os, sys
from service.app import create_app
from service.config import Settings
settings = Settings(mongodb_uri=sys.argv[1], mongodb_database=sys.argv[2], auth=False)
app = create_app(settings)
for _ in range(2):
    pid = os.fork()
    if pid == 0:
        os._exit(app.test_client().post("/v1/profiles", json={"first_name": "Ada"}).status_code != 201)
    assert os.waitpid(pid, 0)[1] == 0
"""


def test_a_process_connects_after_the_fork(mongodb_uri: str, database_name: str) -> None:
    """The driver is not fork-safe, so it opens no connection before the fork."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", _FORK_SCRIPT, mongodb_uri, database_name],
        cwd=Path(service.__file__).parents[1],
        env=os.environ | {"PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, "Warning" in result.stderr) == (0, False), result.stderr


def test_an_unknown_host_name_does_not_end_the_process(database_name: str) -> None:
    """Requests get a 503, and the process stays alive."""
    settings = Settings(
        mongodb_uri="mongodb+srv://mongodb.invalid/",
        mongodb_database=database_name,
        mongodb_timeout_ms=500,
        auth=False,
    )
    database = connect(settings)
    with closing(database.client):
        client = create_app(settings, database=database, readiness_times=uncached()).test_client()
        assert client.get("/livez").status_code == 200
        assert client.get("/readyz").status_code == 503
        response = client.post("/v1/profiles", json={"first_name": "Ada"})
    assert (response.status_code, response.get_json()["code"]) == (503, "datastore_unavailable")
