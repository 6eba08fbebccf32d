"""During a long build the service serves requests, reports the build, and does not interrupt it."""

import time
from collections.abc import Callable
from typing import Any

import pymongo
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from service.app import create_app
from service.cli import main
from service.config import Settings
from service.store.client.connection import connect
from service.store.indexes.definitions import INDEXES
from tests.readiness import uncached
from tests.safety.conftest import enabled

_WAIT_SECONDS = 30


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def _indexes(client: FlaskClient) -> str:
    state: str = client.get("/readyz").get_json()["checks"]["indexes"]
    return state


def _check(settings: Settings) -> Result:
    """Return what the command line reports about a build of another process."""
    environment = {"MONGODB_URI": settings.mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}
    return CliRunner().invoke(main, ["indexes", "--check"], env=environment)


def test_a_new_index_on_a_large_collection_fails_no_request(
    failing_client: pymongo.MongoClient[dict[str, Any]], settings: Settings
) -> None:
    """The build takes longer than a request. Only operations that need the index wait."""
    behind = failing_client[settings.mongodb_database]
    for collection, models in INDEXES.items():
        behind[collection].create_indexes(models)
    behind["associations"].insert_one({"_id": "d/1", "domain": "elsewhere", "associations": []})
    behind["associations"].drop_index("newest_of_agent")
    database = connect(settings)
    client = create_app(settings, database=database, readiness_times=uncached()).test_client()
    try:
        with enabled(failing_client, "hangAfterStartingIndexBuild"):
            profile = client.post("/v1/profiles", json={"first_name": "Ada"})
            assert profile.status_code == 201
            body = {"profile_id": profile.get_json()["profile_id"]}
            assert client.put("/v1/contacts/c-1/association", json=body).status_code == 201
            assert client.post("/v1/contacts/search", json={"agent_id": "jo"}).status_code == 503
            ready = client.get("/readyz")
            assert ready.status_code == 503
            assert ready.get_json()["checks"]["mongodb"] == "ok"
            assert _indexes(client).startswith("building: ")
            assert "associations.newest_of_agent" in _indexes(client)
            checked = _check(settings)
            assert (checked.exit_code, checked.stdout) == (1, "")
            assert checked.stderr == "Error: Indexes building: associations.newest_of_agent.\n"
        _wait_for(lambda: client.get("/readyz").status_code == 200)
        assert _check(settings).exit_code == 0
        assert client.post("/v1/contacts/search", json={"agent_id": "jo"}).status_code == 200
    finally:
        database.client.close()
        failing_client.drop_database(settings.mongodb_database)


def test_while_a_unique_index_is_built_requests_are_rejected(
    failing_client: pymongo.MongoClient[dict[str, Any]], settings: Settings
) -> None:
    """Otherwise two profiles could get a unique value, and the build would fail."""
    behind = failing_client[settings.mongodb_database]
    for collection, models in INDEXES.items():
        behind[collection].create_indexes(models)
    behind["profiles"].insert_one({"_id": "1", "domain": "elsewhere", "lookup": []})
    behind["profiles"].drop_index("unique")
    database = connect(settings)
    client = create_app(settings, database=database, readiness_times=uncached()).test_client()
    try:
        with enabled(failing_client, "hangAfterStartingIndexBuild"):
            refused = client.post("/v1/profiles", json={"first_name": "Ada"})
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
            began = time.monotonic()
            assert client.post("/v1/profiles", json={"first_name": "Ada"}).status_code == 503
            assert time.monotonic() - began < 0.9, "it waited for a build that takes long"
            assert _indexes(client).startswith("building: profiles.unique")
        _wait_for(lambda: client.get("/readyz").status_code == 200)
        assert client.post("/v1/profiles", json={"first_name": "Ada"}).status_code == 201
    finally:
        database.client.close()
        failing_client.drop_database(settings.mongodb_database)
