"""`profile-lookup api-keys`, with a real MongoDB."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Barrier
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner, Result
from pymongo.database import Database

import service
from service.app import create_app
from service.auth.api_keys import create_api_key, rotate_api_key
from service.cli import keys, main
from service.config import Settings
from service.errors.access import KeyRotated
from service.errors.datastore import DatastoreUnavailable
from service.model.principal import ApiKey, Scope
from service.store.keys import ApiKeyStore

Document = dict[str, Any]
Run = Callable[..., Result]

_KEY = re.compile(r"(plk_[0-9a-f]{16})_[0-9a-f]{64}\n")
_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_CREATE = ("create", "--label", "Frontend", "--scope", "profiles:view")


@pytest.fixture
def database_name(reused_database_name: str) -> str:
    """Return the name of an empty database, which may have indexes."""
    return reused_database_name


@pytest.fixture
def run(invoke: Run) -> Run:
    """Return a function that runs the subcommand with its arguments."""
    return partial(invoke, "api-keys")


@pytest.fixture
def status(database: Database[Document]) -> Callable[..., int]:
    """Return a function that sends a request with an API key to a worker with an empty cache."""

    def send(key: str, path: str = "/v1/search-keys") -> int:
        client = create_app(Settings(), database=database).test_client()
        return client.get(path, headers={"Authorization": f"Bearer {key}"}).status_code

    return send


def _parse_key(result: Result) -> tuple[str, str]:
    """Return the ID and the text of the printed key. It must be the only standard output."""
    assert result.exit_code == 0, result.output
    printed = _KEY.fullmatch(result.stdout)
    assert printed is not None, result.stdout
    return printed[1], result.stdout.strip()


def _rows(result: Result) -> list[list[str]]:
    """Return the cells of the table, without its header row."""
    assert result.exit_code == 0, result.output
    header, *rows = result.stdout.splitlines()
    starts = [match.start() for match in re.finditer(r"\S+( \S+)*", header)]
    ends = [*starts[1:], None]
    return [[row[start:end].strip() for start, end in zip(starts, ends, strict=True)] for row in rows]


def test_a_created_key_is_accepted(
    run: Run, status: Callable[..., int], database: Database[Document]
) -> None:
    """The key is printed only when it is created. The database has only its hash."""
    key_id, key = _parse_key(run(*_CREATE))
    assert status(key) == 200
    assert status(key, "/v1/settings") == 403
    (stored,) = database["api_keys"].find()
    assert stored["_id"] == key_id
    assert stored["sha256"] == sha256(key.encode()).hexdigest()
    assert key.rpartition("_")[2] not in str(list(database["api_keys"].find())) + run("list").output


def test_two_keys_have_different_ids_and_secrets(run: Run) -> None:
    """The IDs and the secrets are random."""
    (one_id, one), (other_id, other) = _parse_key(run(*_CREATE)), _parse_key(run(*_CREATE))
    assert one_id != other_id
    assert one.rpartition("_")[2] != other.rpartition("_")[2]


def test_a_key_has_the_rights_of_the_options(run: Run, database: Database[Document]) -> None:
    """The options set its domain, its scopes, its agent and its expiry."""
    rights = ("--domain", "tokyo", "--agent-id", "agent-7", "--expires-in-days", "30")
    result = run(*_CREATE, "--scope", "settings:admin", *rights)
    key_id, _ = _parse_key(result)
    assert f"{key_id}: profiles:view settings:admin in the domain tokyo" in result.stderr
    (stored,) = database["api_keys"].find()
    assert (stored["domain"], stored["agent_id"], stored["label"]) == ("tokyo", "agent-7", "Frontend")
    assert stored["scopes"] == ["profiles:view", "settings:admin"]
    assert stored["expires_at"] - stored["created_at"] == timedelta(days=30)
    assert abs(stored["created_at"] - datetime.now(UTC)) < timedelta(minutes=5)


def test_the_list_shows_every_key_and_its_state(run: Run, database: Database[Document]) -> None:
    """The oldest key is first. ``--domain`` selects the keys of one domain."""
    ids = [_parse_key(run(*_CREATE, "--domain", domain))[0] for domain in ("tokyo", "osaka", "tokyo")]
    past = datetime.now(UTC) - timedelta(hours=1)
    database["api_keys"].update_one({"_id": ids[1]}, {"$set": {"expires_at": past}})
    database["api_keys"].update_one({"_id": ids[2]}, {"$set": {"last_used_day": "2026-03-01"}})
    assert run("revoke", ids[2]).exit_code == 0
    rows = _rows(run("list"))
    assert [row[0] for row in rows] == ids
    assert [row[-1] for row in rows] == ["valid", "expired", "revoked"]
    assert rows[2][1:4] == ["Frontend", "tokyo", "profiles:view"]
    assert rows[2][7] == "2026-03-01"
    assert rows[0][4:5] + rows[0][6:8] == ["-", "never", "never"]
    assert [row[0] for row in _rows(run("list", "--domain", "tokyo"))] == [ids[0], ids[2]]


def test_without_keys_the_list_is_empty(run: Run) -> None:
    """The output has only the header row."""
    assert _rows(run("list")) == []


def test_a_revoked_key_is_rejected_permanently(
    run: Run, status: Callable[..., int], database: Database[Document]
) -> None:
    """A second revocation changes nothing, not even the time of the first."""
    key_id, key = _parse_key(run(*_CREATE))
    first = run("revoke", key_id)
    assert first.stdout == f"{key_id} is revoked; within five seconds every worker rejects it.\n"
    assert status(key) == 401
    before = list(database["api_keys"].find())
    assert run("revoke", key_id).stdout == first.stdout
    assert list(database["api_keys"].find()) == before


@pytest.mark.parametrize("verb", ["rotate", "revoke"])
def test_a_leaked_key_can_be_rotated_or_revoked_by_its_text(
    run: Run, status: Callable[..., int], verb: str
) -> None:
    """The command accepts the whole key, and prints no part of its secret."""
    key_id, key = _parse_key(run(*_CREATE))
    result = run(verb, key, *(["--grace-hours", "0"] if verb == "rotate" else []))
    assert result.exit_code == 0
    assert re.search(f"{key_id}(, which)? is revoked", result.output)
    assert key.rpartition("_")[2] not in result.output
    assert status(key) == 401


@pytest.mark.parametrize("verb", ["rotate", "revoke"])
@pytest.mark.parametrize("copied", ["{id}", "{bare_id}", " {id}\n", "{id}_", "{id}_0123", "{key}"], ids=repr)
def test_text_copied_with_the_id_of_a_key_is_ignored(run: Run, verb: str, copied: str) -> None:
    """White space, a missing prefix and parts of the secret make no difference."""
    key_id, key = _parse_key(run(*_CREATE))
    result = run(verb, copied.format(id=key_id, bare_id=key_id[4:], key=key))
    assert result.exit_code == 0, result.output
    assert key_id in result.output
    assert key.rpartition("_")[2] not in result.output


def test_a_rotated_key_is_valid_during_the_grace_period(
    run: Run, status: Callable[..., int], database: Database[Document]
) -> None:
    """The new key has the same rights. Both keys are valid, so that callers have time to switch."""
    rights = ("--domain", "tokyo", "--agent-id", "agent-7", "--expires-in-days", "90")
    old_id, old = _parse_key(run(*_CREATE, *rights))
    rotated = run("rotate", old_id, "--grace-hours", "2")
    new_id, new = _parse_key(rotated)
    assert re.search(rf"It replaces {old_id}, which is valid until \S+\+00:00\.\n", rotated.stderr)
    assert (status(old), status(new)) == (200, 200)
    before, after = (database["api_keys"].find_one({"_id": key_id}) or {} for key_id in (old_id, new_id))
    for name in ("label", "domain", "scopes", "agent_id", "revoked_at"):
        assert before[name] == after[name]
    assert after["expires_at"] - after["created_at"] == timedelta(days=90)
    assert before["expires_at"] - after["created_at"] == timedelta(hours=2)
    assert before["sha256"] != after["sha256"]


def test_without_a_grace_period_a_rotated_key_is_rejected_at_once(
    run: Run, status: Callable[..., int]
) -> None:
    """An attacker may have the old key."""
    old_id, old = _parse_key(run(*_CREATE))
    _, new = _parse_key(run("rotate", old_id, "--grace-hours", "0"))
    assert (status(old), status(new)) == (401, 200)


@pytest.mark.parametrize(("days", "end"), [((), None), (("--expires-in-days", "90"), timedelta(days=90))])
def test_repeated_rotations_keep_the_lifetime(
    run: Run, database: Database[Document], days: tuple[str, ...], end: timedelta | None
) -> None:
    """The grace period of an old key is not the lifetime of the new key. The output has the new expiry."""
    created = run(*_CREATE, *days)
    key_id, _ = _parse_key(created)
    results = [created]
    for _ in range(3):
        results.append(run("rotate", key_id))
        key_id, _ = _parse_key(results[-1])
    stored = database["api_keys"].find_one({"_id": key_id}) or {}
    assert (stored["expires_at"] and stored["expires_at"] - stored["created_at"]) == end
    for result in results:
        assert ("It does not expire.\n" in result.stderr) is (end is None)
        assert bool(re.search(r"It is valid until \S+\+00:00\.\n", result.stderr)) is (end is not None)


@pytest.mark.parametrize("days", [(), ("--expires-in-days", "90")])
@pytest.mark.parametrize("grace", ["1", "24", "48"])
def test_a_rotated_key_cannot_be_rotated_again(
    run: Run, database: Database[Document], days: tuple[str, ...], grace: str
) -> None:
    """The error names the successor of the key, and the successor can be rotated."""
    other_label = (*_CREATE[:2], "Other", *_CREATE[3:])
    old_id, _ = _parse_key(run(*_CREATE, *days))
    for command in (_CREATE, other_label):
        _parse_key(run(*command, *days))
    new_id, _ = _parse_key(run("rotate", old_id, "--grace-hours", grace))
    before = list(database["api_keys"].find())
    again = run("rotate", old_id)
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr == (
        f"Error: {old_id} was already rotated; use its successor {new_id}. "
        f"If the secret of that key is lost, rotate {new_id} with --grace-hours 0.\n"
    )
    assert list(database["api_keys"].find()) == before
    assert _parse_key(run("rotate", new_id, "--grace-hours", "0"))


def test_a_grace_period_does_not_extend_the_lifetime_of_a_key(run: Run, database: Database[Document]) -> None:
    """A key that expires during the grace period keeps its expiry. It cannot be rotated twice either."""
    old_id, _ = _parse_key(run(*_CREATE, "--expires-in-days", "1"))
    new_id, _ = _parse_key(run("rotate", old_id, "--grace-hours", "48"))
    old, new = (database["api_keys"].find_one({"_id": key_id}) or {} for key_id in (old_id, new_id))
    assert old["expires_at"] - old["created_at"] == new["expires_at"] - new["created_at"] == timedelta(days=1)
    assert f"rotate {new_id}" in run("rotate", old_id).stderr


def test_without_a_grace_period_a_second_rotation_names_the_successor_too(run: Run) -> None:
    """If the text of the new key was lost, its ID is needed to revoke it."""
    old_id, _ = _parse_key(run(*_CREATE))
    new_id, _ = _parse_key(run("rotate", old_id, "--grace-hours", "0"))
    again = run("rotate", old_id)
    assert (again.exit_code, again.stdout) == (1, "")
    assert f"use its successor {new_id}" in again.stderr


def test_two_concurrent_rotations_create_one_valid_key(database: Database[Document]) -> None:
    """The slower caller gets the ID of the successor. The key that it has created is not valid."""
    keys = ApiKeyStore(database["api_keys"])
    old, _ = create_api_key(
        keys,
        label="Frontend",
        domain="default",
        scopes={Scope.VIEW},
        agent_id=None,
        lifetime=None,
        now=_NOW,
    )
    barrier = Barrier(2)

    class SlowStore(ApiKeyStore):
        def insert(self, key: ApiKey) -> None:
            barrier.wait()
            super().insert(key)

    def rotate(_: int) -> str:
        try:
            store = SlowStore(database["api_keys"])
            return rotate_api_key(store, old.key_id, grace=timedelta(hours=1), now=_NOW)[0].key_id
        except KeyRotated as error:
            return error.successor

    with ThreadPoolExecutor(2) as pool:
        successors = set(pool.map(rotate, range(2)))
    valid = {key.key_id for key in keys.all(None) if not key.has_ended(_NOW)}
    assert len(successors) == 1
    assert valid == {old.key_id, *successors}


def test_a_key_is_printed_before_anything_else_can_fail(
    run: Run, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text of the key is not stored anywhere."""
    old_id, _ = _parse_key(run(*_CREATE))

    def fail(*_: Any) -> NoReturn:
        raise DatastoreUnavailable

    monkeypatch.setattr(keys, "get_key", fail)
    result = run("rotate", old_id)
    assert _KEY.fullmatch(result.stdout)
    successor = (database["api_keys"].find_one({"_id": old_id}) or {})["successor"]
    assert result.stdout.startswith(successor)


def test_a_key_with_a_field_of_a_newer_release_is_accepted(
    run: Run, status: Callable[..., int], database: Database[Document]
) -> None:
    """During an update, two releases run side by side. The field is kept."""
    key_id, key = _parse_key(run(*_CREATE))
    database["api_keys"].update_one({"_id": key_id}, {"$set": {"new_field": 1}})
    assert status(key) == 200
    assert run("rotate", key_id).exit_code == 0
    assert (database["api_keys"].find_one({"_id": key_id}) or {})["new_field"] == 1


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_an_expired_or_revoked_key_is_not_rotated(run: Run, database: Database[Document], how: str) -> None:
    """A rotation must not restore access."""
    key_id, _ = _parse_key(run(*_CREATE))
    past = datetime.now(UTC) - timedelta(seconds=1)
    field = {"expired": "expires_at", "revoked": "revoked_at"}[how]
    database["api_keys"].update_one({"_id": key_id}, {"$set": {field: past}})
    result = run("rotate", key_id)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: The key is expired or revoked; create another.\n"
    assert database["api_keys"].count_documents({}) == 1


@pytest.mark.parametrize("verb", ["rotate", "revoke"])
@pytest.mark.parametrize("key_id", ["plk_0123456789abcdef", "", "$ne"])
def test_an_unknown_id_is_an_error_of_one_line(run: Run, verb: str, key_id: str) -> None:
    """No key is printed."""
    result = run(verb, key_id)
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        "Error: No key has this ID; check the ID.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (("--label", "", "--scope", "profiles:view"), "--label"),
        (("--label", "a\nb", "--scope", "profiles:view"), "--label"),
        (("--label", "a" * 101, "--scope", "profiles:view"), "--label"),
        (("--label", "a", "--scope", "profiles:view", "--domain", "a/b"), "--domain"),
        (("--label", "a", "--scope", "profiles:view", "--domain", ""), "--domain"),
        (("--label", "a", "--scope", "profiles:view", "--agent-id", ""), "--agent-id"),
        (("--label", "a", "--scope", "profiles:all"), "--scope"),
        (("--label", "a"), "--scope"),
        (("--scope", "profiles:view"), "--label"),
        (("--label", "a", "--scope", "profiles:view", "--expires-in-days", "0"), "--expires-in-days"),
    ],
)
def test_an_error_names_the_invalid_or_missing_option(
    run: Run, database: Database[Document], arguments: tuple[str, ...], option: str
) -> None:
    """No key is created."""
    result = run("create", *arguments)
    assert result.exit_code in {1, 2}
    assert option in result.stderr
    assert result.stdout == ""
    assert database["api_keys"].count_documents({}) == 0


def test_the_command_runs_as_a_process(mongodb_uri: str, database_name: str) -> None:
    """The key is the only standard output, so that a script can read it."""
    result = subprocess.run(
        [sys.executable, "-m", "service.cli", "api-keys", *_CREATE],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(service.__file__).parents[1],
        env={**os.environ, "MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database_name},
    )
    assert _KEY.fullmatch(result.stdout)
    assert "it is not shown again" in result.stderr


@pytest.mark.parametrize("verb", [_CREATE, ("list",), ("revoke", "a"), ("rotate", "a")])
def test_without_mongodb_the_error_is_one_line(verb: tuple[str, ...]) -> None:
    """The error has the cause."""
    environment = {"MONGODB_URI": "mongodb://127.0.0.1:1", "MONGODB_TIMEOUT_MS": "100"}
    result = CliRunner().invoke(main, ["api-keys", *verb], env=environment)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: MongoDB did not answer in time, or refused (")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "uri",
    [
        "localhost",
        "mongodb://localhost/?tsl=true",
        "mongodb://localhost/?minPoolSize=20",
        "mongodb://a:b@c@localhost/",
    ],
)
def test_an_invalid_uri_is_an_error_of_one_line(uri: str) -> None:
    """The error names the variable."""
    result = CliRunner().invoke(main, ["api-keys", "list"], env={"MONGODB_URI": uri})
    assert result.stderr.count("\n") == 1
    assert (result.exit_code, result.stdout) == (1, "")
    assert "MONGODB_URI" in result.stderr


@pytest.fixture
def free_port() -> int:
    """Return a port of this machine on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.parametrize("verb", [_CREATE, ("list",), ("revoke", "a"), ("rotate", "a")])
def test_without_mongodb_uri_the_error_names_the_default_address(
    monkeypatch: pytest.MonkeyPatch, free_port: int, verb: tuple[str, ...]
) -> None:
    """The command fails at once, and the error says what to set."""
    uri = f"mongodb://127.0.0.1:{free_port}"
    monkeypatch.setattr(Settings, "mongodb_uri", uri)
    monkeypatch.delenv("MONGODB_URI", raising=False)
    started_at = time.monotonic()
    result = CliRunner().invoke(main, ["api-keys", *verb])
    # The driver would try for five seconds.
    assert time.monotonic() - started_at < 4
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: MONGODB_URI is not set, no bundled MongoDB runs in DATA_DIR ")
    assert f" and nothing listens at {uri}: start the service with make run, or set " in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_misspelt_setting_causes_a_warning(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The warning does not contain the value. The command succeeds."""
    monkeypatch.setenv("WORKER", "hidden")
    result = run("list")
    assert result.exit_code == 0
    assert result.stderr == (
        "Warning: WORKER is not a setting of this service and is ignored; did you mean WORKERS?\n"
    )
