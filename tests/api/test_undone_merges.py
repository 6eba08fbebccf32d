"""Undone merges: what the merged profiles get back, and what stays with the profile they were merged into."""

from itertools import permutations
from typing import Any

import pytest

from tests.api.caller import Caller
from tests.api.merging import associate, create, data_of, define, merge, path, read, undo

PHONES = [{"value": f"+1212555010{number}"} for number in range(5)]


def values(profile: dict[str, list[dict[str, str]]], name: str = "phone_numbers") -> list[str]:
    """Return the values of a list."""
    return [each["value"] for each in profile[name]]


def test_everything_is_as_before(api: Caller) -> None:
    """Values, unique keys and contacts return. A repeated undo has the same response."""
    define(api, "customer", unique=True)
    target = create(api, last_name="Lee", phone_numbers=PHONES[:1], keys={"customer": ["C-1"]})
    others = [
        create(api, birth_date="1990-01-01", phone_numbers=PHONES[1:3], keys={"customer": ["C-2"]}),
        create(api, first_name="Bo", attributes={"tier": "gold"}, keys={"customer": ["C-3"]}),
    ]
    for number, each in enumerate([target, *others]):
        associate(api, f"call-{number}", each)
    merged = merge(api, target, *others)
    undone = undo(api, merged)
    assert undone["not_restored"] == []
    assert undone["undone_at"] is not None
    for number, each in enumerate([target, *others]):
        now = read(api, each)
        assert data_of(now) == data_of(each)
        # Greater than every version that was read under its ID meanwhile.
        assert now["version"] > merged["profile"]["version"]
        assert api.get(f"/v1/contacts/call-{number}/association")["profile_id"] == each["profile_id"]
        assert [each["contact_id"] for each in api.get(path(each, "/contacts"))["items"]] == [
            f"call-{number}"
        ]
    assert undo(api, merged) == undone


def test_what_was_changed_since_stays_with_the_target(api: Caller) -> None:
    """So do contacts that were associated since."""
    target, other = create(api, phone_numbers=PHONES[:1]), create(api, gender="f", phone_numbers=PHONES[1:2])
    merged = merge(api, target, other)
    associate(api, "new", other)
    numbers = [*merged["profile"]["phone_numbers"], PHONES[2]]
    api.patch(path(other), {"last_name": "Lee", "phone_numbers": numbers})
    undo(api, merged)
    now = read(api, target)
    assert (now["last_name"], now["gender"]) == ("Lee", None)
    assert values(now) == [PHONES[0]["value"], PHONES[2]["value"]]
    assert data_of(read(api, other)) == data_of(other)
    assert api.get("/v1/contacts/new/association")["profile_id"] == target["profile_id"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_merges_into_the_same_profile_are_undone_in_any_order(api: Caller, order: tuple[int, ...]) -> None:
    """A value stays as long as a merged profile has it."""
    target = create(api, first_name="Bob", phone_numbers=PHONES[:1])
    # All have the second number, and each replaces the first name.
    others = [
        create(api, first_name="Rob", phone_numbers=PHONES[1:3], birth_date="1990-01-01"),
        create(api, first_name="Bobby", phone_numbers=[PHONES[1], PHONES[3]], birth_date="1990-01-01"),
        create(api, first_name="Robert", phone_numbers=[PHONES[4], PHONES[1]], attributes={"tier": "gold"}),
    ]
    merges = [merge(api, target, each, fields={"first_name": each["profile_id"]}) for each in others]
    for done, position in enumerate(order, start=1):
        undo(api, merges[position])
        assert data_of(read(api, others[position])) == data_of(others[position])
        remaining = [others[each] for each in order[done:]]
        now = read(api, target)
        expected = {PHONES[0]["value"], *(value for each in remaining for value in values(each))}
        assert set(values(now)) == expected
        assert (now["birth_date"] == "1990-01-01") == any(each["birth_date"] for each in remaining)
        newest = max(remaining, key=others.index, default=target)
        assert now["first_name"] == newest["first_name"]
    assert data_of(read(api, target)) == data_of(target)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_texts_of_profiles_that_are_still_merged_stay(api: Caller, order: tuple[int, ...]) -> None:
    """At each time, the target is as if only the remaining profiles had been merged."""
    target = create(api)
    others = [create(api, account_number=f"X-{name}", attributes={"tier": name, name: "1"}) for name in "abc"]
    merges = [merge(api, target, each) for each in others]
    for done, position in enumerate(order, start=1):
        undo(api, merges[position])
        remaining = [others[each] for each in sorted(order[done:])]
        now = read(api, target)
        assert now["account_number"] == (remaining[0]["account_number"] if remaining else None)
        first_last = [each["attributes"] for each in reversed(remaining)]
        assert now["attributes"] == {name: value for each in first_last for name, value in each.items()}
    assert data_of(read(api, target)) == data_of(target)


def test_a_text_that_was_removed_since_the_merges_does_not_return(api: Caller) -> None:
    """An undo of one of them does not take it from the other profile."""
    target, *others = create(api), create(api, gender="f"), create(api, gender="m")
    first, _ = [merge(api, target, each) for each in others]
    api.patch(path(target), {"gender": None})
    undo(api, first)
    assert read(api, target)["gender"] is None


def test_the_last_of_several_merges_in_a_row_is_undone_first(api: Caller) -> None:
    """The problem names the merge to undo first."""
    one, two, three = (create(api, last_name=name) for name in "abc")
    associate(api, "call", one)
    first, second = merge(api, two, one), merge(api, three, two)
    problem = api.reject("POST", f"/v1/merges/{first['merge_id']}/undo", status=409, code="merge_superseded")
    assert problem["merge_id"] == second["merge_id"]
    undo(api, second)
    assert read(api, one)["profile_id"] == two["profile_id"]
    assert api.get("/v1/contacts/call/association")["profile_id"] == two["profile_id"]
    undo(api, first)
    assert read(api, one)["profile_id"] == one["profile_id"]
    assert api.get("/v1/contacts/call/association")["profile_id"] == one["profile_id"]
    for each in (one, two, three):
        assert data_of(read(api, each)) == data_of(each)


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
    define(api, "customer")
    target, other = create(api, keys={"customer": ["c-1"]}), create(api, keys={"customer": ["C-1"]})
    merged = merge(api, target, other, fields={"keys.customer": other["profile_id"]})
    assert merged["profile"]["keys"] == {"customer": ["C-1"]}
    _make_unique(api, target)
    third = create(api, keys={"customer": ["c-1"]})
    api.patch(path(target), {"keys": {"customer": ["Y"]}})
    (problem,) = undo(api, merged)["not_restored"]
    assert (problem["profile_id"], problem["owner_id"]) == (other["profile_id"], third["profile_id"])
    assert read(api, target)["keys"] == {"customer": ["Y"]}


def _make_unique(api: Caller, holder: Any) -> None:
    """Define the search key again, as unique. Only the holder has values."""
    api.patch(path(holder), {"keys": {"customer": None}})
    api.delete("/v1/search-keys/customer")
    define(api, "customer", unique=True)


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


def test_an_unknown_merge_is_not_found(api: Caller) -> None:
    """An ID of a merge does not exist."""
    api.reject("POST", f"/v1/merges/{'f' * 32}/undo", status=404, code="merge_not_found")


def test_merged_profiles_can_be_merged_again_after_an_undo(api: Caller) -> None:
    """Both merges stay in the list."""
    target, other = create(api), create(api, gender="f")
    associate(api, "call", other)
    first = merge(api, target, other)
    undo(api, first)
    second = merge(api, target, other)
    assert second["merge_id"] != first["merge_id"]
    undo(api, second)
    assert data_of(read(api, other)) == data_of(other)
    assert api.get("/v1/contacts/call/association")["profile_id"] == other["profile_id"]
    listed = api.get(path(target, "/merges"))["items"]
    assert [each["merge_id"] for each in listed] == [second["merge_id"], first["merge_id"]]
    assert all(each["undone_at"] for each in listed)
