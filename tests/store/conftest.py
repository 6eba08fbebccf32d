"""Fixtures: the stores and the application on a real MongoDB."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast
from uuid import NAMESPACE_OID, uuid4, uuid5

import pymongo
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pymongo.database import Database

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from service.store.profiles.documents import to_document
from service.store.stores import Stores
from service.use_cases.profiles import new_profile
from tests.commands import Commands
from tests.master_keys import ONE
from tests.measuring import unmeasured
from tests.readiness import uncached
from tests.store.databases import DatabasePool
from tests.store.planning import InsertProfiles, World, define_custom_keys, people

_INSERT_SECONDS = 60

Fields = Mapping[str, Any]


@pytest.fixture(scope="session")
def databases(mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[DatabasePool]:
    """Return a pool of databases that the tests reuse."""
    pool = DatabasePool(mongodb_client)
    yield pool
    pool.drop()


@pytest.fixture
def database_name(databases: DatabasePool) -> Iterator[str]:
    """Return the name of an empty database that no other test uses. It may have indexes already."""
    name = databases.take()
    yield name
    databases.give_back(name)


@pytest.fixture
def settings(mongodb_uri: str, database_name: str) -> Settings:
    """Return the settings for an empty database."""
    return Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name, master_keys=ONE, auth=False)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database[dict[str, Any]]]:
    """Return the database, with the service's own connection options."""
    connected = connect(settings)
    yield connected
    connected.client.close()


@pytest.fixture
def stores(database: Database[dict[str, Any]], settings: Settings) -> Stores:
    """Return the stores of the database, with all indexes."""
    stores = Stores.over(database, settings)
    stores.indexes.build()
    return stores


@pytest.fixture
def app(database: Database[dict[str, Any]], settings: Settings) -> Flask:
    """Return the application on the same database."""
    return create_app(settings, database=database, readiness_times=uncached())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of the application."""
    return app.test_client()


@pytest.fixture
def stores_with_commands(settings: Settings, stores: Stores) -> Iterator[tuple[Stores, Commands]]:
    """Return other stores on the same database, and a recorder of the commands that they send."""
    assert stores
    commands = Commands()
    database = connect(settings, listeners=[commands])
    yield Stores.over(database, settings), commands
    database.client.close()


class _CachedDomains:
    """A domain that is read only once, because thousands of profiles need it."""

    def __init__(self, stores: Stores, domain: str) -> None:
        self._domain = stores.domains.read(domain)

    def get(self, *_: Any, **__: Any) -> Any:
        return self._domain

    read = get


@pytest.fixture(scope="session")
def insert_profiles() -> Callable[[Database[dict[str, Any]], Settings, Iterable[Fields]], list[str]]:
    """Return a function that inserts profiles and returns their sorted IDs.

    The service converts the profiles to documents. The IDs look random but are the same in each run, because
    the order of the profiles can change the number of commands.
    """

    def insert(
        database: Database[dict[str, Any]], settings: Settings, profiles: Iterable[Fields]
    ) -> list[str]:
        stores = Stores.over(database, settings)
        cached_stores = replace(stores, domains=cast("Any", _CachedDomains(stores, "default")))
        first = database["profiles"].count_documents({})
        with unmeasured():
            documents = [
                to_document(
                    "default",
                    *new_profile(cached_stores, "default", fields, uuid5(NAMESPACE_OID, str(number)).hex),
                    stores.keyring,
                )
                for number, fields in enumerate(profiles, start=first)
            ]
        # The time limit of the service's requests is too short for thousands of profiles on a busy machine.
        with pymongo.timeout(_INSERT_SECONDS):
            database["profiles"].insert_many(documents)
        return sorted(document["_id"] for document in documents)

    return insert


@pytest.fixture(scope="session")
def world(
    mongodb_uri: str,
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    insert_profiles: InsertProfiles,
) -> Iterator[World]:
    """Return an application with 5,000 profiles. Tests must not change the profiles."""
    name = f"test_{uuid4().hex}"
    settings = Settings(
        mongodb_uri=mongodb_uri, mongodb_database=name, settings_cache_seconds=3600, auth=False
    )
    commands = Commands()
    database = connect(settings, listeners=[commands])
    client = create_app(settings, database=database).test_client()
    define_custom_keys(client)
    ids = insert_profiles(database, settings, people())
    yield World(client, database, commands, ids)
    database.client.close()
    mongodb_client.drop_database(name)
