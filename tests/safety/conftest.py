"""The service over a MongoDB that fails on demand, by the server's own fail points."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pymongo
import pytest
from flask import Flask

from service.app import create_app
from service.config import Settings
from service.embedded.mongod import EmbeddedMongoDB, bundled_mongod
from service.store.client.connection import connect
from tests.api.caller import Caller
from tests.readiness import uncached

FailPoint = Callable[..., AbstractContextManager[None]]


@pytest.fixture(scope="session")
def failing_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URI of a mongod that takes the test commands."""
    data_dir = tmp_path_factory.mktemp("failing")
    with EmbeddedMongoDB(data_dir, executable=_with_test_commands(data_dir)) as mongodb:
        yield mongodb.uri
    shutil.rmtree(data_dir)


def _with_test_commands(folder: Path) -> Path:
    executable = folder / "mongod"
    executable.write_text(f'#!/bin/sh\nexec {bundled_mongod()} "$@" --setParameter enableTestCommands=1\n')
    executable.chmod(0o755)
    return executable


@pytest.fixture(scope="session")
def failing_client(failing_uri: str) -> Iterator[pymongo.MongoClient[dict[str, Any]]]:
    """Return a client that is spared what fails for the service."""
    with pymongo.MongoClient[dict[str, Any]](failing_uri, tz_aware=True) as client:
        yield client


@pytest.fixture
def settings(failing_uri: str, request: pytest.FixtureRequest) -> Settings:
    """Return settings that lead to a database of the test's own, and wait for a second at most."""
    name = f"test_{abs(hash(request.node.nodeid)):x}"
    return Settings(mongodb_uri=failing_uri, mongodb_database=name, mongodb_timeout_ms=1000, auth="off")


@pytest.fixture
def app(failing_client: pymongo.MongoClient[dict[str, Any]], settings: Settings) -> Iterator[Flask]:
    """Return the service, its indexes standing; nothing is left of its data afterwards."""
    database = connect(settings)
    app = create_app(settings, database=database, readiness_times=uncached())
    app.extensions["profile_lookup"].indexes.build()
    yield app
    database.client.close()
    failing_client.drop_database(settings.mongodb_database)


@pytest.fixture
def api(app: Flask, failing_client: pymongo.MongoClient[dict[str, Any]], settings: Settings) -> Caller:
    """Return a caller of the service who can look behind it."""
    return Caller(app.test_client(), failing_client[settings.mongodb_database])


@pytest.fixture
def failing(failing_client: pymongo.MongoClient[dict[str, Any]]) -> FailPoint:
    """Return what lets the service's commands of a name fail, in a mode of the server's fail points."""

    @contextmanager
    def fail(command: str, *, mode: Any = "alwaysOn", **how: Any) -> Iterator[None]:
        data = {"failCommands": [command], "appName": "profile-lookup", **how}
        with turned_on(failing_client, "failCommand", mode=mode, data=data):
            yield

    return fail


@contextmanager
def turned_on(client: pymongo.MongoClient[dict[str, Any]], name: str, **how: Any) -> Iterator[None]:
    """Turn a fail point on for the time of the block."""
    client.admin.command({"configureFailPoint": name, "mode": "alwaysOn", **how})
    try:
        yield
    finally:
        client.admin.command("configureFailPoint", name, mode="off")
