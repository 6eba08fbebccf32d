"""The changes are complete although the primary is killed while several instances write."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

from pymongo.errors import PyMongoError

from service.config import Settings
from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ProfileNotFound
from service.store.client.connection import connect
from service.store.stores import Stores
from service.use_cases import erasure, profiles
from tests.faults.replica_set import ReplicaSet, wait_for
from tests.store.changes_feed import Copy, Document, change_store, stored_versions

_LAG = timedelta(seconds=3)
_WAIT_SECONDS = 120
_CREATIONS = 40

_Result = TypeVar("_Result")


@contextmanager
def _instance(uri: str, name: str) -> Iterator[Stores]:
    settings = Settings(mongodb_uri=uri, mongodb_database=name, mongodb_heartbeat_ms=500, auth=False)
    database = connect(settings)
    yield Stores.over(database, settings)
    database.client.close()


def _repeated(write: Callable[[], _Result], stop: threading.Event) -> _Result | None:
    """Repeat the write until it is confirmed, as a client does."""
    while not stop.is_set():
        try:
            return write()
        except (DatastoreUnavailable, PyMongoError):
            stop.wait(0.1)
        except ProfileNotFound:
            return None
    return None


def _write(stores: Stores, stop: threading.Event, written: list[int]) -> None:
    """Create profiles, and change or erase each of them."""
    while not stop.is_set():
        created = _repeated(lambda: profiles.insert_profile(stores, "default", {"first_name": "Ada"}), stop)
        if created is None:
            return
        written.append(1)
        _change_or_erase(stores, created[0]["profile_id"], stop, erase=len(written) % 3 == 0)


def _change_or_erase(stores: Stores, profile_id: str, stop: threading.Event, *, erase: bool) -> None:
    def write() -> object:
        if erase:
            return erasure.erase_profile(stores, "default", profile_id, record=lambda _: None)
        return profiles.update_profile(stores, "default", profile_id, {"last_name": "Lovelace"})

    _repeated(write, stop)


def test_a_copy_is_complete_after_the_primary_was_killed(three_members: ReplicaSet, new_name: str) -> None:
    """The copy polls all the time. At the end it has exactly the profiles that are stored."""
    settings = Settings(
        mongodb_uri=three_members.uri, mongodb_database=new_name, mongodb_heartbeat_ms=500, auth=False
    )
    database = connect(settings)
    stores = Stores.over(database, settings)
    stores.indexes.build()
    stop, written = threading.Event(), list[int]()
    copy = Copy(change_store(database, stores, _LAG))

    def caught_up() -> bool | None:
        def poll() -> Document:
            copy.poll(limit=10)
            # MongoDB's clock goes on with each write.
            database["settings"].update_one({"_id": "clock"}, {"$inc": {"n": 1}}, upsert=True)
            return stored_versions(database)

        return _repeated(poll, threading.Event()) == copy.versions or None

    with (
        _instance(three_members.uri, new_name) as first,
        _instance(three_members.uri, new_name) as second,
        ThreadPoolExecutor(4) as pool,
    ):
        writers = [pool.submit(_write, each, stop, written) for each in (first, second) * 2]
        try:
            wait_for(lambda: len(written) > _CREATIONS or None, "profiles", _WAIT_SECONDS)
            old = three_members.primary()
            old.kill()
            three_members.primary(other_than=old)
            target = len(written) + _CREATIONS
            while len(written) < target:
                caught_up()
        finally:
            stop.set()
        for writer in writers:
            writer.result()
    old.start()
    wait_for(caught_up, "the copy to have all changes", _WAIT_SECONDS)
    assert len(copy.versions) > _CREATIONS
    assert any(version is None for _, version in copy.log)
    database.client.close()
