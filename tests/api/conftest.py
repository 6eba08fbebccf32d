"""The application without an HTTP server. It uses mongomock, or a real MongoDB if they behave differently."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import mongomock
import pymongo
import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from tests.api.caller import Caller, union
from tests.api.credentials import Credentials
from tests.api.feed import show_changes_at_once
from tests.commands import Commands
from tests.master_keys import ONE
from tests.readiness import uncached


@pytest.fixture
def database() -> Any:
    """Return an empty mongomock database."""
    return mongomock.MongoClient(tz_aware=True)["test"]


def _app_on_mongomock(database: Any) -> Flask:
    app = create_app(Settings(auth=False), database=database, readiness_times=uncached())
    app.extensions["profile_lookup"].indexes.build()
    # mongomock does not support partial indexes. It would reject a second profile without a unique value.
    database["profiles"].drop_index("unique")
    return app


@pytest.fixture
def app(database: Any) -> Flask:
    """Return the application on an empty mongomock database."""
    return _app_on_mongomock(database)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of the application on mongomock."""
    return app.test_client()


@pytest.fixture(scope="module")
def module_client() -> FlaskClient:
    """Return a client like ``client`` for the tests of one module, which share its data."""
    return _app_on_mongomock(mongomock.MongoClient(tz_aware=True)["test"]).test_client()


@pytest.fixture
def real_app(mongodb_uri: str, database_name: str) -> Iterator[Flask]:
    """Return the application on an empty database of the real MongoDB."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name, auth=False)
    database = connect(settings)
    yield create_app(settings, database=database, readiness_times=uncached())
    database.client.close()


@pytest.fixture
def real_client(real_app: Flask) -> FlaskClient:
    """Return a client of the application on the real MongoDB."""
    return real_app.test_client()


@pytest.fixture
def real_database(
    mongodb_client: pymongo.MongoClient[dict[str, Any]], database_name: str
) -> pymongo.database.Database[dict[str, Any]]:
    """Return the database behind ``real_client``."""
    return mongodb_client[database_name]


@pytest.fixture(scope="session")
def shared_app(mongodb_uri: str) -> Iterator[Flask]:
    """Return an application that many tests share. It uses the real MongoDB."""
    settings = Settings(
        mongodb_uri=mongodb_uri, mongodb_database=f"test_{uuid4().hex}", master_keys=ONE, auth=False
    )
    database = connect(settings)
    app = create_app(settings, database=database, readiness_times=uncached())
    app.extensions["database"] = database
    yield app
    database.client.drop_database(database.name)
    database.client.close()


def _with_empty_database(app: Flask) -> Caller:
    app.extensions["profile_lookup"].audit.flush()
    database = app.extensions["database"]
    for each in union(database, database.list_collection_names(), {"$limit": 1}):
        database[each["collection"]].delete_many({})
    # Replace the search keys and settings that the previous test left in the cache.
    app.extensions["profile_lookup"].domains.read("default")
    return Caller(app.test_client(), database)


@pytest.fixture
def api(shared_app: Flask) -> Caller:
    """Return a caller of the shared application. Its database on the real MongoDB is empty.

    A separate application and database for each test would be slower than most tests.
    """
    return _with_empty_database(shared_app)


@pytest.fixture(scope="module")
def module_api(shared_app: Flask) -> Caller:
    """Return a caller like ``api`` for the tests of one module, which share its data."""
    return _with_empty_database(shared_app)


@pytest.fixture(scope="session")
def authenticated_app(mongodb_uri: str) -> Iterator[Flask]:
    """Return an application that requires authentication. Many tests share it and its database."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=f"test_{uuid4().hex}", master_keys=ONE)
    commands = Commands()
    database = connect(settings, listeners=[commands])
    app = create_app(settings, database=database, metrics_ttl=0, readiness_times=uncached())
    app.extensions |= {"database": database, "commands": commands}
    yield app
    database.client.drop_database(database.name)
    database.client.close()


@pytest.fixture
def credentials(authenticated_app: Flask) -> Credentials:
    """Return credentials for a service that requires authentication. Its real MongoDB is empty."""
    anonymous = _with_empty_database(authenticated_app)
    return Credentials(
        anonymous, authenticated_app.extensions["profile_lookup"], authenticated_app.extensions["commands"]
    )


@pytest.fixture
def changes_at_once(shared_app: Flask) -> Iterator[None]:
    """Make the shared application show changes without a delay."""
    stores = show_changes_at_once(shared_app)
    yield
    shared_app.extensions["profile_lookup"] = stores
