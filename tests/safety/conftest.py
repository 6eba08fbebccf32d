"""The service on a MongoDB with fail points."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pymongo
import pytest
from flask import Flask

from service.app import create_app
from service.config import Settings
from service.local.mongod import BundledMongoDB
from service.store.client.connection import connect
from tests.api.caller import Caller
from tests.memory_folder import memory_folder
from tests.readiness import uncached
from tests.store.databases import DatabasePool

FailPoint = Callable[..., AbstractContextManager[None]]


@pytest.fixture(scope="session")
def failing_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URI of a mongod with test commands."""
    folder = tmp_path_factory.mktemp("failing")
    options = ["--setParameter", "enableTestCommands=1"]
    with memory_folder(folder) as data_dir, BundledMongoDB(data_dir, extra_options=options) as mongodb:
        yield mongodb.uri


@pytest.fixture(scope="session")
def failing_client(failing_uri: str) -> Iterator[pymongo.MongoClient[dict[str, Any]]]:
    """Return a client that fail points do not affect."""
    with pymongo.MongoClient[dict[str, Any]](failing_uri, tz_aware=True) as client:
        yield client


@pytest.fixture(scope="session")
def databases(failing_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[DatabasePool]:
    """Return a pool of databases that the tests reuse."""
    pool = DatabasePool(failing_client)
    yield pool
    pool.drop()


@pytest.fixture
def settings(failing_uri: str, databases: DatabasePool) -> Iterator[Settings]:
    """Return settings with an empty database, and a time limit of one second."""
    name = databases.take()
    yield Settings(mongodb_uri=failing_uri, mongodb_database=name, mongodb_timeout_ms=1000, auth=False)
    databases.give_back(name)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Return the service with all indexes."""
    database = connect(settings)
    app = create_app(settings, database=database, readiness_times=uncached())
    app.extensions["profile_lookup"].indexes.build()
    yield app
    database.client.close()


@pytest.fixture
def api(app: Flask, failing_client: pymongo.MongoClient[dict[str, Any]], settings: Settings) -> Caller:
    """Return a client of the service, with direct access to its database."""
    return Caller(app.test_client(), failing_client[settings.mongodb_database])


@pytest.fixture
def failing(failing_client: pymongo.MongoClient[dict[str, Any]]) -> FailPoint:
    """Return a context manager in which a MongoDB command of the service fails.

    ``mode`` and ``options`` are those of MongoDB's ``failCommand`` fail point.
    """

    @contextmanager
    def fail(command: str, *, mode: Any = "alwaysOn", **options: Any) -> Iterator[None]:
        data = {"failCommands": [command], "appName": "profile-lookup", **options}
        with enable_fail_point(failing_client, "failCommand", mode=mode, data=data):
            yield

    return fail


@contextmanager
def enable_fail_point(
    client: pymongo.MongoClient[dict[str, Any]], name: str, **options: Any
) -> Iterator[None]:
    """Enable a fail point for the block."""
    client.admin.command({"configureFailPoint": name, "mode": "alwaysOn", **options})
    try:
        yield
    finally:
        client.admin.command("configureFailPoint", name, mode="off")
