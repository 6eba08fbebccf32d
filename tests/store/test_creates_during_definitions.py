"""A profile is created while its search key is redefined or removed."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import UniqueKeyTaken
from service.errors.requests import InvalidRequest
from service.errors.search_keys import SearchKeyInUse
from service.model.profile import Profile
from service.store.stores import Stores
from service.use_cases import profiles
from tests.store import defining
from tests.store.racing import run_after, run_before
from tests.store.stale import any_stale

Document = dict[str, Any]
Patch = pytest.MonkeyPatch


def test_a_create_is_undone_if_its_search_key_is_removed_before_the_insert(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The error is the same as for an undefined search key."""
    defining.define(stores)
    run_before(monkeypatch, stores.profiles, "insert", partial(defining.remove, stores))
    with pytest.raises(InvalidRequest) as raised:
        defining.create(stores, "gold")
    assert [error.pointer for error in raised.value.errors] == ["/keys/vip"]
    defining.assert_no_profiles(stores, database)


def test_a_create_is_repeated_if_its_search_key_is_sensitive_at_the_insert(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The profile is removed and created again. Its value is sealed, and a search finds it."""
    defining.define(stores)
    run_before(monkeypatch, stores.profiles, "insert", partial(defining.redefine, stores, sensitive=True))
    profile_id = defining.create(stores, "golden card")
    assert defining.found_profile_ids(stores, "golden card") == [profile_id]
    assert "golden" not in repr(list(database["profiles"].find()))


def test_a_create_is_rejected_if_its_value_has_an_owner_at_the_insert(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The search key became unique, and another profile owns the value. The error has the owner's ID."""
    defining.define(stores)
    owner: list[str] = []

    def redefine() -> None:
        defining.redefine(stores, unique=True)
        owner.append(defining.create(stores, "gold"))

    run_before(monkeypatch, stores.profiles, "insert", redefine)
    with pytest.raises(UniqueKeyTaken) as raised:
        defining.create(stores, "GOLD")
    assert raised.value.profile_id == owner[0]
    assert database["profiles"].count_documents({}) == 1
    assert not any_stale(stores)


def _create_once(stores: Stores, **body: Any) -> tuple[Profile, bool]:
    fields = {"first_name": "Ada", "keys": {"vip": ["gold"]}, **body}
    created, repeated = profiles.create_profile_once(stores, "default", fields, "key")
    return created.value, repeated


def test_a_create_with_an_idempotency_key_is_undone_and_repeated(stores: Stores, monkeypatch: Patch) -> None:
    """The profile keeps its ID, and a repeated request returns the same profile."""
    defining.define(stores)
    run_before(monkeypatch, stores.profiles, "insert", partial(defining.redefine, stores, sensitive=True))
    profile, repeated = _create_once(stores)
    assert not repeated
    assert defining.held(stores, profile["profile_id"]) == ["gold"]
    assert _create_once(stores)[0]["profile_id"] == profile["profile_id"]
    assert not any_stale(stores)


def test_a_profile_that_a_repeated_request_returned_is_not_removed(
    stores: Stores, monkeypatch: Patch
) -> None:
    """The repeated request comes before the first request's last check. The search key stays in use."""
    defining.define(stores)
    replays: list[tuple[Profile, bool]] = []

    def repeat() -> None:
        replays.append(_create_once(stores))
        assert stores.domains.search_keys.begin_removal("default", "vip", "removal-1")

    run_after(monkeypatch, stores.profiles, "insert", repeat)
    profile, _ = _create_once(stores)
    assert [(each["profile_id"], replayed) for each, replayed in replays] == [(profile["profile_id"], True)]
    assert defining.held(stores, profile["profile_id"]) == ["gold"]
    with pytest.raises(SearchKeyInUse):
        defining.remove(stores)


def test_a_repeated_request_does_not_keep_a_profile_that_is_being_undone(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The repeated request comes after the undo began. It gets a 503, and later the same 422."""
    defining.define(stores)

    def remove_and_repeat() -> None:
        assert stores.domains.search_keys.begin_removal("default", "vip", "removal-1")
        with pytest.raises(DatastoreUnavailable):
            _create_once(stores)

    run_after(monkeypatch, stores.profiles, "insert", remove_and_repeat)
    for _ in range(2):
        with pytest.raises(InvalidRequest):
            _create_once(stores)
    assert stores.domains.search_keys.remove("default", "vip", "removal-1")
    defining.assert_no_profiles(stores, database)


def test_an_old_profile_is_returned_although_its_search_key_is_sensitive_now(
    stores: Stores, database: Database[Document]
) -> None:
    """The request that created the profile ended long ago, so no request can undo it."""
    defining.define(stores)
    profile_id = _create_once(stores)[0]["profile_id"]
    database["profiles"].update_one({}, {"$set": {"created_at": datetime(2026, 1, 1, tzinfo=UTC)}})
    database["search_keys"].update_one({}, {"$set": {"sensitive": True}})
    profile, repeated = _create_once(stores)
    assert (profile["profile_id"], repeated) == (profile_id, True)
    assert str(profile["keys"]["vip"][0]) != "gold"


def test_a_create_for_a_contact_is_undone_too(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The contact has no association."""
    defining.define(stores)
    run_before(monkeypatch, stores.profiles, "insert", partial(defining.remove, stores))
    fields = {"first_name": "Ada", "keys": {"vip": ["gold"]}}
    with pytest.raises(InvalidRequest):
        profiles.create_for_contact(stores, "default", "c-1", fields)
    defining.assert_no_profiles(stores, database)
    assert database["associations"].count_documents({}) == 0
