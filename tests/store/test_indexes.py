"""Unique indexes reject duplicates, and all indexes are built."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from flask.testing import FlaskClient
from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from service.app import create_app
from service.config import Settings
from service.errors.datastore import DatastoreUnavailable
from service.store.client.connection import connect
from service.store.indexes.builder import IndexBuilder, IndexSurvey, survey_indexes
from service.store.indexes.definitions import INDEXES, UNIQUE_INDEXES
from service.store.stores import Stores

ALL = {f"{collection}.{m.document['name']}" for collection, models in INDEXES.items() for m in models}

# For each unique index, two documents that differ in all fields except the unique ones.
DUPLICATES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "profiles.unique": (
        {"_id": "1", "domain": "d", "unique": ["ssn:1", "ssn:2"]},
        {"_id": "2", "domain": "d", "unique": ["ssn:0", "ssn:2"]},
    ),
    "search_keys.domain": (
        {"_id": "d/a", "domain": "d", "name": "a", "label": "A"},
        {"_id": "d/b", "domain": "d", "name": "a", "label": "B"},
    ),
    "search_keys.slot": (
        {"_id": "d/a", "domain": "d", "name": "a", "slot": 1},
        {"_id": "d/b", "domain": "d", "name": "b", "slot": 1},
    ),
    "profile_objects.unique": (
        {"_id": "1", "domain": "d", "unique": ["object:1", "claim:1"]},
        {"_id": "2", "domain": "d", "unique": ["object:2", "claim:1"]},
    ),
}

# For each unique index, two documents that the index must accept.
DIFFERENT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "profiles.unique": (
        {"_id": "1", "domain": "d", "unique": ["ssn:1"]},
        {"_id": "2", "domain": "e", "unique": ["ssn:1"]},
    ),
    "search_keys.domain": (
        {"_id": "d/a", "domain": "d", "name": "a"},
        {"_id": "e/a", "domain": "e", "name": "a"},
    ),
    "search_keys.slot": (
        {"_id": "d/a", "domain": "d", "name": "a", "slot": 1},
        {"_id": "e/a", "domain": "e", "name": "a", "slot": 1},
    ),
    "profile_objects.unique": (
        {"_id": "1", "domain": "d", "unique": ["object:1"]},
        {"_id": "2", "domain": "e", "unique": ["object:1"]},
    ),
}


@pytest.fixture
def database_name(mongodb_client: pymongo.MongoClient[dict[str, Any]]) -> Iterator[str]:
    """Return the name of a new database."""
    name = f"test_{uuid4().hex}"
    yield name
    mongodb_client.drop_database(name)


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("index", sorted(UNIQUE_INDEXES))
def test_a_unique_index_rejects_a_duplicate(database: Database[dict[str, Any]], index: str) -> None:
    """MongoDB itself rejects the duplicate, for every client."""
    collection, _, name = index.partition(".")
    first, second = DUPLICATES[index]
    database[collection].insert_one(first)
    with pytest.raises(DuplicateKeyError) as error:
        database[collection].insert_one(second)
    assert f"index: {name} " in str(error.value)


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("index", sorted(UNIQUE_INDEXES))
def test_a_unique_index_allows_the_same_value_in_another_domain(
    database: Database[dict[str, Any]], index: str
) -> None:
    """Values are unique within a domain."""
    database[index.partition(".")[0]].insert_many(DIFFERENT[index])


@pytest.mark.usefixtures("stores")
def test_profiles_without_a_unique_value_do_not_collide(database: Database[dict[str, Any]]) -> None:
    """The index has no entry for them."""
    database["profiles"].insert_many([{"_id": "1", "domain": "d"}, {"_id": "2", "domain": "d"}])


def test_workers_that_start_together_build_all_indexes(database: Database[dict[str, Any]]) -> None:
    """Eight workers start on an empty database. No worker gets an error."""
    workers = [IndexBuilder(database) for _ in range(8)]
    barrier = Barrier(len(workers))

    def start(worker: IndexBuilder) -> None:
        barrier.wait(timeout=30)
        worker.ensure()

    with ThreadPoolExecutor(len(workers)) as pool:
        list(pool.map(start, workers))
    assert survey_indexes(database) == IndexSurvey([], [], [])


def test_all_indexes_of_an_empty_database_are_missing(database: Database[dict[str, Any]]) -> None:
    """The survey lists every index."""
    assert set(survey_indexes(database).missing) == ALL


def test_a_dropped_index_is_reported(database: Database[dict[str, Any]], stores: Stores) -> None:
    """The state contains the name of the index. A build creates it again."""
    for index in sorted(ALL):
        collection, _, name = index.partition(".")
        database[collection].drop_index(name)
        assert stores.indexes.state() == f"missing: {index}"
        stores.indexes.build()
        assert stores.indexes.state() == "ok"


def test_the_service_is_not_ready_without_an_index(
    database: Database[dict[str, Any]], client: FlaskClient
) -> None:
    """/readyz returns a 503 problem with the check and the index. /livez still returns a 200."""
    ready = client.get("/readyz").get_json()
    assert (ready["status"], ready["checks"]["indexes"]) == ("ok", "ok")
    database["profiles"].drop_index("lookup")
    response = client.get("/readyz")
    assert (response.status_code, response.content_type) == (503, "application/problem+json")
    assert response.headers["Retry-After"].isdigit()
    assert response.get_json()["code"] == "not_ready"
    assert response.get_json()["checks"] == {
        "mongodb": "ok",
        "indexes": "missing: profiles.lookup",
        "lookup_entries": "unknown",
    }
    assert client.get("/livez").status_code == 200


def test_a_start_drops_nothing(database: Database[dict[str, Any]], settings: Settings) -> None:
    """The service keeps the indexes and data of an operator."""
    database["profiles"].insert_one({"_id": "1", "domain": "elsewhere", "lookup": []})
    database["profiles"].create_indexes([IndexModel([("party_type", 1)], name="reports")])
    client = create_app(settings, database=database).test_client()
    assert client.get("/readyz").status_code == 200
    assert "reports" in database["profiles"].index_information()
    assert database["profiles"].count_documents({}) == 1


def test_indexes_are_built_only_once(database: Database[dict[str, Any]], stores: Stores) -> None:
    """The service reports an index that is dropped later, but does not build it again."""
    database["associations"].drop_index("newest")
    stores.indexes.ensure()
    assert stores.indexes.state() == "missing: associations.newest"


def test_a_build_may_take_longer_than_a_request(
    database: Database[dict[str, Any]], settings: Settings
) -> None:
    """The time limit of requests must not interrupt a build, because MongoDB would undo it."""
    short_timeout_database = connect(Settings(**{**vars(settings), "mongodb_timeout_ms": 1000}))
    blocked, release = Event(), Event()

    def hold() -> None:
        # An open transaction with a write blocks the build.
        with database.client.start_session() as session, session.start_transaction():
            database["profiles"].insert_one({"_id": "1", "domain": "elsewhere"}, session=session)
            blocked.set()
            release.wait(timeout=30)

    database.create_collection("profiles")
    with ThreadPoolExecutor(2) as pool:
        transaction = pool.submit(hold)
        assert blocked.wait(timeout=30)
        with pytest.raises(DatastoreUnavailable):
            IndexBuilder(short_timeout_database, patience=0.5).ensure()
        build = pool.submit(IndexBuilder(short_timeout_database).build)
        with pytest.raises(TimeoutError):
            build.result(timeout=2)
        release.set()
        transaction.result()
        build.result()
    assert IndexBuilder(short_timeout_database).state() == "ok"
    short_timeout_database.client.close()
