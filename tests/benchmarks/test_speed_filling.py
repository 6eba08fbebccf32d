"""A run reuses the profiles of an earlier run if this release would create the same ones."""

from collections.abc import Iterator
from typing import Any

import pymongo
import pytest
from pymongo import IndexModel
from pymongo.database import Database

from benchmarks.speed import corpus
from benchmarks.speed.filling import fill, fingerprint
from service.config import Settings
from service.store.indexes.definitions import INDEXES

_COUNT = 30
_INDEXES = INDEXES["profiles"]
_DOCUMENT = {"_id": "1", "rules": "2/9.0", "lookup": ["name:jane"], "created_at": 1}

Document = dict[str, Any]


@pytest.fixture(scope="module")
def settings(mongodb_client: pymongo.MongoClient[Document], mongodb_uri: str) -> Iterator[Settings]:
    """Fill a database once for all tests and return its settings."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database="test_speed_filling")
    filled = fill(settings, _COUNT)
    assert filled is not None
    assert filled.profiles == _COUNT
    yield settings
    mongodb_client.drop_database(settings.mongodb_database)


@pytest.fixture
def database(mongodb_client: pymongo.MongoClient[Document], settings: Settings) -> Database[Document]:
    """Return the filled database."""
    return mongodb_client[settings.mongodb_database]


def _is_unchanged(database: Database[Document]) -> bool:
    numbers = [int(document["_id"], 16) for document in database["profiles"].find().sort("_id")]
    indexes = {index.document["name"] for index in _INDEXES} | {"_id_"}
    return numbers == list(range(_COUNT)) and set(database["profiles"].index_information()) == indexes


def test_profiles_are_stored_under_their_numbers_with_index_terms(
    database: Database[Document],
) -> None:
    """The service can find them by a phone number."""
    assert _is_unchanged(database)
    profiles = database["profiles"].find({"domain": "default", "lookup": f"phone:{corpus.mobile(17)}"})
    assert [document["_id"] for document in profiles] == [f"{17:032x}"]


def test_the_next_run_deletes_the_records_of_a_run_and_keeps_the_profiles(
    settings: Settings, database: Database[Document]
) -> None:
    """``fill`` returns None, because it creates no profiles."""
    database["profiles"].update_one({"_id": f"{0:032x}"}, {"$set": {"seen": True}})
    collections = ("associations", "audit", "floor_profiles")
    for name in collections:
        database[name].insert_one({"domain": "default"})
    assert fill(settings, _COUNT) is None
    assert [database[name].count_documents({}) for name in collections] == [0, 0, 0]
    assert database["profiles"].count_documents({"seen": True}) == 1
    assert "newest" in database["associations"].index_information()


def test_a_database_of_another_release_is_replaced(settings: Settings, database: Database[Document]) -> None:
    """The indexes are replaced too."""
    database["filled"].update_one({}, {"$set": {"fingerprint": "of another release"}})
    database["profiles"].create_index("rules", name="rules")
    assert fill(settings, _COUNT) is not None
    assert _is_unchanged(database)


def test_a_database_with_other_profiles_is_replaced(settings: Settings, database: Database[Document]) -> None:
    """Runs of an older release added profiles."""
    database["profiles"].insert_one({"_id": "added"})
    assert fill(settings, _COUNT) is not None
    assert _is_unchanged(database)


def test_the_fingerprint_depends_on_indexes_rules_and_fields() -> None:
    """The fingerprint does not depend on the time of creation."""
    ours = fingerprint(_INDEXES, [_DOCUMENT])
    assert fingerprint(_INDEXES, [_DOCUMENT | {"created_at": 2}]) == ours
    others = [
        fingerprint(_INDEXES[1:], [_DOCUMENT]),
        fingerprint([*_INDEXES, IndexModel("rules", name="rules")], [_DOCUMENT]),
        fingerprint(_INDEXES, [_DOCUMENT | {"rules": "3/9.0"}]),
        fingerprint(_INDEXES, [_DOCUMENT | {"lookup": []}]),
        fingerprint(_INDEXES, [_DOCUMENT | {"more": None}]),
    ]
    assert len({ours, *others}) == len(others) + 1
