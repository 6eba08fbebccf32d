"""The changes are complete and in order: while clients write, and if a request is killed."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from bson import Timestamp
from pymongo.database import Database

from service.config import Settings
from service.errors.records import ProfileNotFound
from service.model.changes import time_of
from service.store.client.connection import connect
from service.store.profiles.changes import changes_lag
from service.store.stores import Stores
from service.use_cases import erasure, profiles
from service.use_cases.audit import Access
from tests.commands import Commands
from tests.store.changes_feed import Copy, Document, change_store, stored_versions, tick_of
from tests.store.racing import race, racing_settings
from tests.store.reindexing import create

WRITERS = 6
WRITES = 60
LAG = timedelta(seconds=2)


@pytest.fixture
def settings(mongodb_uri: str, database_name: str) -> Settings:
    """Return settings with a connection for each writer."""
    return racing_settings(mongodb_uri, database_name)


@pytest.fixture
def copy(database: Database[Document], stores: Stores) -> Copy:
    """Return a copy that reads changes without a delay."""
    return Copy(change_store(database, stores))


@contextmanager
def _instances(settings: Settings, number: int) -> Iterator[list[Stores]]:
    """Yield the stores of several instances of the service. Each has its own connections."""
    databases = [connect(settings) for _ in range(number)]
    yield [Stores.over(database, settings) for database in databases]
    for database in databases:
        database.client.close()


def _erase(stores: Stores, profile_id: str) -> None:
    def record(_: Access) -> None:
        pass

    erasure.erase_profile(stores, "default", profile_id, record=record)


def _write(stores: Stores, seed: int, shared: list[str]) -> None:
    """Create, change and erase profiles in random order. All writers use the same profiles."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    for number in range(WRITES):
        action = chance.random()
        if action < 0.4 or not shared:
            shared.append(create(stores, last_name=f"{seed}-{number}"))
            continue
        profile_id = chance.choice(shared[-20:])
        try:
            if action < 0.8:
                profiles.update_profile(stores, "default", profile_id, {"last_name": f"{seed}-{number}"})
            else:
                _erase(stores, profile_id)
        except ProfileNotFound:
            pass


def test_a_copy_is_complete_while_several_instances_write(
    stores: Stores, database: Database[Document], settings: Settings
) -> None:
    """Copies that poll meanwhile, with pages of any size, end with exactly the profiles that are stored.

    Each copy reads every change after the changes that it has read before.
    """
    done = threading.Event()
    copies = [Copy(change_store(database, stores, LAG)) for _ in range(2)]

    def follow(copy: Copy, limit: int) -> None:
        while not done.is_set():
            copy.poll(limit)
            # MongoDB's clock goes on with each write.
            database["settings"].update_one({"_id": "clock"}, {"$inc": {"n": 1}}, upsert=True)
        copy.poll(limit)

    shared: list[str] = []
    with _instances(settings, 2) as instances, ThreadPoolExecutor(WRITERS + len(copies)) as pool:
        followers = [pool.submit(follow, copy, limit) for copy, limit in zip(copies, (3, 100), strict=True)]
        writers = [pool.submit(_write, instances[n % 2], n, shared) for n in range(WRITERS)]
        for writer in writers:
            writer.result()
        end = time.time()
        while min(time_of(copy.complete_until).timestamp() for copy in copies) < end:
            assert not any(follower.done() for follower in followers)
            assert time.time() < end + 60
            done.wait(0.1)
        done.set()
        for follower in followers:
            follower.result()
    expected = stored_versions(database)
    assert len(expected) < len(shared)
    for copy in copies:
        assert copy.versions == expected
        assert {profile_id for profile_id, version in copy.log if version is None} <= {*shared} - {*expected}


def test_changes_are_shown_after_the_delay(stores: Stores, database: Database[Document]) -> None:
    """Before, a change with an earlier time could still appear."""
    profile_id = create(stores)
    assert Copy(change_store(database, stores, timedelta(hours=1))).poll() == []
    assert Copy(change_store(database, stores)).poll() == [(profile_id, 1)]


def test_the_delay_is_longer_than_any_deletion() -> None:
    """A deletion takes up to the time of an erasure and that of a command of a batch."""
    assert changes_lag(timedelta(seconds=5), timedelta(seconds=10)) == timedelta(seconds=20)


def test_racing_writes_have_different_times_in_the_order_of_their_versions(
    stores: Stores, database: Database[Document]
) -> None:
    """The times come from MongoDB, so the clocks of the instances do not matter."""
    profile_id = create(stores)
    times = [tick_of(database, profile_id)]

    def update(number: int) -> None:
        profiles.update_profile(stores, "default", profile_id, {"last_name": str(number)})
        times.append(tick_of(database, profile_id))

    race([partial(update, number) for number in range(6)])
    assert max(times) == tick_of(database, profile_id)
    ids = [create(stores) for _ in range(3)]
    last = [tick_of(database, each) for each in ids]
    assert [*sorted(set(last))] == last
    assert last[0] > max(times)


def test_an_interrupted_erasure_is_no_deletion(
    stores: Stores, database: Database[Document], copy: Copy
) -> None:
    """The request was killed before it removed the profile. A later request erases it, in a new erasure."""
    profile_id = create(stores)
    erasing_at = stores.profiles.begin_erasure("default", profile_id)
    assert erasing_at is not None
    stores.deletions.add("default", {profile_id: erasing_at})
    assert copy.poll() == [(profile_id, 1)]
    assert copy.poll() == []
    long_ago = erasing_at - timedelta(hours=1)
    for collection in ("profiles", "deletions"):
        database[collection].update_one({"_id": profile_id}, {"$set": {"erasing_at": long_ago}})
    _erase(stores, profile_id)
    assert copy.poll() == [(profile_id, None)]
    assert Copy(copy.store).poll() == [(profile_id, None)]


def test_an_erasure_that_began_long_ago_cannot_remove_the_profile(
    stores: Stores, database: Database[Document]
) -> None:
    """The changes have passed its deletion already."""
    profile_id = create(stores)
    assert stores.profiles.begin_erasure("default", profile_id)
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    database["profiles"].update_one({"_id": profile_id}, {"$set": {"erasing_at": long_ago}})
    assert not stores.profiles.finish_erasure("default", profile_id, long_ago)
    kept = stores.bulk_profiles.finish_erasures("default", {profile_id: None}, {profile_id: long_ago})
    assert kept == {profile_id}
    assert stores.profiles.exists("default", profile_id)


def test_a_creation_that_was_shown_is_not_undone(stores: Stores, database: Database[Document]) -> None:
    """A creation is undone if its search key is removed meanwhile, but only during its request."""
    old, new = create(stores), create(stores)
    long_ago = Timestamp(datetime(2026, 1, 1, tzinfo=UTC), 1)
    database["profiles"].update_one({"_id": old}, {"$set": {"changed": long_ago}})
    assert not stores.profiles.undo_insert("default", old)
    assert stores.profiles.undo_insert("default", new)
    assert stored_versions(database) == {old: 1}


def test_racing_deletions_of_one_erasure_are_one_change(
    stores: Stores, database: Database[Document], copy: Copy
) -> None:
    """A slow request does not move the deletion to a later time, which a copy would read again."""
    profile_id = create(stores)
    erasing_at = stores.profiles.begin_erasure("default", profile_id)
    assert erasing_at is not None
    stores.deletions.add("default", {profile_id: erasing_at})
    first = tick_of(database, profile_id, "deletions")
    assert stores.profiles.finish_erasure("default", profile_id, erasing_at)
    assert copy.poll() == [(profile_id, None)]
    stores.deletions.add("default", {profile_id: erasing_at})
    assert tick_of(database, profile_id, "deletions") == first
    assert copy.poll() == []
    # A later erasure, of a profile that was created again, has a later time.
    stores.deletions.add("default", {profile_id: erasing_at + timedelta(minutes=1)})
    assert tick_of(database, profile_id, "deletions") > first


def test_many_deletions_are_stored_by_one_command(
    stores_with_commands: tuple[Stores, Commands], database: Database[Document]
) -> None:
    """Some of them may be stored already."""
    stores, commands = stores_with_commands
    now = datetime.now(UTC)
    first = dict.fromkeys([f"{n:032x}" for n in range(5)], now)
    stores.deletions.add("default", first)
    commands.sent.clear()
    stores.deletions.add("default", first | dict.fromkeys([f"{n:032x}" for n in range(5, 9)], now))
    assert commands.names == ["update"]
    assert database["deletions"].count_documents({"domain": "default"}) == 9


def test_deletions_of_existing_profiles_do_not_end_the_changes(stores: Stores, copy: Copy) -> None:
    """A page without changes is the last one. So pages of interrupted erasures are skipped."""
    ids = [create(stores) for _ in range(7)]
    copy.poll()
    stores.deletions.add("default", dict.fromkeys(ids, datetime.now(UTC)))
    last = create(stores)
    assert copy.poll(limit=2) == [(last, 1)]
