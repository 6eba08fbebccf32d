"""`profile-lookup indexes`, with a real MongoDB."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo import IndexModel
from pymongo.database import Database

import service
from service.app import create_app
from service.cli import main
from service.config import Settings
from service.store.client.connection import connect
from service.store.indexes.definitions import INDEXES
from tests.commands import Commands
from tests.readiness import uncached

Document = dict[str, Any]
Run = Callable[..., Result]

_BY_RULES = (("rules", 1), ("_id", 1))


@pytest.fixture
def run(invoke: Run) -> Run:
    """Return a function that runs the subcommand with its arguments."""
    return partial(invoke, "indexes")


def _existing_indexes(database: Database[Document]) -> dict[str, Mapping[str, Any]]:
    return {name: database[name].index_information() for name in INDEXES}


def test_check_reports_missing_indexes_and_apply_creates_them(run: Run, database: Database[Document]) -> None:
    """``--check`` changes nothing, and a second ``--apply`` changes nothing."""
    checked = run("--check")
    assert (checked.exit_code, checked.stdout) == (1, "")
    assert checked.stderr.startswith("Error: Indexes missing: profiles.lookup, profiles.unique, ")
    assert database.list_collection_names() == []
    applied = run("--apply")
    assert (applied.exit_code, applied.stdout) == (0, "All indexes exist.\n")
    assert applied.stderr.splitlines()[0] == "Creating if missing: profiles.unique"
    existing = _existing_indexes(database)
    assert {name: len(indexes) - 1 for name, indexes in existing.items()} == {
        name: len(models) for name, models in INDEXES.items()
    }
    again = run("--check")
    assert (again.exit_code, again.stdout, again.stderr) == (0, "All indexes exist.\n", "")
    assert run("--apply").exit_code == 0
    assert _existing_indexes(database) == existing


@pytest.mark.parametrize(
    ("named", "other"),
    [
        ("profiles.lookup", IndexModel([("lookup", 1), ("domain", 1)], name="lookup")),
        ("profiles.unique", IndexModel([("domain", 1), ("unique", 1)], name="unique")),
        ("profiles.rules_and_id", IndexModel(_BY_RULES, name="rules_and_id", sparse=True)),
        ("profiles.rules_and_id", IndexModel(_BY_RULES, name="custom")),
        ("search_keys.domain", IndexModel([("domain", 1), ("name", 1)], name="domain")),
        ("search_keys.domain", IndexModel([("domain", 1), ("name", 1)], name="custom", unique=True)),
        ("profiles.rules_and_id", IndexModel(_BY_RULES, name="custom", hidden=True)),
        ("audit.expired", IndexModel([("expires_at", 1)], name="custom", expireAfterSeconds=60)),
    ],
    ids=[
        *("other keys", "profiles not unique", "sparse", "other name"),
        *("search keys not unique", "unique with another name"),
        *("hidden with another name", "other TTL and name"),
    ],
)
def test_an_index_that_differs_is_reported_and_kept(
    run: Run, database: Database[Document], named: str, other: IndexModel
) -> None:
    """Only an operator drops it. All other indexes are created."""
    collection = named.partition(".")[0]
    database[collection].create_indexes([other])
    before = database[collection].index_information()[other.document["name"]]
    applied = run("--apply")
    assert (applied.exit_code, applied.stdout) == (1, "")
    assert applied.stderr.splitlines()[-1] == f"Error: Indexes differing: {named}."
    assert run("--check").stderr == f"Error: Indexes differing: {named}.\n"
    assert database[collection].index_information()[other.document["name"]] == before
    database[collection].drop_index(other.document["name"])
    assert run("--apply").exit_code == 0


@pytest.mark.parametrize(
    ("other", "status"),
    [
        (IndexModel([("domain", 1), ("unique", 1)], name="unique"), 503),
        (IndexModel([("domain", 1), ("unique", 1)], name="unique", unique=True), 201),
        (IndexModel([("rules", 1)], name="rules_and_id"), 201),
        (IndexModel(_BY_RULES, name="custom"), 201),
    ],
    ids=["not unique", "stricter", "other keys", "other name"],
)
def test_the_service_is_not_ready_if_an_index_differs(
    database: Database[Document], mongodb_uri: str, other: IndexModel, status: int
) -> None:
    """If a unique index would accept duplicates, requests get a 503 until an operator drops the index."""
    name = other.document["name"]
    differing = "rules_and_id" if name == "custom" else name
    database["profiles"].create_indexes([other])
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database.name, auth=False)
    connected = connect(settings)
    client = create_app(settings, database=connected, readiness_times=uncached()).test_client()
    assert client.post("/v1/profiles", json={"first_name": "Ada"}).status_code == status
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["checks"]["indexes"]) == (
        503,
        f"differing: profiles.{differing}",
    )
    database["profiles"].drop_index(name)
    restarted = create_app(settings, database=connected).test_client()
    for each in (client, restarted) if status == 503 else (restarted,):
        assert each.post("/v1/profiles", json={"first_name": "Ada"}).status_code == 201
    assert restarted.get("/readyz").status_code == 200
    connected.client.close()


def _store_duplicate_search_keys(database: Database[Document]) -> None:
    """Store duplicates that the unique index of the search keys rejects."""
    database["search_keys"].insert_many([{"domain": "elsewhere", "name": "tier"} for _ in range(2)])


def _store_two_arrays(database: Database[Document]) -> None:
    """Store arrays in two fields that MongoDB cannot index together."""
    both = {"profile_id": ["1", "2"], "associated_at": ["1", "2"]}
    database["associations"].insert_one({"domain": "elsewhere", "association": both})


@pytest.mark.parametrize(
    ("store", "error", "missing", "status"),
    [
        (_store_duplicate_search_keys, "DuplicateKeyError", "search_keys.domain", 503),
        (_store_two_arrays, "OperationFailure", "associations.last_of_profile", 201),
    ],
    ids=["unique index", "other index"],
)
def test_an_index_that_cannot_be_built_is_reported(
    run: Run,
    database: Database[Document],
    mongodb_uri: str,
    store: Callable[[Database[Document]], None],
    error: str,
    missing: str,
    status: int,
) -> None:
    """All other indexes are built. Later requests do not try to build it."""
    store(database)
    applied = run("--apply")
    assert applied.exit_code == 1
    assert f"Refused ({error}): {missing}\n" in applied.stderr
    assert run("--check").stderr == f"Error: Indexes missing: {missing}.\n"
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database.name, auth=False)
    commands = Commands()
    connected = connect(settings, listeners=[commands])
    client = create_app(settings, database=connected, readiness_times=uncached()).test_client()
    attempts = 0
    for _ in range(5):
        assert client.post("/v1/profiles", json={"first_name": "Ada"}).status_code == status
        attempts = attempts or commands.names.count("createIndexes")
        ready = client.get("/readyz")
        assert (ready.status_code, ready.get_json()["checks"]["mongodb"]) == (503, "ok")
        assert ready.get_json()["checks"]["indexes"] == f"missing: {missing}"
    assert commands.names.count("createIndexes") == attempts > 0
    connected.client.close()


def test_concurrent_processes_can_apply_the_indexes(run: Run, mongodb_uri: str, database_name: str) -> None:
    """Workers start at the same time."""
    environment = os.environ | {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database_name}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "service.cli", "indexes", "--apply"],
            cwd=Path(service.__file__).parents[1],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    assert [process.wait() for process in processes] == [0, 0]
    assert run("--check").exit_code == 0


def test_unknown_indexes_are_ignored(run: Run, database: Database[Document]) -> None:
    """Such indexes may belong to a newer release or to an operator."""
    assert run("--apply").exit_code == 0
    database["profiles"].create_indexes([IndexModel([("party_type", 1)], name="reports")])
    assert run("--check").exit_code == 0
    assert run("--apply").exit_code == 0
    assert "reports" in database["profiles"].index_information()


@pytest.mark.parametrize("arguments", [[], ["--drop"]])
def test_check_or_apply_is_required(run: Run, arguments: list[str]) -> None:
    """The command has no default action."""
    assert run(*arguments).exit_code == 2


def test_without_mongodb_the_error_is_one_line() -> None:
    """The error names the variable to check."""
    environment = {"MONGODB_URI": "mongodb://127.0.0.1:1", "MONGODB_TIMEOUT_MS": "500"}
    result = CliRunner().invoke(main, ["indexes", "--check"], env=environment)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "MONGODB_URI" in result.stderr
    assert result.stderr.count("\n") == 1
