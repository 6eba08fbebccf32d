"""After a profile is deleted, no contact has an association with it, even if requests run concurrently.

Each test interrupts a request between two of its commands and runs another request there.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from pymongo.database import Database

from service.errors.records import ContactCleared, ProfileNotFound, VersionConflict
from service.store.stores import Stores
from service.use_cases import contacts, erasure, profiles

STORE_METHODS = {
    "profiles": ("exists", "insert", "begin_erasure"),
    "associations": ("associate",),
}


class _RunOnceAfter:
    """A store that runs an action once, after the first call of one of its methods."""

    def __init__(self, inner: Any, method: str, action: Callable[[], None]) -> None:
        self._inner = inner
        self._method = method
        self._action: Callable[[], None] | None = action

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._inner, name)
        if name != self._method:
            return attribute

        def call(*args: Any, **kwargs: Any) -> Any:
            result = attribute(*args, **kwargs)
            if self._action is not None:
                action, self._action = self._action, None
                action()
            return result

        return call


def _with_race(stores: Stores, method: str, action: Callable[[], None]) -> Stores:
    store = next(store for store, methods in STORE_METHODS.items() if method in methods)
    replaced: Any = {store: _RunOnceAfter(getattr(stores, store), method, action)}
    return replace(stores, **replaced)


def _count_associations(database: Database[dict[str, Any]], profile_id: str) -> int:
    return database["associations"].count_documents(
        {"$or": [{"association.profile_id": profile_id}, {"associations.profile_id": profile_id}]}
    )


def _delete(stores: Stores, profile_id: str) -> None:
    erasure.erase_profile(stores, "default", profile_id, record=lambda *_: None)


@pytest.mark.parametrize("after", ["exists", "associate"])
def test_no_association_remains_with_a_profile_that_was_deleted_meanwhile(
    stores: Stores, database: Database[dict[str, Any]], after: str
) -> None:
    """The profile is deleted between the check that it exists and the end of the request."""
    previous_id, profile_id = (_create(stores) for _ in range(2))
    contacts.associate(stores, "default", "c-1", previous_id)
    racing = _with_race(stores, after, lambda: _delete(stores, profile_id))
    with pytest.raises(ProfileNotFound):
        contacts.associate(racing, "default", "c-1", profile_id)
    assert _count_associations(database, profile_id) == 0
    assert _count_associations(database, previous_id) == 1


@pytest.mark.parametrize("after", ["insert", "associate"])
def test_no_association_remains_if_a_profile_is_deleted_during_its_creation_for_a_contact(
    stores: Stores, database: Database[dict[str, Any]], after: str
) -> None:
    """The create request still succeeds."""

    def delete() -> None:
        (document,) = database["profiles"].find()
        _delete(stores, document["_id"])

    racing = _with_race(stores, after, delete)
    profile, _ = profiles.create_for_contact(racing, "default", "c-1", {"first_name": "Ada"}, key="k")
    assert _count_associations(database, profile.value["profile_id"]) == 0
    assert not stores.profiles.exists("default", profile.value["profile_id"])


def test_a_profile_that_was_changed_meanwhile_is_not_deleted(stores: Stores) -> None:
    """A deletion with If-Match deletes only the given version."""
    profile_id = _create(stores)

    def change() -> None:
        profiles.update_profile(stores, "default", profile_id, {"last_name": "Lee"})

    racing = _with_race(stores, "begin_erasure", change)
    with pytest.raises(VersionConflict):
        erasure.erase_profile(racing, "default", profile_id, frozenset({1}), record=lambda *_: None)
    assert profiles.read_profile(stores, "default", profile_id)["last_name"] == "Lee"


def test_a_retry_removes_the_association_of_an_interrupted_request(
    stores: Stores, database: Database[dict[str, Any]]
) -> None:
    """The process ended before it checked the profile again. The retry finds no profile."""
    profile_id = _create(stores)
    contacts.associate(stores, "default", "c-1", profile_id)
    database["profiles"].delete_many({})
    with pytest.raises(ProfileNotFound):
        contacts.associate(stores, "default", "c-1", profile_id)
    assert _count_associations(database, profile_id) == 0


def test_no_profile_remains_if_its_contact_is_cleared_meanwhile(
    stores: Stores, database: Database[dict[str, Any]]
) -> None:
    """The new profile is removed, with and without an Idempotency-Key."""
    for key in (None, "k"):
        contact_id = f"c-{key}"

        def clear(contact_id: str = contact_id) -> None:
            contacts.clear(stores, "default", contact_id)

        racing = _with_race(stores, "insert", clear)
        with pytest.raises(ContactCleared):
            profiles.create_for_contact(racing, "default", contact_id, {"first_name": "Ada"}, key=key)
    assert database["profiles"].count_documents({}) == 0


def test_the_creation_of_a_profile_that_is_being_erased_is_not_undone(
    stores: Stores, database: Database[dict[str, Any]]
) -> None:
    """The audit already has the erasure, so only the erasure removes the profile."""

    def begin_erasure() -> None:
        (document,) = database["profiles"].find()
        erasing_times.append(stores.profiles.begin_erasure("default", document["_id"]))
        contacts.clear(stores, "default", "c-1")

    erasing_times: list[datetime | None] = []
    racing = _with_race(stores, "insert", begin_erasure)
    with pytest.raises(ContactCleared):
        profiles.create_for_contact(racing, "default", "c-1", {"first_name": "Ada"})
    (document,) = database["profiles"].find()
    assert document["erasing_at"] == erasing_times[0]
    _delete(stores, document["_id"])
    assert database["profiles"].count_documents({}) == 0


def test_the_creation_of_a_profile_that_was_returned_again_is_not_undone(
    stores: Stores, database: Database[dict[str, Any]]
) -> None:
    """A repeated request returns the profile. Then the contact gets another profile and is cleared."""
    other = _create(stores)

    def repeat() -> None:
        profile, is_repeated = profiles.create_for_contact(
            stores, "default", "c-1", {"first_name": "Ada"}, key="k"
        )
        assert is_repeated
        returned_ids.append(profile.value["profile_id"])
        contacts.associate(stores, "default", "c-1", other)
        contacts.clear(stores, "default", "c-1")

    returned_ids: list[str] = []
    racing = _with_race(stores, "insert", repeat)
    with pytest.raises(ContactCleared):
        profiles.create_for_contact(racing, "default", "c-1", {"first_name": "Ada"}, key="k")
    assert stores.profiles.exists("default", returned_ids[0])
    assert database["profiles"].count_documents({}) == 2


def _create(stores: Stores) -> str:
    profile_id: str = profiles.insert_profile(stores, "default", {"first_name": "Eve"})[0]["profile_id"]
    return profile_id
