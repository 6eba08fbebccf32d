"""Reindexing reports profiles that would get the same unique value, and renews the others."""

import pytest
from pymongo.database import Database

from service.errors.datastore import DatastoreUnavailable
from service.store.profiles.stale_profiles import Conflict
from service.store.stores import Stores
from service.use_cases import key_values, reindex
from service.use_cases.reindex import Reindexed
from tests.store.reindexing import (
    Document,
    all_profiles,
    create,
    define,
    found_profile_ids,
    make_stale,
    reindex_all,
)


@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_a_conflict_is_reported_and_the_other_profiles_are_renewed(
    stores: Stores, database: Database[Document], batch_size: int
) -> None:
    """Two profiles have values that are equal by the current rules. Only one of the profiles is renewed."""
    define(stores, "default", "ssn", "digits", unique=True)
    others = [create(stores, last_name=f"L{n}") for n in range(5)]
    one_id = create(stores, keys={"ssn": ["1-2"]})
    other_id = create(stores, keys={"ssn": ["3"]})
    database["profiles"].update_one({"_id": other_id}, {"$set": {"keys.0.values": ["12"]}})
    for profile_id in (*others, one_id):
        make_stale(database, profile_id)
    make_stale(database, other_id, "ssn:old")
    for renewed in (6, 0):
        result = reindex_all(stores, batch_size)
        conflict = Conflict("default", result.conflicts[0].profile_id, "ssn")
        assert result == Reindexed(renewed=renewed, conflicts=[conflict], still_stale=1)
        stale_id = result.conflicts[0].profile_id
        assert stale_id in {one_id, other_id}
    document = database["profiles"].find_one({"_id": stale_id}) or {}
    assert "rules" not in document
    assert document["lookup"] == (["ssn:old"] if stale_id == other_id else ["name:outdated"])

    (value,) = document["keys"][0]["values"]
    key_values.release_key_values(stores, "default", stale_id, "ssn", [value])
    assert reindex_all(stores, batch_size) == Reindexed()


def test_a_value_that_a_stale_owner_releases_can_be_taken(
    stores: Stores, database: Database[Document]
) -> None:
    """If another stale profile still owns the new value, reindexing tries the profile again."""
    define(stores, "default", "ssn", "text", unique=True)
    waiting = [create(stores, keys={"ssn": [f"v{n}"]}) for n in range(4)]
    for n, profile_id in reversed(list(enumerate(waiting))):
        # Profile n still holds the value that profile n + 1 will get. Start at the end, so that no two
        # profiles hold the same value meanwhile.
        make_stale(database, profile_id, f"ssn:v{n + 1}")
    assert reindex_all(stores, 100) == Reindexed(renewed=4)
    assert [found_profile_ids(stores, "ssn", f"v{n}") for n in range(4)] == [
        [profile_id] for profile_id in waiting
    ]


def test_two_profiles_that_wait_for_each_other_are_reported(
    stores: Stores, database: Database[Document]
) -> None:
    """Both profiles keep their old index terms."""
    define(stores, "default", "ssn", "text", unique=True)
    one, other = (create(stores, keys={"ssn": [value]}) for value in ("a", "b"))
    for profile_id in (one, other):
        make_stale(database, profile_id)
    make_stale(database, one, "ssn:b")
    make_stale(database, other, "ssn:a")
    result = reindex_all(stores)
    assert (result.renewed, result.still_stale) == (0, 2)
    assert {conflict.profile_id for conflict in result.conflicts} == {one, other}
    lookups = {document["_id"]: document["lookup"] for document in all_profiles(database)}
    assert lookups == {one: ["ssn:b"], other: ["ssn:a"]}


def test_the_list_of_conflicts_is_limited(
    stores: Stores, database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number of stale profiles is still exact."""
    monkeypatch.setattr(reindex, "MAX_REPORTED", 2)
    define(stores, "default", "ssn", "text", unique=True)
    ids = [create(stores, keys={"ssn": [f"v{n}"]}) for n in range(5)]
    for profile_id in ids[1:]:
        make_stale(database, profile_id)
        database["profiles"].update_one({"_id": profile_id}, {"$set": {"keys.0.values": ["v0"]}})
    result = reindex_all(stores, 1)
    assert (len(result.conflicts), result.still_stale) == (2, 4)


def test_another_failure_is_not_a_conflict(stores: Stores, database: Database[Document]) -> None:
    """A write that MongoDB rejects for another reason raises an error."""
    make_stale(database, create(stores))
    database.command("collMod", "profiles", validator={"first_name": "Bo"})
    with pytest.raises(DatastoreUnavailable):
        reindex_all(stores)
