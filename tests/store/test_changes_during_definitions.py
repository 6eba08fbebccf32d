"""Changes of a profile are undone if their search key is redefined or removed meanwhile."""

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


@pytest.mark.parametrize("change", CHANGES, ids=["patch", "add"])
def test_a_change_whose_key_is_removed_is_undone(
    stores: Stores, database: Database[Document], monkeypatch: Patch, change: Change
) -> None:
    """Other fields that the request changed are undone too."""
    defining.define(stores)
    defining.define(stores, "other", unique=True)
    profile_id = defining.create(stores, last_name="Bee", keys={"other": ["1"]})
    before = database["profiles"].find_one() or {}
    run_before(monkeypatch, stores.profiles, "replace", partial(defining.remove, stores))
    with pytest.raises(InvalidRequest):
        change(stores, profile_id)
    after = database["profiles"].find_one() or {}
    assert after == before | {"version": 3}
    assert not any_stale(stores)


@pytest.mark.parametrize("if_match", [None, frozenset({1})])
def test_a_change_whose_key_is_redefined_is_repeated_under_the_new_definition(
    stores: Stores, database: Database[Document], monkeypatch: Patch, if_match: frozenset[int] | None
) -> None:
    """The value is sealed. The condition in If-Match still holds after the undo."""
    defining.define(stores)
    profile_id = defining.create(stores)
    run_before(monkeypatch, stores.profiles, "replace", partial(defining.redefine, stores, sensitive=True))
    patch = {"keys": {"vip": ["golden card"]}}
    changed = profiles.update_profile(stores, "default", profile_id, patch, if_match).value
    assert str(changed["keys"]["vip"][0]) != "golden card"
    assert defining.held(stores, profile_id) == ["golden card"]
    assert defining.search_ids(stores, "golden card") == [profile_id]
    assert "golden" not in repr(list(database["profiles"].find()))
    with pytest.raises(VersionConflict):
        profiles.update_profile(stores, "default", profile_id, {"last_name": "Lee"}, frozenset({1}))


@pytest.mark.parametrize("change", CHANGES, ids=["patch", "add"])
def test_a_change_whose_value_now_belongs_to_another_profile_is_undone(
    stores: Stores, database: Database[Document], monkeypatch: Patch, change: Change
) -> None:
    """The search key is unique now."""
    defining.define(stores)
    profile_id = defining.create(stores)
    before = database["profiles"].find_one() or {}
    owner: list[str] = []

    def redefine() -> None:
        defining.redefine(stores, unique=True)
        owner.append(defining.create(stores, "gold"))

    run_before(monkeypatch, stores.profiles, "replace", redefine)
    with pytest.raises(UniqueKeyTaken) as taken:
        change(stores, profile_id)
    assert taken.value.profile_id == owner[0]
    assert database["profiles"].find_one({"_id": profile_id}) == before | {"version": 3}


def test_the_change_of_another_request_is_not_undone(stores: Stores, monkeypatch: Patch) -> None:
    """Only fields and values of the undone change are restored."""
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
    """Attributes that another request changed stay."""
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
    """Redefine the search key before the next write, and change the first name after it."""
    results: list[Profile] = []

    def patch() -> None:
        done = profiles.update_profile(
            stores, "default", profile_id, {"first_name": "Beth"}, if_match=frozenset({2})
        )
        results.append(done.value)

    run_before(monkeypatch, stores.profiles, "replace", partial(defining.redefine, stores, sensitive=True))
    run_before(monkeypatch, stores.domains, "still_defines", patch)
    return results


def test_a_change_with_if_match_does_not_overwrite_a_later_one(stores: Stores, monkeypatch: Patch) -> None:
    """Both requests have If-Match. The later change stays; nothing remains of the first one."""
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


def test_a_change_without_if_match_is_repeated_after_the_later_one(
    stores: Stores, monkeypatch: Patch
) -> None:
    """As if the request came later."""
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
    """A value that it released has a new owner, so the profile differs from its old version."""
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
    """The search key is sensitive now. The value is sealed and the other change stays."""
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
    """The undone change had released a unique value, which has a new owner."""
    defining.define(stores)
    defining.define(stores, "other", unique=True)
    profile_id = defining.create(stores, keys={"other": ["1"]})
    taken: list[str] = []
    run_before(monkeypatch, stores.profiles, "replace", partial(defining.remove, stores))
    run_before(
        monkeypatch,
        stores.domains,
        "still_defines",
        lambda: taken.append(defining.create(stores, keys={"other": ["1"]})),
    )
    patch = {"keys": {"vip": ["gold"], "other": None}}
    with pytest.raises(InvalidRequest):
        profiles.update_profile(stores, "default", profile_id, patch)
    assert profiles.read_profile(stores, "default", profile_id)["keys"] == {}
    assert defining.held(stores, taken[0], "other") == ["1"]
    assert not any_stale(stores)
