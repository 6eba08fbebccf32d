"""The application whose commands the tests of costs count."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pymongo
from flask.testing import FlaskClient
from pymongo.database import Database

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from tests.commands import Commands
from tests.master_keys import ONE
from tests.measuring import unmeasured
from tests.readiness import uncached


@dataclass(frozen=True)
class World:
    """The application, its commands, and the IDs of the profiles in its database."""

    client: FlaskClient
    commands: Commands
    database: Database[dict[str, Any]]
    created: dict[str, str]


@contextmanager
def open_world(
    mongodb_uri: str,
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    create_data: Callable[[FlaskClient], dict[str, str]],
) -> Iterator[World]:
    """Yield an application with all indexes and a cached domain, which does not expire."""
    name = f"test_{uuid4().hex}"
    settings = Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database=name,
        settings_cache_seconds=3600,
        master_keys=ONE,
        auth=False,
    )
    commands = Commands()
    database = connect(settings, listeners=[commands])
    client = create_app(settings, database=database, readiness_times=uncached()).test_client()
    with unmeasured():
        created = create_data(client)
    yield World(client, commands, database, created)
    database.client.close()
    mongodb_client.drop_database(name)


def create_profile_with_secrets(client: FlaskClient) -> dict[str, str]:
    """Define search keys and create a profile with a sensitive value. Return its ID."""
    for key in ("ssn", "plan", "secret"):
        definition = {"label": key, "type": "text", "unique": key == "ssn", "sensitive": key == "secret"}
        assert client.put(f"/v1/search-keys/{key}", json=definition).status_code == 201
    secrets = {"first_name": "Ada", "keys": {"secret": ["one secret"]}}
    return {"with_secrets": client.post("/v1/profiles", json=secrets).get_json()["profile_id"]}
