"""A change of a profile is undone if its search key is redefined or removed meanwhile."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from service.errors.records import UniqueKeyTaken, VersionConflict
from service.errors.requests import InvalidRequest
from service.model.profile import Profile
from service.store.stores import Stores
from service.use_cases import key_values, profiles
from tests.store import defining
from tests.store.racing import run_before
from tests.store.stale import any_stale

Document = dict[str, Any]
Patch = pytest.MonkeyPatch


Change = Callable[[Stores, str], Any]
CHANGES: list[Change] = [
    lambda stores, profile_id: profiles.update_profile(
        stores, "default", profile_id, {"last_name": "Lee", "keys": {"vip": ["gold"]}}
    ),
    lambda stores, profile_id: key_values.add_key_values(stores, "default", profile_id, "vip", ["gold"]),
]


def _restored(database: Database[Document], before: Document) -> Document:
    """Return the stored profile with the time of its last change as before.

    Assert that this time is later: another program may have copied the undone change.
    """
    after = database["profiles"].find_one({"_id": before["_id"]}) or {}
    assert after["changed"] > before["changed"]
    return after | {"changed": before["changed"]}


@pytest.mark.parametrize("change", CHANGES, ids=["patch", "add"])
def test_a_change_whose_key_is_removed_is_undone(
    stores: Stores, database: Database[Document], monkeypatch: Patch, change: Change
) -> None:
    """Changes of other fields in the same request are undone too."""
    defining.define(stores)
    defining.define(stores, "other", unique=True)
    profile_id = defining.create(stores, last_name="Bee", keys={"other": ["1"]})
    before = database["profiles"].find_one() or {}
    run_before(monkeypatch, stores.profiles, "replace", partial(defining.remove, stores))
    with pytest.raises(InvalidRequest):
        change(stores, profile_id)
    assert _restored(database, before) == before | {"version": 3}
    assert not any_stale(stores)


@pytest.mark.parametrize("if_match", [None, frozenset({1})])
def test_a_change_whose_key_is_redefined_is_repeated_under_the_new_definition(
    stores: Stores, database: Database[Document], monkeypatch: Patch, if_match: frozenset[int] | None
) -> None:
    """The repeated change seals the value. The undo does not break the condition in If-Match."""
    defining.define(stores)
    profile_id = defining.create(stores)
    run_before(monkeypatch, stores.profiles, "replace", partial(defining.redefine, stores, sensitive=True))
    patch = {"keys": {"vip": ["golden card"]}}
    changed = profiles.update_profile(stores, "default", profile_id, patch, if_match).value
    assert str(changed["keys"]["vip"][0]) != "golden card"
    assert defining.held(stores, profile_id) == ["golden card"]
    assert defining.found_profile_ids(stores, "golden card") == [profile_id]
    assert "golden" not in repr(list(database["profiles"].find()))
    with pytest.raises(VersionConflict):
        profiles.update_profile(stores, "default", profile_id, {"last_name": "Lee"}, frozenset({1}))


@pytest.mark.parametrize("change", CHANGES, ids=["patch", "add"])
def test_a_change_whose_value_now_belongs_to_another_profile_is_undone(
    stores: Stores, database: Database[Document], monkeypatch: Patch, change: Change
) -> None:
    """The search key becomes unique, and another profile takes the value first."""
    defining.define(stores)
    profile_id = defining.create(stores)
    before = database["profiles"].find_one() or {}
    owner: list[str] = []

    def redefine() -> None:
        defining.redefine(stores, unique=True)
        owner.append(defining.create(stores, "gold"))

    run_before(monkeypatch, stores.profiles, "replace", redefine)
    with pytest.raises(UniqueKeyTaken) as error:
        change(stores, profile_id)
    assert error.value.profile_id == owner[0]
    assert _restored(database, before) == before | {"version": 3}


def test_the_change_of_another_request_is_not_undone(stores: Stores, monkeypatch: Patch) -> None:
    """The undo restores only the fields and values of its own request."""
    defining.define(stores)
    profile_id = defining.create(stores)

    def change() -> None:
        profiles.update_profile(stores, "default", profile_id, {"gender": "f"})

    run_before(monkeypatch, stores.profiles, "replace", partial(defining.remove, stores))
    run_before(monkeypatch, stores.domains, "still_defines", change)
    with pytest.raises(InvalidRequest):
        CHANGES[0](stores, profile_id)
    profile = profiles.read_profile(stores, "default", profile_id)
    assert (profile["gender"], profile["last_name"], profile["keys"]) == ("f", None, {})
    assert not any_stale(stores)


def test_undo_restores_attributes_one_by_one(stores: Stores, monkeypatch: Patch) -> None:
    """The undo does not touch attributes that another request changed."""
    defining.define(stores)
    profile_id = defining.create(stores, attributes={"tier": "gold", "site": "Oslo"})

    def change() -> None:
        profiles.update_profile(stores, "default", profile_id, {"attributes": {"desk": "7"}})

    run_before(monkeypatch, stores.profiles, "replace", partial(defining.remove, stores))
    run_before(monkeypatch, stores.domains, "still_defines", change)
    patch = {"attributes": {"tier": "silver", "site": None, "plan": "B"}, "keys": {"vip": ["gold"]}}
    with pytest.raises(InvalidRequest):
        profiles.update_profile(stores, "default", profile_id, patch)
    profile = profiles.read_profile(stores, "default", profile_id)
    assert profile["attributes"] == {"tier": "gold", "site": "Oslo", "desk": "7"}


CLEO = {"first_name": "Cleo", "last_name": "Lee", "keys": {"vip": ["gold"]}}


def _change_in_between(stores: Stores, monkeypatch: Patch, profile_id: str) -> list[Profile]:
    """Redefine the search key before the next write, and let another request change the name after it."""
    results: list[Profile] = []

    def patch() -> None:
        changed = profiles.update_profile(
            stores, "default", profile_id, {"first_name": "Beth"}, if_match=frozenset({2})
        )
        results.append(changed.value)

    run_before(monkeypatch, stores.profiles, "replace", partial(defining.redefine, stores, sensitive=True))
    run_before(monkeypatch, stores.domains, "still_defines", patch)
    return results


def test_a_change_with_if_match_does_not_overwrite_a_later_change(stores: Stores, monkeypatch: Patch) -> None:
    """Both requests have If-Match. The later change stays, and the first change is undone completely."""
    defining.define(stores)
    profile_id = defining.create(stores, last_name="Bee")
    results = _change_in_between(stores, monkeypatch, profile_id)
    with pytest.raises(VersionConflict):
        profiles.update_profile(stores, "default", profile_id, CLEO, if_match=frozenset({1}))
    assert [(result["first_name"], result["version"]) for result in results] == [("Beth", 3)]
    profile = profiles.read_profile(stores, "default", profile_id)
    assert (profile["first_name"], profile["last_name"], profile["version"]) == ("Beth", "Bee", 4)
    assert profile["keys"] == {}
    assert profile["updated_at"] == results[0]["updated_at"]
    assert not any_stale(stores)


def test_a_change_without_if_match_is_repeated_after_a_later_change(
    stores: Stores, monkeypatch: Patch
) -> None:
    """The result is the same as if the request came after the other change."""
    defining.define(stores)
    profile_id = defining.create(stores, last_name="Bee")
    _change_in_between(stores, monkeypatch, profile_id)
    changed = profiles.update_profile(stores, "default", profile_id, CLEO).value
    assert (changed["first_name"], changed["last_name"], changed["version"]) == ("Cleo", "Lee", 5)
    assert defining.held(stores, profile_id) == ["gold"]
    assert not any_stale(stores)


def test_a_change_with_if_match_fails_if_it_cannot_be_undone_completely(
    stores: Stores, monkeypatch: Patch
) -> None:
    """The change released a value that another profile took, so the old version cannot be restored."""
    defining.define(stores)
    defining.define(stores, "other", unique=True)
    profile_id = defining.create(stores, keys={"other": ["1"]})
    run_before(monkeypatch, stores.profiles, "replace", partial(defining.redefine, stores, sensitive=True))
    run_before(
        monkeypatch, stores.domains, "still_defines", lambda: defining.create(stores, keys={"other": ["1"]})
    )
    patch = {"keys": {"vip": ["gold"], "other": None}}
    with pytest.raises(VersionConflict):
        profiles.update_profile(stores, "default", profile_id, patch, if_match=frozenset({1}))
    assert profiles.read_profile(stores, "default", profile_id)["keys"] == {}


def test_a_plain_value_is_removed_although_another_request_changed_the_profile(
    stores: Stores, database: Database[Document], monkeypatch: Patch
) -> None:
    """The search key becomes sensitive. The value is sealed, and the other change stays."""
    defining.define(stores)
    profile_id = defining.create(stores)

    def change() -> None:
        profiles.update_profile(stores, "default", profile_id, {"gender": "f"})

    run_before(monkeypatch, stores.profiles, "replace", partial(defining.redefine, stores, sensitive=True))
    run_before(monkeypatch, stores.domains, "still_defines", change)
    patch = {"keys": {"vip": ["golden card", "golden card"]}}
    changed = profiles.update_profile(stores, "default", profile_id, patch).value
    assert (changed["gender"], len(changed["keys"]["vip"])) == ("f", 2)
    assert defining.held(stores, profile_id) == ["golden card"] * 2
    assert "golden" not in repr(list(database["profiles"].find()))
    assert not any_stale(stores)


def test_a_released_value_that_another_profile_took_is_not_restored(
    stores: Stores, monkeypatch: Patch
) -> None:
    """The undone change released a unique value. The value stays with its new owner."""
    defining.define(stores)
    defining.define(stores, "other", unique=True)
    profile_id = defining.create(stores, keys={"other": ["1"]})
    new_owners: list[str] = []
    run_before(monkeypatch, stores.profiles, "replace", partial(defining.remove, stores))
    run_before(
        monkeypatch,
        stores.domains,
        "still_defines",
        lambda: new_owners.append(defining.create(stores, keys={"other": ["1"]})),
    )
    patch = {"keys": {"vip": ["gold"], "other": None}}
    with pytest.raises(InvalidRequest):
        profiles.update_profile(stores, "default", profile_id, patch)
    assert profiles.read_profile(stores, "default", profile_id)["keys"] == {}
    assert defining.held(stores, new_owners[0], "other") == ["1"]
    assert not any_stale(stores)
