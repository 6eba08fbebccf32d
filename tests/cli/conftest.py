"""Fixtures that run the `profile-lookup` command on an empty database."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from click.testing import CliRunner, Result
from pymongo.database import Database

from service.cli import main
from tests.cli.duplicated import fill
from tests.store.databases import DatabasePool

Document = dict[str, Any]
Run = Callable[..., Result]


@pytest.fixture(scope="session")
def databases(mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[DatabasePool]:
    """Return a pool of databases that the tests reuse."""
    pool = DatabasePool(mongodb_client)
    yield pool
    pool.drop()


@pytest.fixture
def reused_database_name(databases: DatabasePool) -> Iterator[str]:
    """Return the name of an empty database that no other test uses. It may have indexes already."""
    name = databases.take()
    yield name
    databases.give_back(name)


@pytest.fixture
def database(
    mongodb_client: pymongo.MongoClient[dict[str, Any]], database_name: str
) -> Database[dict[str, Any]]:
    """Return an empty database."""
    return mongodb_client[database_name]


@pytest.fixture
def invoke(mongodb_uri: str, database_name: str) -> Callable[..., Result]:
    """Return a function that runs the command with its arguments on the database."""
    environment = {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database_name}
    return lambda *arguments: CliRunner().invoke(main, arguments, env=environment)


@pytest.fixture(scope="module")
def duplicated(
    mongodb_client: pymongo.MongoClient[Document], mongodb_uri: str
) -> Iterator[tuple[Database[Document], list[str]]]:
    """Return a database with profiles, and their IDs. The command changes nothing in it."""
    database = mongodb_client[f"test_{uuid4().hex}"]
    yield database, fill(database, mongodb_uri)
    mongodb_client.drop_database(database)


@pytest.fixture
def ids(duplicated: tuple[Database[Document], list[str]]) -> list[str]:
    """Return the IDs of the profiles."""
    return duplicated[1]


@pytest.fixture
def variables(
    duplicated: tuple[Database[Document], list[str]], mongodb_uri: str, tmp_path: Path
) -> dict[str, str]:
    """Return the settings of the command. It needs no master keys."""
    return {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": duplicated[0].name,
        "XDG_STATE_HOME": str(tmp_path / "states"),
    }


@pytest.fixture
def search(variables: dict[str, str]) -> Run:
    """Return a function that runs the command with its arguments."""
    return lambda *arguments: CliRunner().invoke(main, ["duplicates", *map(str, arguments)], env=variables)
