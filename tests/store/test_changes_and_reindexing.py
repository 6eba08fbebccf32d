"""Profiles of older releases have no time of a change until they are reindexed."""

from datetime import UTC, datetime

import pytest
from bson import Timestamp
from pymongo.database import Database

from service.store.stores import Stores
from tests.store.changes_feed import Copy, Document, change_store, tick_of
from tests.store.reindexing import create, make_stale, reindex_all


@pytest.fixture
def copy(database: Database[Document], stores: Stores) -> Copy:
    """Return a copy that reads changes without a delay."""
    return Copy(change_store(database, stores))


def test_reindexing_gives_profiles_of_older_releases_the_time_of_their_last_update(
    stores: Stores, database: Database[Document], copy: Copy
) -> None:
    """Then `since` finds them. The order is that of their updates, and the versions stay."""
    ids = [create(stores) for _ in range(3)]
    for number, profile_id in enumerate(reversed(ids)):
        update = {"updated_at": datetime(2026, 1, 1, 0, 0, 0, number * 1000, tzinfo=UTC)}
        database["profiles"].update_one({"_id": profile_id}, {"$set": update, "$unset": {"changed": ""}})
        make_stale(database, profile_id)
    later = create(stores)
    reindex_all(stores)
    assert copy.poll() == [*((profile_id, 1) for profile_id in reversed(ids)), (later, 1)]
    assert tick_of(database, ids[2]) == Timestamp(datetime(2026, 1, 1, tzinfo=UTC), 0)


def test_reindexing_is_no_change(stores: Stores, database: Database[Document], copy: Copy) -> None:
    """A profile that has a time of its last change keeps it."""
    profile_id = create(stores)
    copy.poll()
    make_stale(database, profile_id)
    assert reindex_all(stores).renewed == 1
    assert copy.poll() == []


def test_a_copy_that_began_before_reindexing_misses_nothing(
    stores: Stores, database: Database[Document], copy: Copy
) -> None:
    """Reindexing moves profiles of older releases, which come first, behind the position of the copy."""
    ids = sorted(create(stores) for _ in range(4))
    update = {"updated_at": datetime(2026, 1, 1, tzinfo=UTC)}
    database["profiles"].update_many({}, {"$set": update, "$unset": {"changed": ""}})
    scan = copy.store.read("default", after=copy.position, limit=2)
    assert [change.position.profile_id for change in scan.changes] == ids[:2]
    for profile_id in ids:
        make_stale(database, profile_id)
    reindex_all(stores)
    rest = copy.store.read("default", after=scan.ended_at, limit=10)
    assert {change.position.profile_id for change in rest.changes} >= {*ids[2:]}
