"""Values of search keys that the undo of a merge restores, or cannot restore."""

from typing import Any

from tests.api.caller import Caller
from tests.api.merging import create, define, merge, path, read, undo


def test_a_unique_value_that_a_third_profile_has_is_reported(api: Caller) -> None:
    """The third profile keeps it."""
    define(api, "customer", unique=True)
    target, other = create(api), create(api, keys={"customer": ["C-1", "C-2"]})
    merged = merge(api, target, other)
    api.post(path(target, "/keys/release"), {"key": "customer", "values": ["C-1"]})
    third = create(api, keys={"customer": ["C-1"]})
    undone = undo(api, merged)
    assert undone["not_restored"] == [
        {
            "profile_id": other["profile_id"],
            "key": "customer",
            "reason": "taken",
            "owner_id": third["profile_id"],
        }
    ]
    assert read(api, other)["keys"] == {"customer": ["C-2"]}
    assert read(api, third)["keys"] == {"customer": ["C-1"]}
    assert undo(api, merged) == undone


def test_a_search_key_that_became_unique_restores_a_value_once(api: Caller) -> None:
    """The first of the profiles that had it gets it."""
    define(api, "customer")
    target = create(api)
    others = [create(api, keys={"customer": ["V-1", f"X-{number}"]}) for number in range(3)]
    # Not in the order of their IDs.
    others.sort(key=lambda each: each["profile_id"], reverse=True)
    merged = merge(api, target, *others)
    _make_unique(api, target)
    problems = undo(api, merged)["not_restored"]
    assert {(each["profile_id"], each["key"], each["reason"], each["owner_id"]) for each in problems} == {
        (each["profile_id"], "customer", "taken", others[0]["profile_id"]) for each in others[1:]
    }
    assert read(api, others[0])["keys"] == others[0]["keys"]
    for each in others[1:]:
        assert read(api, each)["keys"]["customer"] == each["keys"]["customer"][1:]


def test_an_undo_does_not_give_the_target_a_unique_value_of_a_third_profile(api: Caller) -> None:
    """The merge replaced the notation of a value that the target had."""
    define(api, "customer", type="text")
    target, other = create(api, keys={"customer": ["c-1"]}), create(api, keys={"customer": ["C-1"]})
    merged = merge(api, target, other, fields={"keys.customer": other["profile_id"]})
    assert merged["profile"]["keys"] == {"customer": ["C-1"]}
    _make_unique(api, target, type="text")
    third = create(api, keys={"customer": ["c-1"]})
    api.patch(path(target), {"keys": {"customer": ["Y"]}})
    (problem,) = undo(api, merged)["not_restored"]
    assert (problem["profile_id"], problem["owner_id"]) == (other["profile_id"], third["profile_id"])
    assert read(api, target)["keys"] == {"customer": ["Y"]}


def _make_unique(api: Caller, holder: Any, **definition: Any) -> None:
    """Define the search key again, as unique. Only the holder has values."""
    api.patch(path(holder), {"keys": {"customer": None}})
    api.delete("/v1/search-keys/customer")
    define(api, "customer", unique=True, **definition)


def test_the_owner_of_a_sensitive_value_is_not_shown(api: Caller) -> None:
    """The caller may have guessed the value."""
    define(api, "secret", unique=True, sensitive=True)
    target, other = create(api), create(api, keys={"secret": ["one-secret-1234"]})
    merged = merge(api, target, other)
    api.patch(path(target), {"keys": {"secret": None}})
    create(api, keys={"secret": ["one-secret-1234"]})
    (problem,) = undo(api, merged)["not_restored"]
    assert (problem["reason"], problem["owner_id"]) == ("taken", None)


def test_a_search_key_that_is_not_defined_any_more_is_reported(api: Caller) -> None:
    """All other values are restored."""
    define(api, "old")
    define(api, "other")
    target, other = create(api), create(api, keys={"old": ["1"], "other": ["2"]})
    merged = merge(api, target, other)
    api.patch(path(target), {"keys": {"old": None}})
    api.delete("/v1/search-keys/old")
    (problem,) = undo(api, merged)["not_restored"]
    assert (problem["key"], problem["reason"], problem["owner_id"]) == ("old", "undefined", None)
    assert read(api, other)["keys"] == {"other": ["2"]}


def test_a_search_key_that_became_sensitive_is_masked_in_a_restored_profile(api: Caller) -> None:
    """Its value is stored encrypted."""
    define(api, "card")
    target, other = create(api), create(api, keys={"card": ["1234567890"]})
    merged = merge(api, target, other)
    api.patch(path(target), {"keys": {"card": None}})
    api.delete("/v1/search-keys/card")
    define(api, "card", sensitive=True)
    assert undo(api, merged)["not_restored"] == []
    assert read(api, other)["keys"] == {"card": ["******7890"]}
    assert "1234567890" not in str(api.dump()["profiles"])
