"""A change is undone because its search key was removed. Before, another request changed the profile."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from service.config import Settings
from service.errors.records import UniqueKeyTaken
from service.errors.requests import InvalidRequest
from service.model.profile import Profile
from service.model.sensitive import plain_of
from service.store.stores import Stores
from service.use_cases import profiles
from tests.master_keys import TWO
from tests.store import defining
from tests.store.racing import run_before
from tests.store.stale import any_stale

Patch = pytest.MonkeyPatch
_REMOVED_KEY = {"vip": ["gold"]}


def _undo(
    stores: Stores, monkeypatch: Patch, profile_id: str, patch: Mapping[str, Any], later: Mapping[str, Any]
) -> Profile:
    """Send a patch whose search key is removed meanwhile, and a later patch before the undo."""
    run_before(monkeypatch, stores.profiles, "replace", partial(defining.remove, stores))
    change = partial(profiles.update_profile, stores, "default", profile_id, later)
    run_before(monkeypatch, stores.domains, "still_defines", change)
    with pytest.raises(InvalidRequest):
        profiles.update_profile(stores, "default", profile_id, patch)
    assert not any_stale(stores)
    return profiles.read_profile(stores, "default", profile_id)


def _values(stores: Stores, profile_id: str, key: str = "vip") -> list[str | None]:
    keys = profiles.read_profile(stores, "default", profile_id)["keys"]
    return [plain_of(value) for value in keys.get(key, [])]


@pytest.mark.parametrize(
    ("before", "new", "later", "restored"),
    [
        (["a"], ["b"], None, ["a"]),
        (["a", "b"], ["b", "a"], None, ["a", "b"]),
        (["a"], [], None, ["a"]),
        (["a"], ["b"], ["b", "c"], ["c", "a"]),
        (["a"], ["a", "b"], ["a", "b", "c"], ["a", "c"]),
        (["a", "b"], ["b"], ["b", "a"], ["b", "a"]),
        ([], ["b"], ["b", "c"], ["c"]),
        (["a"], ["b"], [], []),
    ],
)
def test_values_of_other_search_keys_are_restored(
    stores: Stores,
    monkeypatch: Patch,
    before: list[str],
    new: list[str],
    later: list[str] | None,
    restored: list[str],
) -> None:
    """Values that the later request added stay. If it removed all values, none is restored."""
    defining.define(stores)
    defining.define(stores, "nick")
    profile_id = defining.create(stores, keys={"nick": before})
    patch = {"keys": {"nick": new} | _REMOVED_KEY}
    others = {"gender": "f"} if later is None else {"keys": {"nick": later}}
    _undo(stores, monkeypatch, profile_id, patch, others)
    assert _values(stores, profile_id, "nick") == restored
    assert _values(stores, profile_id) == []


@pytest.mark.parametrize(
    ("before", "added", "removed"),
    [
        ({"first_name": "Ann"}, {"business_name": "Acme"}, {"first_name": None}),
        ({"first_name": None, "business_name": "Acme"}, {"first_name": "Ann"}, {"business_name": None}),
    ],
)
def test_a_profile_keeps_a_name(
    stores: Stores,
    monkeypatch: Patch,
    before: Mapping[str, Any],
    added: Mapping[str, Any],
    removed: Mapping[str, Any],
) -> None:
    """The undone change added a name, and a later change removed the other name. The added name stays."""
    defining.define(stores)
    profile_id = defining.create(stores, **before)
    profile = _undo(stores, monkeypatch, profile_id, {**added, "keys": _REMOVED_KEY}, removed)
    names = {"first_name": profile["first_name"], "business_name": profile["business_name"]}
    assert names == {"first_name": None, "business_name": None, **added}


def test_sensitive_values_are_restored(stores: Stores, monkeypatch: Patch) -> None:
    """Values are compared, not their encrypted forms."""
    defining.define(stores)
    defining.define(stores, "nick", sensitive=True)
    profile_id = defining.create(stores, keys={"nick": ["a"]})
    patch = {"keys": {"nick": ["b"]} | _REMOVED_KEY}
    _undo(stores, monkeypatch, profile_id, patch, {"gender": "f"})
    assert _values(stores, profile_id, "nick") == ["a"]


def test_removed_lists_are_restored(stores: Stores, monkeypatch: Patch) -> None:
    """The later request changed another field."""
    defining.define(stores)
    emails = [{"type": None, "value": "ada@example.com"}]
    profile_id = defining.create(stores, email_addresses=emails)
    patch = {"email_addresses": None, "keys": _REMOVED_KEY}
    assert _undo(stores, monkeypatch, profile_id, patch, {"gender": "f"})["email_addresses"] == emails


def test_phone_numbers_are_restored_one_by_one(stores: Stores, monkeypatch: Patch) -> None:
    """A number that the later request added stays."""
    one, two, three = ({"value": f"+1212555010{digit}"} for digit in range(3))
    defining.define(stores)
    profile_id = defining.create(stores, phone_numbers=[one])
    patch = {"phone_numbers": [two], "keys": _REMOVED_KEY}
    profile = _undo(stores, monkeypatch, profile_id, patch, {"phone_numbers": [two, three]})
    assert [number["value"] for number in profile["phone_numbers"]] == [three["value"], one["value"]]


def test_values_without_a_new_owner_are_restored(stores: Stores, monkeypatch: Patch) -> None:
    """Only the unique value that another profile has now is not restored."""
    defining.define(stores)
    defining.define(stores, "nick")
    defining.define(stores, "other", unique=True)
    profile_id = defining.create(stores, keys={"other": ["1", "2"], "nick": ["a"]})
    run_before(monkeypatch, stores.profiles, "replace", partial(defining.remove, stores))
    take = partial(defining.create, stores, keys={"other": ["1"]})
    run_before(monkeypatch, stores.domains, "still_defines", take)
    patch = {"keys": {"other": None, "nick": None} | _REMOVED_KEY, "gender": "f"}
    with pytest.raises(InvalidRequest):
        profiles.update_profile(stores, "default", profile_id, patch)
    profile = profiles.read_profile(stores, "default", profile_id)
    assert (profile["keys"], profile["gender"]) == ({"other": ["2"], "nick": ["a"]}, None)
    assert not any_stale(stores)


@pytest.mark.parametrize("is_taken", [False, True])
def test_a_value_that_cannot_be_decrypted_is_restored_unless_another_profile_has_it(
    stores: Stores, database: Database[Any], settings: Settings, monkeypatch: Patch, *, is_taken: bool
) -> None:
    """The process lacks the master key of the value. The restored value keeps its index terms."""
    defining.define(stores)
    defining.define(stores, "ssn", sensitive=True, unique=True)
    profile_id = defining.create(stores, keys={"ssn": ["123-45-6789"]})
    other = Stores.over(database, replace(settings, master_keys=TWO))
    run_before(monkeypatch, other.profiles, "replace", partial(defining.remove, other))
    owners = [profile_id]

    def change() -> None:
        profiles.update_profile(other, "default", profile_id, {"gender": "f"})
        if is_taken:
            owners[0] = defining.create(stores, keys={"ssn": ["123-45-6789"]})

    run_before(monkeypatch, other.domains, "still_defines", change)
    with pytest.raises(InvalidRequest):
        profiles.update_profile(other, "default", profile_id, {"keys": {"ssn": None} | _REMOVED_KEY})
    assert _values(stores, profile_id, "ssn") == ([] if is_taken else ["123-45-6789"])
    with pytest.raises(UniqueKeyTaken) as taken:
        defining.create(stores, keys={"ssn": ["123-45-6789"]})
    assert taken.value.profile_id == owners[0]
