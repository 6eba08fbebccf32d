"""/readyz while MongoDB is slow but available."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pymongo
import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from tests.readiness import uncached
from tests.safety.conftest import FailPoint

_SLOW = {"blockConnection": True, "blockTimeMS": 1200}


@pytest.fixture
def client(failing_client: pymongo.MongoClient[dict[str, Any]], settings: Settings) -> Iterator[FlaskClient]:
    """Return a client of a service that is ready, with default time limits."""
    settings = replace(settings, mongodb_timeout_ms=Settings.mongodb_timeout_ms)
    database = connect(settings)
    client = create_app(settings, database=database, readiness_times=uncached()).test_client()
    assert client.get("/readyz").status_code == 200
    yield client
    database.client.close()
    failing_client.drop_database(settings.mongodb_database)


def test_a_late_ping_makes_the_next_check_succeed(client: FlaskClient, failing: FailPoint) -> None:
    """Otherwise the service would never become ready if opening a connection takes long."""
    with failing("ping", **_SLOW):
        began = time.monotonic()
        assert client.get("/readyz").status_code == 503
        assert time.monotonic() - began < 1
        while client.get("/readyz").status_code != 200:
            assert time.monotonic() - began < 30


def test_slow_commands_do_not_make_the_service_unready(client: FlaskClient, failing: FailPoint) -> None:
    """Only the ping has a short time limit."""
    with failing("listIndexes", mode={"times": 1}, **_SLOW):
        assert client.get("/readyz").status_code == 200
