"""The application without a server, on mongomock or on a real MongoDB where the difference matters."""

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
from tests.api.caller import Caller
from tests.api.credentials import Credentials
from tests.commands import Commands
from tests.master_keys import ONE
from tests.readiness import uncached


@pytest.fixture
def database() -> Any:
    """Return an empty mongomock database."""
    return mongomock.MongoClient(tz_aware=True)["test"]


@pytest.fixture
def app(database: Any) -> Flask:
    """Return the application on an empty mongomock database."""
    app = create_app(Settings(auth=False), database=database, readiness_times=uncached())
    app.extensions["profile_lookup"].indexes.build()
    # mongomock ignores that the index is partial, and would reject a second profile without a unique key.
    database["profiles"].drop_index("unique")
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of the application on mongomock."""
    return app.test_client()


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
    """Return an application that many tests share, on a database of the real MongoDB."""
    settings = Settings(
        mongodb_uri=mongodb_uri, mongodb_database=f"test_{uuid4().hex}", master_keys=ONE, auth=False
    )
    database = connect(settings)
    app = create_app(settings, database=database, readiness_times=uncached())
    app.extensions["database"] = database
    yield app
    database.client.drop_database(database.name)
    database.client.close()


def _emptied(app: Flask) -> Caller:
    app.extensions["profile_lookup"].audit.flush()
    database = app.extensions["database"]
    for name in database.list_collection_names():
        database[name].delete_many({})
    # Refresh the cached search keys and settings of the previous test.
    app.extensions["profile_lookup"].domains.read("default")
    return Caller(app.test_client(), database)


@pytest.fixture
def api(shared_app: Flask) -> Caller:
    """Return a caller of the shared application, with an empty database on the real MongoDB.

    A separate application and database for each test would take longer than most tests.
    """
    return _emptied(shared_app)


@pytest.fixture(scope="module")
def module_api(shared_app: Flask) -> Caller:
    """Return an ``api`` for a module or class whose tests share their data and leave it unchanged."""
    return _emptied(shared_app)


@pytest.fixture(scope="session")
def authenticated_app(mongodb_uri: str) -> Iterator[Flask]:
    """Return an application that requires authentication, on a database that many tests share."""
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
    """Return credentials for a service whose real MongoDB is empty."""
    anonymous = _emptied(authenticated_app)
    return Credentials(
        anonymous, authenticated_app.extensions["profile_lookup"], authenticated_app.extensions["commands"]
    )
