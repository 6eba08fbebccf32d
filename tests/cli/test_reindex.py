"""`profile-lookup reindex` as an operator sees it; what it does is tested with the store."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymongo
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from pymongo.database import Database

import service
from service.app import create_app
from service.cli import main
from service.config import Settings
from service.crypto.master_keyring import parse
from service.crypto.vault import Vault
from service.store.client.connection import connect
from tests.master_keys import ONE

Document = dict[str, Any]
Run = Callable[..., Result]

_CHECKOUT = Path(service.__file__).parents[1]
_DEADLINE_SECONDS = 45
_PROFILES = 400


@pytest.fixture
def database(
    mongodb_client: pymongo.MongoClient[Document], database_name: str, mongodb_uri: str
) -> Database[Document]:
    """Return the database of an application that has served: ten profiles, none stale."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name, auth=False)
    connected = connect(settings)
    client: FlaskClient = create_app(settings, database=connected).test_client()
    key = {"label": "SSN", "type": "digits", "unique": True}
    assert client.put("/v1/search-keys/ssn", json=key).status_code == 201
    for n in range(10):
        body = {"first_name": "Ada", "keys": {"ssn": [str(n)]}}
        assert client.post("/v1/profiles", json=body).status_code == 201
    connected.client.close()
    return mongodb_client[database_name]


@pytest.fixture
def run(database: Database[Document], mongodb_uri: str) -> Run:
    """Return what runs the command with some arguments."""
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database.name}

    def invoke(*arguments: str, masters: str = "") -> Result:
        return CliRunner().invoke(main, ["reindex", *arguments], env=environment | {"MASTER_KEYS": masters})

    return invoke


def _age(database: Database[Document]) -> None:
    database["profiles"].update_many({}, {"$unset": {"rules": "", "unique": ""}, "$set": {"lookup": []}})


def test_where_nothing_is_stale_it_says_so(run: Run) -> None:
    """At once, without a bar, and as often as you like."""
    for _ in range(2):
        result = run()
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == "Profiles brought up to date: 0, still stale: 0.\n"


@pytest.mark.parametrize("arguments", [[], ["--batch-size", "1"], ["--batch-size", "1000"]])
def test_all_that_is_stale_is_brought_up_to_date(
    run: Run, database: Database[Document], arguments: list[str]
) -> None:
    """The summary is all that stands on the standard output, so that a log has it alone."""
    before = list(database["profiles"].find().sort("_id"))
    _age(database)
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert result.stdout == "Profiles brought up to date: 10, still stale: 0.\n"
    assert "Reindexing" in result.stderr
    assert list(database["profiles"].find().sort("_id")) == before


def test_a_conflict_is_listed_without_the_value_and_is_no_success(
    run: Run, database: Database[Document]
) -> None:
    """Whose profile it is and which key; the rest is done."""
    _age(database)
    ids = [d["_id"] for d in database["profiles"].find({"keys.values": {"$in": ["7", "8"]}})]
    database["profiles"].update_many({"_id": {"$in": ids}}, {"$set": {"keys.0.values": ["4711"]}})
    result = run()
    assert (result.exit_code, result.stdout) == (1, "")
    left = [profile_id for profile_id in ids if profile_id in result.stderr]
    assert len(left) == 1
    listed, summary = result.stderr.splitlines()[-2:]
    assert listed == f"default {left[0]}: another profile owns a value of its unique key 'ssn'."
    assert summary.startswith("Error: Profiles still stale: 1 (brought up to date: 9). Settle ")
    assert "4711" not in result.output


def test_a_sealed_value_is_listed_and_is_no_success(run: Run, database: Database[Document]) -> None:
    """Whose profile it is, which key and which master; with the master it is brought up to date."""
    one = {"key": "ssn", "sealed": [Vault("default", parse("", ONE)).seal("0" * 32, "ssn", "4711")]}
    document = database["profiles"].find_one({}, {"unique": False}) or {}
    database["search_keys"].update_one({}, {"$set": {"sensitive": True}})
    database["profiles"].delete_many({})
    database["profiles"].insert_one({**document, "_id": "0" * 32, "keys": [one], "rules": "1:one"})
    result = run()
    assert (result.exit_code, result.stdout) == (1, "")
    listed = result.stderr.splitlines()[-2]
    assert listed == (
        f"default {'0' * 32}: a value of its key 'ssn' is encrypted with the master key 'one', "
        "which is not set or has changed."
    )
    assert "4711" not in result.output
    database["profiles"].update_one({}, {"$set": {"keys": [{"key": "ssn", "values": ["4711"]}]}})
    assert "set MASTER_KEYS" in run().stderr
    assert run(masters=ONE).stdout == "Profiles brought up to date: 1, still stale: 0.\n"
    assert "4711" not in repr(database["profiles"].find_one())


def test_values_of_an_undefined_key_are_listed_and_kept(run: Run, database: Database[Document]) -> None:
    """Whose profile and which key, never the value; until the key is defined as before."""
    (definition,) = database["search_keys"].find()
    database["search_keys"].delete_many({})
    for renewed in (10, 0):
        result = run()
        assert (result.exit_code, result.stdout) == (1, "")
        *listed, summary = result.stderr.splitlines()[-11:]
        assert {line.partition(" ")[2].partition(":")[2] for line in listed} == {
            " holds values of the key 'ssn', which is not defined."
        }
        assert summary.startswith(f"Error: Profiles still stale: 10 (brought up to date: {renewed}).")
    database["search_keys"].insert_one(definition)
    assert run().stdout == "Profiles brought up to date: 10, still stale: 0.\n"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_ended_goes_on_where_it_ended(
    run: Run, database: Database[Document], mongodb_uri: str, how: signal.Signals
) -> None:
    """However it ends, what is done is done, and the next run does the rest; Ctrl-C says one word."""
    (one, *_) = database["profiles"].find({}, {"keys": False, "unique": False})
    copies = [{**one, "_id": f"{n:032x}", "keys": []} for n in range(_PROFILES)]
    database["profiles"].insert_many(copies)
    _age(database)
    stale = {"rules": {"$exists": False}}
    # In the background of a shell Ctrl-C is ignored, and a child begins with that; but not with a handler.
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "reindex", "--batch-size", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database.name},
        cwd=_CHECKOUT,
    )
    signal.signal(signal.SIGINT, ours)
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while database["profiles"].count_documents(stale) > _PROFILES:
        assert time.monotonic() < deadline, "waited in vain"
        assert process.poll() is None
    process.send_signal(how)
    _, said = process.communicate(timeout=_DEADLINE_SECONDS)
    if how is signal.SIGINT:
        assert (process.returncode, said.split()) == (1, ["Reindexing", "Aborted!"])
    left = database["profiles"].count_documents(stale)
    assert 0 < left < _PROFILES + 10
    result = run()
    assert result.stdout == f"Profiles brought up to date: {left}, still stale: 0.\n"


def test_without_mongodb_it_is_one_line() -> None:
    """What to do stands in it."""
    environment = {"MONGODB_URI": "mongodb://127.0.0.1:1", "MONGODB_TIMEOUT_MS": "500"}
    result = CliRunner().invoke(main, ["reindex"], env=environment)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: MongoDB did not answer in time, or refused (")
    assert "MONGODB_URI" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "environment",
    [{"MONGODB_URI": "localhost"}, {"MONGODB_URI": "mongodb://"}, {"MONGODB_TIMEOUT_MS": "soon"}],
)
def test_a_bad_setting_is_one_line(environment: dict[str, str]) -> None:
    """The variable is named."""
    result = CliRunner().invoke(main, ["reindex"], env=environment)
    assert (result.exit_code, result.stdout) == (1, "")
    assert next(iter(environment)) in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("size", ["0", "1001", "many"])
def test_a_batch_has_bounds(size: str) -> None:
    """A command that MongoDB cannot do in time would fail each time."""
    assert CliRunner().invoke(main, ["reindex", "--batch-size", size]).exit_code == 2
