"""`profile-lookup api-keys` as an operator uses it, over the real MongoDB."""

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
from service.auth import api_keys
from service.auth.api_keys import create_api_key, rotate_api_key
from service.cli import main
from service.config import Settings
from service.errors.access import ApiKeyRotated
from service.errors.datastore import DatastoreUnavailable
from service.model.principal import ApiKey, Scope
from service.store.api_keys import ApiKeyStore

Document = dict[str, Any]
Run = Callable[..., Result]

_KEY = re.compile(r"(plk_[0-9a-f]{16})_[0-9a-f]{64}\n")
_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_CREATE = ("create", "--label", "Frontend", "--scope", "profiles:view")


@pytest.fixture
def run(invoke: Run) -> Run:
    """Return a function that runs the subcommand with its arguments."""
    return partial(invoke, "api-keys")


@pytest.fixture
def status(database: Database[Document]) -> Callable[..., int]:
    """Return how a worker that remembers nothing answers a caller with a key."""

    def ask(key: str, path: str = "/v1/search-keys") -> int:
        client = create_app(Settings(), database=database).test_client()
        return client.get(path, headers={"Authorization": f"Bearer {key}"}).status_code

    return ask


def _made(result: Result) -> tuple[str, str]:
    """Return the ID and the text of the key that was printed, alone on the standard output."""
    assert result.exit_code == 0, result.output
    printed = _KEY.fullmatch(result.stdout)
    assert printed is not None, result.stdout
    return printed[1], result.stdout.strip()


def _rows(result: Result) -> list[list[str]]:
    """Return the cells of the table, without its head."""
    assert result.exit_code == 0, result.output
    head, *rows = result.stdout.splitlines()
    starts = [match.start() for match in re.finditer(r"\S+( \S+)*", head)]
    ends = [*starts[1:], None]
    return [[row[start:end].strip() for start, end in zip(starts, ends, strict=True)] for row in rows]


def test_a_key_that_was_made_opens_the_service(
    run: Run, status: Callable[..., int], database: Database[Document]
) -> None:
    """It is printed once and never again; what is stored is its hash."""
    key_id, key = _made(run(*_CREATE))
    assert status(key) == 200
    assert status(key, "/v1/settings") == 403
    (stored,) = database["api_keys"].find()
    assert stored["_id"] == key_id
    assert stored["sha256"] == sha256(key.encode()).hexdigest()
    assert key.rpartition("_")[2] not in str(list(database["api_keys"].find())) + run("list").output


def test_two_keys_have_nothing_in_common(run: Run) -> None:
    """Both the IDs and the secrets are random."""
    (one_id, one), (other_id, other) = _made(run(*_CREATE)), _made(run(*_CREATE))
    assert one_id != other_id
    assert one.rpartition("_")[2] != other.rpartition("_")[2]


def test_a_key_has_the_rights_it_was_given(run: Run, database: Database[Document]) -> None:
    """Its domain, its scopes, its agent, and the day of its end."""
    rights = ("--domain", "tokyo", "--agent-id", "agent-7", "--expires-in-days", "30")
    result = run(*_CREATE, "--scope", "settings:admin", *rights)
    key_id, _ = _made(result)
    assert f"{key_id}: profiles:view settings:admin in the domain tokyo" in result.stderr
    (stored,) = database["api_keys"].find()
    assert (stored["domain"], stored["agent_id"], stored["label"]) == ("tokyo", "agent-7", "Frontend")
    assert stored["scopes"] == ["profiles:view", "settings:admin"]
    assert stored["expires_at"] - stored["created_at"] == timedelta(days=30)
    assert abs(stored["created_at"] - datetime.now(UTC)) < timedelta(minutes=5)


def test_the_list_shows_every_key_and_its_state(run: Run, database: Database[Document]) -> None:
    """The oldest first, those of one domain or all; secrets it does not know."""
    ids = [_made(run(*_CREATE, "--domain", domain))[0] for domain in ("tokyo", "osaka", "tokyo")]
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


def test_where_there_is_no_key_the_list_is_empty(run: Run) -> None:
    """Its head alone."""
    assert _rows(run("list")) == []


def test_a_revoked_key_is_refused_for_good(
    run: Run, status: Callable[..., int], database: Database[Document]
) -> None:
    """Revoking it once more changes nothing, its time included."""
    key_id, key = _made(run(*_CREATE))
    first = run("revoke", key_id)
    assert first.stdout == f"{key_id} is revoked; within five seconds every worker rejects it.\n"
    assert status(key) == 401
    before = list(database["api_keys"].find())
    assert run("revoke", key_id).stdout == first.stdout
    assert list(database["api_keys"].find()) == before


@pytest.mark.parametrize("verb", ["rotate", "revoke"])
def test_a_key_that_was_found_whole_is_known_by_its_id(
    run: Run, status: Callable[..., int], verb: str
) -> None:
    """As one is that has leaked; nothing of its secret is printed."""
    key_id, key = _made(run(*_CREATE))
    result = run(verb, key, *(["--grace-hours", "0"] if verb == "rotate" else []))
    assert result.exit_code == 0
    assert re.search(f"{key_id}(, which)? is revoked", result.output)
    assert key.rpartition("_")[2] not in result.output
    assert status(key) == 401


@pytest.mark.parametrize("verb", ["rotate", "revoke"])
@pytest.mark.parametrize("named", ["{id}", "{bare_id}", " {id}\n", "{id}_", "{id}_0123", "{key}"], ids=repr)
def test_a_key_is_named_by_its_id_alone(run: Run, verb: str, named: str) -> None:
    """As `list` prints it; what was copied with it makes no difference."""
    key_id, key = _made(run(*_CREATE))
    result = run(verb, named.format(id=key_id, bare_id=key_id[4:], key=key))
    assert result.exit_code == 0, result.output
    assert key_id in result.output
    assert key.rpartition("_")[2] not in result.output


def test_a_rotated_key_is_valid_for_the_time_of_grace(
    run: Run, status: Callable[..., int], database: Database[Document]
) -> None:
    """The new one has its rights; both are good until callers have changed over."""
    rights = ("--domain", "tokyo", "--agent-id", "agent-7", "--expires-in-days", "90")
    old_id, old = _made(run(*_CREATE, *rights))
    rotated = run("rotate", old_id, "--grace-hours", "2")
    new_id, new = _made(rotated)
    assert re.search(rf"It replaces {old_id}, which is valid until \S+\+00:00\.\n", rotated.stderr)
    assert (status(old), status(new)) == (200, 200)
    before, after = (database["api_keys"].find_one({"_id": key_id}) or {} for key_id in (old_id, new_id))
    for name in ("label", "domain", "scopes", "agent_id", "revoked_at"):
        assert before[name] == after[name]
    assert after["expires_at"] - after["created_at"] == timedelta(days=90)
    assert before["expires_at"] - after["created_at"] == timedelta(hours=2)
    assert before["sha256"] != after["sha256"]


def test_without_grace_a_rotated_key_ends_at_once(run: Run, status: Callable[..., int]) -> None:
    """It may be in the wrong hands."""
    old_id, old = _made(run(*_CREATE))
    _, new = _made(run("rotate", old_id, "--grace-hours", "0"))
    assert (status(old), status(new)) == (401, 200)


@pytest.mark.parametrize(("days", "end"), [((), None), (("--expires-in-days", "90"), timedelta(days=90))])
def test_however_often_keys_are_rotated_the_newest_has_the_lifetime_that_was_asked_for(
    run: Run, database: Database[Document], days: tuple[str, ...], end: timedelta | None
) -> None:
    """The grace of the old one is not taken for it, and when the new one ends is told."""
    created = run(*_CREATE, *days)
    key_id, _ = _made(created)
    results = [created]
    for _ in range(3):
        results.append(run("rotate", key_id))
        key_id, _ = _made(results[-1])
    stored = database["api_keys"].find_one({"_id": key_id}) or {}
    assert (stored["expires_at"] and stored["expires_at"] - stored["created_at"]) == end
    for result in results:
        assert ("It does not expire.\n" in result.stderr) is (end is None)
        assert bool(re.search(r"It is valid until \S+\+00:00\.\n", result.stderr)) is (end is not None)


@pytest.mark.parametrize("days", [(), ("--expires-in-days", "90")])
@pytest.mark.parametrize("grace", ["1", "24", "48"])
def test_a_key_whose_grace_has_begun_is_not_rotated_again(
    run: Run, database: Database[Document], days: tuple[str, ...], grace: str
) -> None:
    """The key in its place is named, and can be rotated."""
    alike = (*_CREATE[:2], "Other", *_CREATE[3:])
    old_id, _ = _made(run(*_CREATE, *days))
    for other in (_CREATE, alike):
        _made(run(*other, *days))
    new_id, _ = _made(run("rotate", old_id, "--grace-hours", grace))
    before = list(database["api_keys"].find())
    again = run("rotate", old_id)
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr == (
        f"Error: {old_id} was already rotated; use its successor {new_id}. "
        f"If the text of that key is lost, rotate {new_id} with --grace-hours 0.\n"
    )
    assert list(database["api_keys"].find()) == before
    assert _made(run("rotate", new_id, "--grace-hours", "0"))


def test_grace_does_not_lengthen_the_life_of_a_key(run: Run, database: Database[Document]) -> None:
    """One that would have expired before keeps its end, and is rotated once too."""
    old_id, _ = _made(run(*_CREATE, "--expires-in-days", "1"))
    new_id, _ = _made(run("rotate", old_id, "--grace-hours", "48"))
    old, new = (database["api_keys"].find_one({"_id": key_id}) or {} for key_id in (old_id, new_id))
    assert old["expires_at"] - old["created_at"] == new["expires_at"] - new["created_at"] == timedelta(days=1)
    assert f"rotate {new_id}" in run("rotate", old_id).stderr


def test_who_has_lost_the_key_in_the_place_of_one_that_ended_at_once_is_told_its_id(run: Run) -> None:
    """It is valid without end, and nobody has it."""
    old_id, _ = _made(run(*_CREATE))
    new_id, _ = _made(run("rotate", old_id, "--grace-hours", "0"))
    again = run("rotate", old_id)
    assert (again.exit_code, again.stdout) == (1, "")
    assert f"use its successor {new_id}" in again.stderr


def test_of_two_who_rotate_a_key_at_once_one_gets_a_key(database: Database[Document]) -> None:
    """The other is told whose is in its place, and the key that was made for nobody is valid for nobody."""
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
    together = Barrier(2)

    class Slow(ApiKeyStore):
        def insert(self, key: ApiKey) -> None:
            together.wait()
            super().insert(key)

    def rotate(_: int) -> str:
        try:
            slow = Slow(database["api_keys"])
            return rotate_api_key(slow, old.key_id, grace=timedelta(hours=1), now=_NOW)[0].key_id
        except ApiKeyRotated as error:
            return error.successor

    with ThreadPoolExecutor(2) as pool:
        told = set(pool.map(rotate, range(2)))
    valid = {key.key_id for key in keys.all(None) if not key.has_ended(_NOW)}
    assert len(told) == 1
    assert valid == {old.key_id, *told}


def test_a_key_is_printed_before_anything_else_can_fail(
    run: Run, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is nowhere else."""
    old_id, _ = _made(run(*_CREATE))

    def fail(*_: Any) -> NoReturn:
        raise DatastoreUnavailable

    monkeypatch.setattr(api_keys, "get_api_key", _once_then(api_keys.get_api_key, fail))
    result = run("rotate", old_id)
    assert _KEY.fullmatch(result.stdout)
    successor = (database["api_keys"].find_one({"_id": old_id}) or {})["successor"]
    assert result.stdout.startswith(successor)


def _once_then(first: Callable[..., Any], later: Callable[..., Any]) -> Callable[..., Any]:
    calls = iter([first])

    def call(*arguments: Any) -> Any:
        return next(calls, later)(*arguments)

    return call


def test_a_key_with_a_field_of_a_newer_release_is_good(
    run: Run, status: Callable[..., int], database: Database[Document]
) -> None:
    """Two releases run side by side during an update; the field stays."""
    key_id, key = _made(run(*_CREATE))
    database["api_keys"].update_one({"_id": key_id}, {"$set": {"of_the_next_release": 1}})
    assert status(key) == 200
    assert run("rotate", key_id).exit_code == 0
    assert (database["api_keys"].find_one({"_id": key_id}) or {})["of_the_next_release"] == 1


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_a_key_that_has_ended_is_not_rotated(run: Run, database: Database[Document], how: str) -> None:
    """What was taken away does not come back as another key."""
    key_id, _ = _made(run(*_CREATE))
    past = datetime.now(UTC) - timedelta(seconds=1)
    field = {"expired": "expires_at", "revoked": "revoked_at"}[how]
    database["api_keys"].update_one({"_id": key_id}, {"$set": {field: past}})
    result = run("rotate", key_id)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: The API key is expired or revoked; create another.\n"
    assert database["api_keys"].count_documents({}) == 1


@pytest.mark.parametrize("verb", ["rotate", "revoke"])
@pytest.mark.parametrize("key_id", ["plk_0123456789abcdef", "", "$ne"])
def test_a_key_that_is_not_there_is_one_line(run: Run, verb: str, key_id: str) -> None:
    """Nothing is made of it."""
    result = run(verb, key_id)
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        "Error: No API key has this ID; check the ID.\n",
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
def test_what_cannot_be_is_named(
    run: Run, database: Database[Document], arguments: tuple[str, ...], option: str
) -> None:
    """And no key is made."""
    result = run("create", *arguments)
    assert result.exit_code in {1, 2}
    assert option in result.stderr
    assert result.stdout == ""
    assert database["api_keys"].count_documents({}) == 0


def test_it_works_as_a_process(mongodb_uri: str, database_name: str) -> None:
    """The key is all that is on the standard output, so that a script can keep it."""
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "api-keys", *_CREATE],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(service.__file__).parents[1],
        env={**os.environ, "MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database_name},
    )
    assert _KEY.fullmatch(done.stdout)
    assert "it is not shown again" in done.stderr


@pytest.mark.parametrize("verb", [_CREATE, ("list",), ("revoke", "a"), ("rotate", "a")])
def test_without_mongodb_it_is_one_line(verb: tuple[str, ...]) -> None:
    """What to do stands in it."""
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
def test_a_bad_uri_is_one_line(uri: str) -> None:
    """The variable is named, and nothing else said."""
    result = CliRunner().invoke(main, ["api-keys", "list"], env={"MONGODB_URI": uri})
    assert result.stderr.count("\n") == 1
    assert (result.exit_code, result.stdout) == (1, "")
    assert "MONGODB_URI" in result.stderr


@pytest.fixture
def free_port() -> int:
    """Return a port of this machine on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("verb", [_CREATE, ("list",), ("revoke", "a"), ("rotate", "a")])
def test_without_mongodb_uri_the_address_that_was_tried_is_named(
    monkeypatch: pytest.MonkeyPatch, free_port: int, verb: tuple[str, ...]
) -> None:
    """At once, and what to set."""
    uri = f"mongodb://127.0.0.1:{free_port}"
    monkeypatch.setattr(Settings, "mongodb_uri", uri)
    monkeypatch.delenv("MONGODB_URI", raising=False)
    began = time.monotonic()
    result = CliRunner().invoke(main, ["api-keys", *verb])
    # The driver would try for five seconds.
    assert time.monotonic() - began < 4
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: MONGODB_URI is not set, no bundled MongoDB runs in DATA_DIR ")
    assert f" and nothing listens at {uri}: start the service with make run, or set " in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_misspelt_setting_is_warned_of(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the standard error, without its value; the command works."""
    monkeypatch.setenv("WORKER", "hidden")
    result = run("list")
    assert result.exit_code == 0
    assert result.stderr == (
        "Warning: WORKER is not a setting of this service and is ignored; did you mean WORKERS?\n"
    )
