"""A MongoDB that is slow, and not away: what /readyz makes of it."""

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
    """Return a caller of a service that is ready, with the time-outs that are set by default."""
    settings = replace(settings, mongodb_timeout_ms=Settings.mongodb_timeout_ms)
    database = connect(settings)
    client = create_app(settings, database=database, readiness_times=uncached()).test_client()
    assert client.get("/readyz").status_code == 200
    yield client
    database.client.close()
    failing_client.drop_database(settings.mongodb_database)


def test_a_late_sign_of_life_is_one_to_who_asks_next(client: FlaskClient, failing: FailPoint) -> None:
    """Or the service would stay away where each one is late, as when a connection takes long to open."""
    with failing("ping", **_SLOW):
        began = time.monotonic()
        assert client.get("/readyz").status_code == 503
        assert time.monotonic() - began < 1
        while client.get("/readyz").status_code != 200:
            assert time.monotonic() - began < 30


def test_whoever_takes_long_to_work_is_there(client: FlaskClient, failing: FailPoint) -> None:
    """The sign of life alone has to come soon."""
    with failing("listIndexes", mode={"times": 1}, **_SLOW):
        assert client.get("/readyz").status_code == 200
