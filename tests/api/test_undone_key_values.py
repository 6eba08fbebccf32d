"""Values of search keys that the undo of a merge restores, or cannot restore."""

from typing import Any

import pytest

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
    _redefine(api, "customer", holder, unique=True, **definition)


def _redefine(api: Caller, key: str, holder: Any, **definition: Any) -> None:
    """Define a search key again, with another definition. Only the holder has values."""
    api.patch(path(holder), {"keys": {key: None}})
    api.delete(f"/v1/search-keys/{key}")
    define(api, key, **definition)


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
    _redefine(api, "card", target, sensitive=True)
    assert undo(api, merged)["not_restored"] == []
    assert read(api, other)["keys"] == {"card": ["******7890"]}
    assert "1234567890" not in str(api.dump()["profiles"])


def test_a_search_key_that_is_not_sensitive_any_more_does_not_get_its_values_back(api: Caller) -> None:
    """They were entered as sensitive. The snapshots of later merges do not show them either."""
    define(api, "card", sensitive=True)
    target, *others = create(api), *(create(api, keys={"card": [f"123456789{end}"]}) for end in "01")
    first, second = [merge(api, target, each) for each in others]
    _redefine(api, "card", target)
    for each, merged in zip(others, (first, second), strict=True):
        assert undo(api, merged)["not_restored"] == [
            {"profile_id": each["profile_id"], "key": "card", "reason": "not_sensitive", "owner_id": None}
        ]
        assert "123456789" not in str(api.dump())
        assert read(api, each)["keys"] == {}
    assert read(api, target)["keys"] == {}


@pytest.mark.parametrize(
    ("values", "definition", "restored"),
    [
        (["abcdef", "42"], {"type": "digits"}, ["42"]),
        (["anonymous"], {"type": "phone"}, None),
        (["*-1", "1234567890"], {"sensitive": True}, ["******7890"]),
        (["abcdef", "42"], {"type": "digits", "sensitive": True}, ["**"]),
        (["abcdef"], {"type": "name"}, ["abcdef"]),
    ],
)
def test_values_that_are_not_valid_for_the_new_definition_are_reported(
    api: Caller, values: list[str], definition: dict[str, Any], restored: list[str] | None
) -> None:
    """The others are restored."""
    define(api, "other", type="text")
    target, other = create(api), create(api, keys={"other": values})
    merged = merge(api, target, other)
    _redefine(api, "other", target, **definition)
    problems = undo(api, merged)["not_restored"]
    assert [(each["key"], each["reason"], each["owner_id"]) for each in problems] == [
        ("other", "invalid", None)
    ][: len(restored or ()) < len(values)]
    assert read(api, other)["keys"] == ({} if restored is None else {"other": restored})


def test_a_value_that_cannot_be_found_is_restored_if_its_search_key_has_the_same_type(api: Caller) -> None:
    """The profile had it before the merge."""
    define(api, "badge", type="digits")
    target, other = create(api), create(api, keys={"badge": ["none"]})
    merged = merge(api, target, other)
    _redefine(api, "badge", target, type="digits", unique=True)
    assert undo(api, merged)["not_restored"] == []
    assert read(api, other)["keys"] == {"badge": ["none"]}


@pytest.mark.parametrize("definition", [{"type": "text"}, {"sensitive": True}])
def test_the_target_does_not_get_values_of_a_former_definition(
    api: Caller, definition: dict[str, Any]
) -> None:
    """The merge replaced their notation, and a later request removed them."""
    define(api, "customer", **definition)
    target, other = create(api, keys={"customer": ["c-1"]}), create(api, keys={"customer": ["C-1"]})
    merged = merge(api, target, other, fields={"keys.customer": other["profile_id"]})
    _redefine(api, "customer", target)
    undo(api, merged)
    assert read(api, target)["keys"] == {}
