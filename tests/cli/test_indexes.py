"""`profile-lookup indexes` as an operator sees it."""

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


def _standing(database: Database[Document]) -> dict[str, Mapping[str, Any]]:
    return {name: database[name].index_information() for name in INDEXES}


def test_an_empty_database_lacks_them_until_they_are_applied(run: Run, database: Database[Document]) -> None:
    """--check names them and changes nothing; --apply tells what it does, and once more does nothing."""
    checked = run("--check")
    assert (checked.exit_code, checked.stdout) == (1, "")
    assert checked.stderr.startswith("Error: Indexes missing: profiles.lookup, profiles.unique, ")
    assert database.list_collection_names() == []
    applied = run("--apply")
    assert (applied.exit_code, applied.stdout) == (0, "All indexes exist.\n")
    assert applied.stderr.splitlines()[0] == "Creating if missing: profiles.unique"
    standing = _standing(database)
    assert {name: len(indexes) - 1 for name, indexes in standing.items()} == {
        name: len(models) for name, models in INDEXES.items()
    }
    again = run("--check")
    assert (again.exit_code, again.stdout, again.stderr) == (0, "All indexes exist.\n", "")
    assert run("--apply").exit_code == 0
    assert _standing(database) == standing


@pytest.mark.parametrize(
    ("named", "other"),
    [
        ("profiles.lookup", IndexModel([("lookup", 1), ("domain", 1)], name="lookup")),
        ("profiles.unique", IndexModel([("domain", 1), ("unique", 1)], name="unique")),
        ("profiles.rules_and_id", IndexModel(_BY_RULES, name="rules_and_id", sparse=True)),
        ("profiles.rules_and_id", IndexModel(_BY_RULES, name="of_my_own")),
        ("search_keys.domain", IndexModel([("domain", 1), ("name", 1)], name="domain")),
        ("search_keys.domain", IndexModel([("domain", 1), ("name", 1)], name="of_my_own", unique=True)),
        ("profiles.rules_and_id", IndexModel(_BY_RULES, name="of_my_own", hidden=True)),
        ("audit.expired", IndexModel([("expires_at", 1)], name="of_my_own", expireAfterSeconds=60)),
    ],
    ids=[
        *("keys", "not unique", "sparse", "name", "not unique either", "name of a unique one"),
        *("hidden, and the name", "time, and the name"),
    ],
)
def test_one_of_another_definition_or_name_is_named_and_stays(
    run: Run, database: Database[Document], named: str, other: IndexModel
) -> None:
    """It is for the operator to drop it; all others are created."""
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
        (IndexModel(_BY_RULES, name="of_my_own"), 201),
    ],
    ids=["refuses nothing", "refuses more", "serves otherwise", "has another name"],
)
def test_a_service_over_an_index_that_differs_is_not_ready_and_does_no_harm(
    database: Database[Document], mongodb_uri: str, other: IndexModel, status: int
) -> None:
    """Without a unique index that refuses what it is to refuse, nothing is served until it is mended."""
    name = other.document["name"]
    differing = "rules_and_id" if name == "of_my_own" else name
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
    for served in (client, restarted) if status == 503 else (restarted,):
        assert served.post("/v1/profiles", json={"first_name": "Ada"}).status_code == 201
    assert restarted.get("/readyz").status_code == 200
    connected.client.close()


def _two_of_one_key(database: Database[Document]) -> None:
    """Store what the unique index of the search keys refuses."""
    database["search_keys"].insert_many([{"domain": "elsewhere", "name": "tier"} for _ in range(2)])


def _two_arrays(database: Database[Document]) -> None:
    """Store what the one index on both of these fields does not take: an array in each."""
    both = {"profile_id": ["1", "2"], "associated_at": ["1", "2"]}
    database["associations"].insert_one({"domain": "elsewhere", "association": both})


@pytest.mark.parametrize(
    ("store", "refused", "missing", "status"),
    [
        (_two_of_one_key, "DuplicateKeyError", "search_keys.domain", 503),
        (_two_arrays, "OperationFailure", "associations.last_of_profile", 201),
    ],
    ids=["a unique one", "another"],
)
def test_an_index_that_cannot_be_built_is_named_and_fails_no_more_than_it_must(
    run: Run,
    database: Database[Document],
    mongodb_uri: str,
    store: Callable[[Database[Document]], None],
    refused: str,
    missing: str,
    status: int,
) -> None:
    """All others are built, those of its collection too, and it is not tried again by every request."""
    store(database)
    applied = run("--apply")
    assert applied.exit_code == 1
    assert f"Refused ({refused}): {missing}\n" in applied.stderr
    assert run("--check").stderr == f"Error: Indexes missing: {missing}.\n"
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database.name, auth=False)
    sent = Commands()
    connected = connect(settings, listeners=[sent])
    client = create_app(settings, database=connected, readiness_times=uncached()).test_client()
    tried = 0
    for _ in range(5):
        assert client.post("/v1/profiles", json={"first_name": "Ada"}).status_code == status
        tried = tried or sent.names.count("createIndexes")
        ready = client.get("/readyz")
        assert (ready.status_code, ready.get_json()["checks"]["mongodb"]) == (503, "ok")
        assert ready.get_json()["checks"]["indexes"] == f"missing: {missing}"
    assert sent.names.count("createIndexes") == tried > 0
    connected.client.close()


def test_racing_processes_agree(run: Run, mongodb_uri: str, database_name: str) -> None:
    """As workers do that start at once."""
    environment = os.environ | {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database_name}
    racing = [
        subprocess.Popen(
            [sys.executable, "-m", "service.cli", "indexes", "--apply"],
            cwd=Path(service.__file__).parents[1],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(3)
    ]
    assert [process.wait() for process in racing] == [0, 0, 0]
    assert run("--check").exit_code == 0


def test_others_are_passed_over(run: Run, database: Database[Document]) -> None:
    """Those of a newer release, and an operator's own."""
    assert run("--apply").exit_code == 0
    database["profiles"].create_indexes([IndexModel([("party_type", 1)], name="reports")])
    assert run("--check").exit_code == 0
    assert run("--apply").exit_code == 0
    assert "reports" in database["profiles"].index_information()


@pytest.mark.parametrize("arguments", [[], ["--drop"]])
def test_it_has_to_be_told_what_to_do(run: Run, arguments: list[str]) -> None:
    """Neither is the default."""
    assert run(*arguments).exit_code == 2


def test_without_mongodb_it_is_one_line() -> None:
    """What to do stands in it."""
    environment = {"MONGODB_URI": "mongodb://127.0.0.1:1", "MONGODB_TIMEOUT_MS": "500"}
    result = CliRunner().invoke(main, ["indexes", "--check"], env=environment)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "MONGODB_URI" in result.stderr
    assert result.stderr.count("\n") == 1
