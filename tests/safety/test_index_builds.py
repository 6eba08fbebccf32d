"""During a long index build the service serves requests and reports the build."""

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
from tests.safety.conftest import enable_fail_point

_WAIT_SECONDS = 30


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "the condition did not become true in time"
        time.sleep(0.05)


def _indexes(client: FlaskClient) -> str:
    state: str = client.get("/readyz").get_json()["checks"]["indexes"]
    return state


def _run_check(settings: Settings) -> Result:
    """Run ``indexes --check`` of the command line while another process builds an index."""
    environment = {"MONGODB_URI": settings.mongodb_uri, "MONGODB_DATABASE": settings.mongodb_database}
    return CliRunner().invoke(main, ["indexes", "--check"], env=environment)


def test_while_an_index_is_built_only_requests_that_need_it_are_rejected(
    failing_client: pymongo.MongoClient[dict[str, Any]], settings: Settings
) -> None:
    """The build takes longer than a request. /readyz and the command line report the build."""
    direct_database = failing_client[settings.mongodb_database]
    for collection, models in INDEXES.items():
        direct_database[collection].create_indexes(models)
    direct_database["associations"].insert_one({"_id": "d/1", "domain": "elsewhere", "associations": []})
    direct_database["associations"].drop_index("newest_of_agent")
    database = connect(settings)
    client = create_app(settings, database=database, readiness_times=uncached()).test_client()
    try:
        with enable_fail_point(failing_client, "hangAfterStartingIndexBuild"):
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
            result = _run_check(settings)
            assert (result.exit_code, result.stdout) == (1, "")
            assert result.stderr == "Error: Indexes building: associations.newest_of_agent.\n"
        _wait_for(lambda: client.get("/readyz").status_code == 200)
        assert _run_check(settings).exit_code == 0
        assert client.post("/v1/contacts/search", json={"agent_id": "jo"}).status_code == 200
    finally:
        database.client.close()
        failing_client.drop_database(settings.mongodb_database)


def test_while_a_unique_index_is_built_requests_are_rejected(
    failing_client: pymongo.MongoClient[dict[str, Any]], settings: Settings
) -> None:
    """Otherwise two profiles could store the same unique value, and the build would fail."""
    direct_database = failing_client[settings.mongodb_database]
    for collection, models in INDEXES.items():
        direct_database[collection].create_indexes(models)
    direct_database["profiles"].insert_one({"_id": "1", "domain": "elsewhere", "lookup": []})
    direct_database["profiles"].drop_index("unique")
    database = connect(settings)
    client = create_app(settings, database=database, readiness_times=uncached()).test_client()
    try:
        with enable_fail_point(failing_client, "hangAfterStartingIndexBuild"):
            response = client.post("/v1/profiles", json={"first_name": "Ada"})
            assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
            began = time.monotonic()
            assert client.post("/v1/profiles", json={"first_name": "Ada"}).status_code == 503
            assert time.monotonic() - began < 0.9, "the request waited for the long build"
            assert _indexes(client).startswith("building: profiles.unique")
        _wait_for(lambda: client.get("/readyz").status_code == 200)
        assert client.post("/v1/profiles", json={"first_name": "Ada"}).status_code == 201
    finally:
        database.client.close()
        failing_client.drop_database(settings.mongodb_database)
