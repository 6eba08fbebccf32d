"""The service's stores and application on the real MongoDB, and many profiles at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast
from uuid import NAMESPACE_OID, uuid5

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
from tests.masters import ONE
from tests.readiness import uncached

Fields = Mapping[str, Any]


@pytest.fixture
def settings(mongodb_uri: str, database_name: str) -> Settings:
    """Return settings that lead to an empty database."""
    return Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name, master_keys=ONE, auth="off")


@pytest.fixture
def database(settings: Settings) -> Iterator[Database[dict[str, Any]]]:
    """Return the database, connected as the service connects."""
    connected = connect(settings)
    yield connected
    connected.client.close()


@pytest.fixture
def stores(database: Database[dict[str, Any]], settings: Settings) -> Stores:
    """Return the stores over the database, with their indexes."""
    over = Stores.over(database, settings)
    over.indexes.build()
    return over


@pytest.fixture
def app(database: Database[dict[str, Any]], settings: Settings) -> Flask:
    """Return the application over the same database."""
    return create_app(settings, database=database, readiness_times=uncached())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a caller of the application."""
    return app.test_client()


class _Remembered:
    """Takes the place of the domains: thousands of profiles with custom keys would read it each time."""

    def __init__(self, stores: Stores, domain: str) -> None:
        self._domain = stores.domains.read(domain)

    def get(self, *_: Any, **__: Any) -> Any:
        return self._domain

    read = get


@pytest.fixture(scope="session")
def insert_profiles() -> Callable[[Database[dict[str, Any]], Settings, Iterable[Fields]], list[str]]:
    """Return what inserts many profiles, made as the service makes them, and returns their sorted IDs.

    The IDs look random and are the same in each run: which profiles come first can cost a command more.
    """

    def insert(
        database: Database[dict[str, Any]], settings: Settings, profiles: Iterable[Fields]
    ) -> list[str]:
        stores = Stores.over(database, settings)
        remembering = replace(stores, domains=cast("Any", _Remembered(stores, "default")))
        first = database["profiles"].count_documents({})
        documents = [
            to_document(
                "default",
                *new_profile(remembering, "default", fields, uuid5(NAMESPACE_OID, str(number)).hex),
                stores.masters,
            )
            for number, fields in enumerate(profiles, start=first)
        ]
        database["profiles"].insert_many(documents)
        return sorted(document["_id"] for document in documents)

    return insert
