"""Data that is kept from run to run is what this release would make, and nothing that a run has left."""

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
    """Return the settings of a database that is filled once for all tests."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database="test_speed_filling")
    filled = fill(settings, _COUNT)
    assert filled is not None
    assert filled.profiles == _COUNT
    yield settings
    mongodb_client.drop_database(settings.mongodb_database)


@pytest.fixture
def database(mongodb_client: pymongo.MongoClient[Document], settings: Settings) -> Database[Document]:
    """Return that database."""
    return mongodb_client[settings.mongodb_database]


def _is_as_made(database: Database[Document]) -> bool:
    numbers = [int(document["_id"], 16) for document in database["profiles"].find().sort("_id")]
    indexes = {index.document["name"] for index in _INDEXES} | {"_id_"}
    return numbers == list(range(_COUNT)) and set(database["profiles"].index_information()) == indexes


def test_profiles_stand_under_their_numbers_and_are_found_by_what_callers_have(
    database: Database[Document],
) -> None:
    """As the service makes and indexes them."""
    assert _is_as_made(database)
    found = database["profiles"].find({"domain": "default", "lookup": f"phone:{corpus.mobile(17)}"})
    assert [document["_id"] for document in found] == [f"{17:032x}"]


def test_what_a_run_leaves_behind_is_gone_in_the_next_and_the_profiles_are_kept(
    settings: Settings, database: Database[Document]
) -> None:
    """Filling says that nothing was to be made."""
    database["profiles"].update_one({"_id": f"{0:032x}"}, {"$set": {"seen": True}})
    left = ("associations", "audit", "floor_profiles")
    for name in left:
        database[name].insert_one({"domain": "default"})
    assert fill(settings, _COUNT) is None
    assert [database[name].count_documents({}) for name in left] == [0, 0, 0]
    assert database["profiles"].count_documents({"seen": True}) == 1
    assert "newest" in database["associations"].index_information()


def test_a_database_of_another_release_is_made_anew(settings: Settings, database: Database[Document]) -> None:
    """Its indexes that are no longer created go with it."""
    database["filled"].update_one({}, {"$set": {"fingerprint": "of another release"}})
    database["profiles"].create_index("rules", name="rules")
    assert fill(settings, _COUNT) is not None
    assert _is_as_made(database)


def test_a_database_that_profiles_were_added_to_is_made_anew(
    settings: Settings, database: Database[Document]
) -> None:
    """By a release whose runs created profiles where they measured."""
    database["profiles"].insert_one({"_id": "added"})
    assert fill(settings, _COUNT) is not None
    assert _is_as_made(database)


def test_the_fingerprint_is_another_one_for_other_indexes_rules_or_fields() -> None:
    """And not for another time of creation."""
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
