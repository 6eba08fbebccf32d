"""The output of `profile-lookup reindex`. Its effects are tested in tests/store."""

import os
import signal
import subprocess
import sys
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


@pytest.fixture
def database_name(reused_database_name: str) -> str:
    """Return the name of an empty database, which may have indexes."""
    return reused_database_name


@pytest.fixture
def database(
    mongodb_client: pymongo.MongoClient[Document], database_name: str, mongodb_uri: str
) -> Database[Document]:
    """Return a database with ten profiles that the service has created. None of them is stale."""
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
    """Return a function that runs the command with its arguments."""
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database.name}

    def invoke(*arguments: str, master_keys: str = "") -> Result:
        variables = environment | {"MASTER_KEYS": master_keys}
        return CliRunner().invoke(main, ["reindex", *arguments], env=variables)

    return invoke


def _make_stale(database: Database[Document]) -> None:
    database["profiles"].update_many({}, {"$unset": {"rules": "", "unique": ""}, "$set": {"lookup": []}})


def test_without_stale_profiles_the_summary_has_zeros(run: Run) -> None:
    """No progress bar is shown. A second run gives the same result."""
    for _ in range(2):
        result = run()
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == "Profiles brought up to date: 0, still stale: 0.\n"


@pytest.mark.parametrize("arguments", [[], ["--batch-size", "1"], ["--batch-size", "1000"]])
def test_all_stale_profiles_are_brought_up_to_date(
    run: Run, database: Database[Document], arguments: list[str]
) -> None:
    """The summary is the only standard output, so that a log file contains no progress bar."""
    before = list(database["profiles"].find().sort("_id"))
    _make_stale(database)
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert result.stdout == "Profiles brought up to date: 10, still stale: 0.\n"
    assert "Reindexing" in result.stderr
    assert list(database["profiles"].find().sort("_id")) == before


def test_a_conflict_is_an_error_that_does_not_show_the_value(run: Run, database: Database[Document]) -> None:
    """The error names the profile and the key. All other profiles are brought up to date."""
    _make_stale(database)
    ids = [d["_id"] for d in database["profiles"].find({"keys.values": {"$in": ["7", "8"]}})]
    database["profiles"].update_many({"_id": {"$in": ids}}, {"$set": {"keys.0.values": ["4711"]}})
    result = run()
    assert (result.exit_code, result.stdout) == (1, "")
    stale = [profile_id for profile_id in ids if profile_id in result.stderr]
    assert len(stale) == 1
    listed, summary = result.stderr.splitlines()[-2:]
    assert listed == f"default {stale[0]}: another profile owns a value of its unique search key 'ssn'."
    assert summary.startswith("Error: 1 profiles are still stale; 9 were updated. Fix ")
    assert "4711" not in result.output


def test_a_sealed_value_without_its_master_key_is_an_error(run: Run, database: Database[Document]) -> None:
    """The error names the profile, the key and the master key. With the master key, the run succeeds."""
    sealed = {"key": "ssn", "sealed": [Vault("default", parse("", ONE)).seal("0" * 32, "ssn", "4711")]}
    document = database["profiles"].find_one({}, {"unique": False}) or {}
    database["search_keys"].update_one({}, {"$set": {"sensitive": True}})
    database["profiles"].delete_many({})
    database["profiles"].insert_one({**document, "_id": "0" * 32, "keys": [sealed], "rules": "1:one"})
    result = run()
    assert (result.exit_code, result.stdout) == (1, "")
    listed = result.stderr.splitlines()[-2]
    assert listed == (
        f"default {'0' * 32}: a value of its search key 'ssn' is encrypted with the master key 'one', "
        "which is not set or has changed."
    )
    assert "4711" not in result.output
    database["profiles"].update_one({}, {"$set": {"keys": [{"key": "ssn", "values": ["4711"]}]}})
    assert "set MASTER_KEYS" in run().stderr
    assert run(master_keys=ONE).stdout == "Profiles brought up to date: 1, still stale: 0.\n"
    assert "4711" not in repr(database["profiles"].find_one())


def test_values_of_an_undefined_key_are_listed_and_kept(run: Run, database: Database[Document]) -> None:
    """The list names the profile and the key. When the key is defined again, the run succeeds."""
    (definition,) = database["search_keys"].find()
    database["search_keys"].delete_many({})
    for updated in (10, 0):
        result = run()
        assert (result.exit_code, result.stdout) == (1, "")
        *listed, summary = result.stderr.splitlines()[-11:]
        assert {line.partition(" ")[2].partition(":")[2] for line in listed} == {
            " it has values of the search key 'ssn', which is not defined."
        }
        assert summary.startswith(f"Error: 10 profiles are still stale; {updated} were updated. ")
    database["search_keys"].insert_one(definition)
    assert run().stdout == "Profiles brought up to date: 10, still stale: 0.\n"


def test_profiles_are_listed_although_objects_stay_stale(run: Run, database: Database[Document]) -> None:
    """The error counts both."""
    sealed = Vault("default", parse("", ONE)).seal("1" * 32, ".object", '[[], "{}"]')
    stale_object = {"_id": "1" * 32, "domain": "default", "object_type": "Order", "sealed": sealed}
    database["profile_objects"].insert_one({**stale_object, "unique": ["1"], "master_keys": "one"})
    database["search_keys"].delete_many({})
    result = run()
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("it has values of the search key 'ssn', which is not defined.") == 10
    errors = result.stderr.splitlines()[-1]
    assert "10 profiles are still stale" in errors
    assert "1 objects are encrypted with a master key that is not set" in errors


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_continues_the_work_of_an_interrupted_run(
    run: Run, database: Database[Document], mongodb_uri: str, how: signal.Signals
) -> None:
    """The signal arrives in the first batch, while Python runs a destructor. Ctrl-C prints no traceback."""
    _make_stale(database)
    command = [sys.executable, "-m", "tests.cli.signalled", str(how.value), "update"]
    # A background job of a shell ignores SIGINT. A child inherits that, but it does not inherit a handler.
    previous_handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.run(
        [*command, "reindex", "--batch-size", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database.name},
        cwd=_CHECKOUT,
        timeout=_DEADLINE_SECONDS,
        check=False,
    )
    signal.signal(signal.SIGINT, previous_handler)
    if how is signal.SIGINT:
        assert (process.returncode, process.stderr.split()) == (1, ["Reindexing", "Aborted!"])
    assert database["profiles"].count_documents({"rules": {"$exists": False}}) == 9
    assert run().stdout == "Profiles brought up to date: 9, still stale: 0.\n"


def test_without_mongodb_the_error_is_one_line() -> None:
    """The error has the cause and the variable to check."""
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
def test_an_invalid_setting_is_an_error_of_one_line(environment: dict[str, str]) -> None:
    """The error names the variable."""
    result = CliRunner().invoke(main, ["reindex"], env=environment)
    assert (result.exit_code, result.stdout) == (1, "")
    assert next(iter(environment)) in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("size", ["0", "1001", "many"])
def test_an_invalid_batch_size_is_rejected(size: str) -> None:
    """A batch that is too large would time out in every run."""
    assert CliRunner().invoke(main, ["reindex", "--batch-size", size]).exit_code == 2
