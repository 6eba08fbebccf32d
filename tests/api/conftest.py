"""The application without a server: on mongomock, or on a real MongoDB where that decides."""

from typing import Any

import mongomock
import pymongo
import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings


@pytest.fixture
def app() -> Flask:
    """Return the application on an empty mongomock database."""
    return create_app(Settings(), database=mongomock.MongoClient(tz_aware=True)["test"])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a caller of the application on mongomock."""
    return app.test_client()


@pytest.fixture
def real_app(mongodb_uri: str, database_name: str) -> Flask:
    """Return the application on an empty database of the real MongoDB."""
    return create_app(Settings(mongodb_uri=mongodb_uri, mongodb_database=database_name))


@pytest.fixture
def real_client(real_app: Flask) -> FlaskClient:
    """Return a caller of the application on the real MongoDB."""
    return real_app.test_client()


@pytest.fixture
def real_database(
    mongodb_client: pymongo.MongoClient[dict[str, Any]], database_name: str
) -> pymongo.database.Database[dict[str, Any]]:
    """Return the database behind ``real_client``."""
    return mongodb_client[database_name]
