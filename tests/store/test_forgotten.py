"""After DELETE was answered 204 no contact names the profile, whatever races it.

The deletion is put between two commands of the other request, at each place where it can come.
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

METHODS = {
    "profiles": ("exists", "insert"),
    "erasures": ("begin",),
    "associations": ("associate", "associate_once"),
}


class _Interrupted:
    """A store, after one of whose writes or looks somebody else does something, once."""

    def __init__(self, inner: Any, method: str, interrupt: Callable[[], None]) -> None:
        self._inner = inner
        self._method = method
        self._interrupt: Callable[[], None] | None = interrupt

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name != self._method:
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            result = found(*args, **kwargs)
            if self._interrupt is not None:
                interrupt, self._interrupt = self._interrupt, None
                interrupt()
            return result

        return call


def _interrupted(stores: Stores, method: str, interrupt: Callable[[], None]) -> Stores:
    name = next(name for name, methods in METHODS.items() if method in methods)
    interrupted: Any = {name: _Interrupted(getattr(stores, name), method, interrupt)}
    return replace(stores, **interrupted)


def _named(database: Database[dict[str, Any]], profile_id: str) -> int:
    return database["associations"].count_documents(
        {"$or": [{"association.profile_id": profile_id}, {"associations.profile_id": profile_id}]}
    )


def _delete(stores: Stores, profile_id: str) -> None:
    erasure.erase_profile(stores, "default", profile_id, record=lambda *_: None)


@pytest.mark.parametrize("after", ["exists", "associate"])
def test_no_association_is_left_with_a_profile_that_was_deleted_meanwhile(
    stores: Stores, database: Database[dict[str, Any]], after: str
) -> None:
    """Between the look and the association it would have stayed for good."""
    before, profile_id = (_create(stores) for _ in range(2))
    contacts.associate(stores, "default", "c-1", before)
    racing = _interrupted(stores, after, lambda: _delete(stores, profile_id))
    with pytest.raises(ProfileNotFound):
        contacts.associate(racing, "default", "c-1", profile_id)
    assert _named(database, profile_id) == 0
    assert _named(database, before) == 1


@pytest.mark.parametrize("after", ["insert", "associate_once"])
def test_a_profile_that_is_deleted_while_it_is_created_for_a_contact_is_forgotten(
    stores: Stores, database: Database[dict[str, Any]], after: str
) -> None:
    """It was created, then deleted: the answer is that of the creation."""

    def delete() -> None:
        (document,) = database["profiles"].find()
        _delete(stores, document["_id"])

    racing = _interrupted(stores, after, delete)
    profile, _ = profiles.create_for_contact(racing, "default", "c-1", {"first_name": "Ada"}, key="k")
    assert _named(database, profile.value["profile_id"]) == 0
    assert not stores.profiles.exists("default", profile.value["profile_id"])


def test_a_version_that_was_changed_meanwhile_is_not_deleted(stores: Stores) -> None:
    """Who names a version deletes that one, not what somebody else has made of it since it was looked at."""
    profile_id = _create(stores)

    def change() -> None:
        profiles.update_profile(stores, "default", profile_id, {"last_name": "Lee"})

    racing = _interrupted(stores, "begin", change)
    with pytest.raises(VersionConflict):
        erasure.erase_profile(racing, "default", profile_id, frozenset({1}), record=lambda *_: None)
    assert profiles.read_profile(stores, "default", profile_id)["last_name"] == "Lee"


def test_a_retry_completes_the_look_that_was_cut_off(
    stores: Stores, database: Database[dict[str, Any]]
) -> None:
    """Had the process died before its second look, the next attempt finds the profile gone and forgets it."""
    profile_id = _create(stores)
    contacts.associate(stores, "default", "c-1", profile_id)
    database["profiles"].delete_many({})
    with pytest.raises(ProfileNotFound):
        contacts.associate(stores, "default", "c-1", profile_id)
    assert _named(database, profile_id) == 0


def test_a_contact_that_is_cleared_meanwhile_leaves_no_profile_behind(
    stores: Stores, database: Database[dict[str, Any]]
) -> None:
    """With a key or without one: the profile is taken back, and no contact names it."""
    for key in (None, "k"):
        contact_id = f"c-{key}"

        def clear(contact_id: str = contact_id) -> None:
            contacts.clear(stores, "default", contact_id)

        racing = _interrupted(stores, "insert", clear)
        with pytest.raises(ContactCleared):
            profiles.create_for_contact(racing, "default", contact_id, {"first_name": "Ada"}, key=key)
    assert database["profiles"].count_documents({}) == 0


def test_a_profile_that_is_being_erased_is_not_taken_back(
    stores: Stores, database: Database[dict[str, Any]]
) -> None:
    """It goes by the erasure, which has announced it in the audit."""

    def begin() -> None:
        (document,) = database["profiles"].find()
        begun.append(stores.erasures.begin("default", document["_id"]))
        contacts.clear(stores, "default", "c-1")

    begun: list[datetime | None] = []
    racing = _interrupted(stores, "insert", begin)
    with pytest.raises(ContactCleared):
        profiles.create_for_contact(racing, "default", "c-1", {"first_name": "Ada"})
    (document,) = database["profiles"].find()
    assert document["erasing_at"] == begun[0]
    _delete(stores, document["_id"])
    assert database["profiles"].count_documents({}) == 0


def test_a_profile_that_a_repetition_was_told_of_is_not_taken_back(
    stores: Stores, database: Database[dict[str, Any]]
) -> None:
    """It overtakes the first request; then the contact goes to another profile, and is cleared."""
    other = _create(stores)

    def overtake() -> None:
        profile, repeated = profiles.create_for_contact(
            stores, "default", "c-1", {"first_name": "Ada"}, key="k"
        )
        assert repeated
        told.append(profile.value["profile_id"])
        contacts.associate(stores, "default", "c-1", other)
        contacts.clear(stores, "default", "c-1")

    told: list[str] = []
    racing = _interrupted(stores, "insert", overtake)
    with pytest.raises(ContactCleared):
        profiles.create_for_contact(racing, "default", "c-1", {"first_name": "Ada"}, key="k")
    assert stores.profiles.exists("default", told[0])
    assert database["profiles"].count_documents({}) == 2


def _create(stores: Stores) -> str:
    profile_id: str = profiles.create_profile(stores, "default", {"first_name": "Eve"})["profile_id"]
    return profile_id
