"""Fixtures that run the `profile-lookup` command on an empty database."""

from collections.abc import Callable
from typing import Any

import pymongo
import pytest
from click.testing import CliRunner, Result
from pymongo.database import Database

from service.cli import main


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
