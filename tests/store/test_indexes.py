"""The indexes: what each unique one refuses, and how all of them come to stand."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask.testing import FlaskClient
from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from service.app import create_app
from service.config import Settings
from service.store.indexes.builder import IndexBuilder
from service.store.indexes.definitions import INDEXES, UNIQUE_INDEXES
from service.store.indexes.survey import IndexSurvey, survey_indexes
from service.store.stores import Stores

ALL = {f"{collection}.{m.document['name']}" for collection, models in INDEXES.items() for m in models}

# For each unique index two documents that differ in everything but what must be unique.
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
}

# And two that it must let through.
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
}


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("index", sorted(UNIQUE_INDEXES))
def test_a_unique_index_refuses_a_duplicate(database: Database[dict[str, Any]], index: str) -> None:
    """The database, whoever writes to it, refuses the second document."""
    collection, _, name = index.partition(".")
    first, second = DUPLICATES[index]
    database[collection].insert_one(first)
    with pytest.raises(DuplicateKeyError) as refused:
        database[collection].insert_one(second)
    assert f"index: {name} " in str(refused.value)


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("index", sorted(UNIQUE_INDEXES))
def test_a_unique_index_lets_another_domain_have_the_same(
    database: Database[dict[str, Any]], index: str
) -> None:
    """Uniqueness ends at the domain."""
    database[index.partition(".")[0]].insert_many(DIFFERENT[index])


@pytest.mark.usefixtures("stores")
def test_profiles_without_a_unique_key_do_not_collide(database: Database[dict[str, Any]]) -> None:
    """Two of them are not two owners of nothing."""
    database["profiles"].insert_many([{"_id": "1", "domain": "d"}, {"_id": "2", "domain": "d"}])


def test_racing_applications_agree_on_the_indexes(database: Database[dict[str, Any]]) -> None:
    """Eight workers that start at once on an empty database leave the table's indexes, and no error."""
    workers = [IndexBuilder(database) for _ in range(8)]
    barrier = Barrier(len(workers))

    def start(worker: IndexBuilder) -> None:
        barrier.wait(timeout=30)
        worker.ensure()

    with ThreadPoolExecutor(len(workers)) as pool:
        list(pool.map(start, workers))
    assert survey_indexes(database) == IndexSurvey([], [], [])


def test_all_indexes_are_missing_at_first(database: Database[dict[str, Any]]) -> None:
    """On an empty database each is named."""
    assert set(survey_indexes(database).missing) == ALL


@pytest.mark.parametrize("index", sorted(ALL))
def test_a_dropped_index_is_named(database: Database[dict[str, Any]], stores: Stores, index: str) -> None:
    """The check says which one does not stand."""
    collection, _, name = index.partition(".")
    database[collection].drop_index(name)
    assert stores.indexes.state() == f"missing: {index}"


def test_the_service_is_not_ready_without_an_index(
    database: Database[dict[str, Any]], client: FlaskClient
) -> None:
    """The answer of /readyz is a 503 problem that names the check and the index; /livez has no part in it."""
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
    """An operator's own index and own data outlive the start of the service."""
    database["profiles"].insert_one({"_id": "1", "domain": "elsewhere", "lookup": []})
    database["profiles"].create_indexes([IndexModel([("party_type", 1)], name="reports")])
    client = create_app(settings, database=database).test_client()
    assert client.get("/readyz").status_code == 200
    assert "reports" in database["profiles"].index_information()
    assert database["profiles"].count_documents({}) == 1


def test_a_standing_index_is_not_asked_for_again(database: Database[dict[str, Any]], stores: Stores) -> None:
    """A process creates the indexes once; one that is dropped later is a matter for the check."""
    database["associations"].drop_index("newest")
    stores.indexes.ensure()
    assert stores.indexes.state() == "missing: associations.newest"
