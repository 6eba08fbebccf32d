"""Merges of profiles: the values of the merged profile, its contacts, and repeated requests."""

from typing import Any

import pytest

from tests.api.caller import Caller, pointers
from tests.api.merging import associate, create, data_of, define, merge, path, read, undo

PHONES = [{"value": "+12125550100"}, {"value": "+12125550101"}]


def test_the_target_wins_and_gets_what_it_does_not_have(api: Caller) -> None:
    """Earlier sources take precedence over later ones."""
    target = create(api, last_name="Lee", phone_numbers=PHONES[:1], attributes={"tier": "gold"})
    one = create(api, first_name="Anna", birth_date="1990-01-01", attributes={"tier": "no", "size": "L"})
    other = create(api, birth_date="1991-01-01", gender="f", email_addresses=[{"value": "ann@example.com"}])
    profile = merge(api, target, one, other)["profile"]
    assert profile["profile_id"] == target["profile_id"]
    assert (profile["first_name"], profile["last_name"]) == ("Ann", "Lee")
    assert (profile["birth_date"], profile["gender"]) == ("1990-01-01", "f")
    assert profile["attributes"] == {"tier": "gold", "size": "L"}
    assert [each["value"] for each in profile["email_addresses"]] == ["ann@example.com"]
    assert read(api, target) == profile


def test_lists_and_keys_are_united_without_the_same_value_in_another_notation(api: Caller) -> None:
    """The first notation stays."""
    define(api, "card", type="digits")
    address = {"address_1": "1 Main St", "city": "Springfield"}
    target = create(
        api, phone_numbers=PHONES, email_addresses=[{"value": "a@example.com"}], addresses=[address]
    )
    other = create(
        api,
        phone_numbers=[{"value": "(212) 555-0101", "type": "work"}, {"value": "+81312345678"}],
        email_addresses=[{"value": "A@EXAMPLE.com"}],
        addresses=[{"address_1": "1 MAIN ST", "city": "springfield"}, {"city": "Shelbyville"}],
        keys={"card": ["12-34"]},
    )
    third = create(api, keys={"card": ["1234", "5678"]})
    api.patch("/v1/settings", {"default_region": "US"})
    other = api.patch(
        path(other), {"phone_numbers": [{"value": "(212) 555-0101"}, {"value": "+81312345678"}]}
    )
    profile = merge(api, target, other, third)["profile"]
    assert [each["value"] for each in profile["phone_numbers"]] == [
        *(each["value"] for each in PHONES),
        "+81312345678",
    ]
    assert len(profile["email_addresses"]) == 1
    assert [each["city"] for each in profile["addresses"]] == ["Springfield", "Shelbyville"]
    assert profile["keys"] == {"card": ["12-34", "5678"]}


def test_each_field_can_be_taken_from_another_profile(api: Caller) -> None:
    """A text that the chosen profile does not have is removed."""
    target = create(api, last_name="Lee", attributes={"tier": "gold", "size": "S"}, phone_numbers=PHONES[:1])
    other = create(api, first_name="Anna", attributes={"tier": "silver"}, phone_numbers=PHONES[1:])
    fields = dict.fromkeys(
        ["first_name", "last_name", "attributes.tier", "attributes.size", "phone_numbers"],
        other["profile_id"],
    )
    profile = merge(api, target, other, fields=fields)["profile"]
    assert (profile["first_name"], profile["last_name"]) == ("Anna", None)
    assert profile["attributes"] == {"tier": "silver"}
    assert [each["value"] for each in profile["phone_numbers"]] == ["+12125550101", "+12125550100"]


@pytest.mark.parametrize("name", ["version", "attributes.unknown", "keys.unknown", "profile_id", "keys", ""])
def test_an_unknown_field_is_rejected(api: Caller, name: str) -> None:
    """Its error belongs to `fields`."""
    target, other = create(api), create(api)
    body = {"profile_ids": [other["profile_id"]], "fields": {name: other["profile_id"]}}
    problem = api.reject("POST", path(target, "/merge"), body, status=422, code="invalid_request")
    assert all(pointer.startswith("/fields") for pointer in pointers(problem))


def test_a_field_of_a_profile_that_is_not_merged_is_rejected(api: Caller) -> None:
    """A field comes from one of the merged profiles."""
    target, other, third = create(api), create(api), create(api)
    body = {"profile_ids": [other["profile_id"]], "fields": {"first_name": third["profile_id"]}}
    problem = api.reject("POST", path(target, "/merge"), body, status=422, code="invalid_request")
    assert pointers(problem) == ["/fields/first_name"]


def test_a_merged_profile_needs_a_name(api: Caller) -> None:
    """The choice of fields cannot remove all names."""
    target, other = create(api), create(api, first_name=None, business_name="Ann Inc.")
    fields = {"first_name": other["profile_id"], "business_name": target["profile_id"]}
    body = {"profile_ids": [other["profile_id"]], "fields": fields}
    problem = api.reject("POST", path(target, "/merge"), body, status=422, code="invalid_request")
    assert pointers(problem) == ["/fields"]


def test_a_profile_that_would_be_too_large_is_rejected(api: Caller) -> None:
    """The error says how many items there would be."""
    numbers = [{"value": f"+1212555{number:04}"} for number in range(150)]
    target, other = create(api, phone_numbers=numbers[:80]), create(api, phone_numbers=numbers[60:])
    body = {"profile_ids": [other["profile_id"]]}
    problem = api.reject("POST", path(target, "/merge"), body, status=422, code="invalid_request")
    (error,) = problem["errors"]
    assert "150 `phone_numbers`" in error["detail"]


def test_a_profile_cannot_be_merged_into_itself(api: Caller) -> None:
    """The error names the position in the request."""
    target, other = create(api), create(api)
    body = {"profile_ids": [other["profile_id"], target["profile_id"]]}
    problem = api.reject("POST", path(target, "/merge"), body, status=422, code="invalid_request")
    assert pointers(problem) == ["/profile_ids/1"]


def test_an_unknown_profile_is_not_found(api: Caller) -> None:
    """The problem says which profile is unknown."""
    target, other = create(api), create(api)
    unknown = "f" * 32
    body = {"profile_ids": [other["profile_id"], unknown]}
    problem = api.reject("POST", path(target, "/merge"), body, status=404, code="profile_not_found")
    assert problem["profile_id"] == unknown
    body = {"profile_ids": [other["profile_id"]]}
    api.reject("POST", f"/v1/profiles/{unknown}/merge", body, status=404, code="profile_not_found")


def test_unique_keys_move_and_keep_their_owner(api: Caller) -> None:
    """No other profile can get a unique value of a merged profile."""
    define(api, "customer", unique=True)
    target, other = create(api, keys={"customer": ["C-1"]}), create(api, keys={"customer": ["C-2"]})
    profile = merge(api, target, other)["profile"]
    assert profile["keys"] == {"customer": ["C-1", "C-2"]}
    new = {"first_name": "Bo", "keys": {"customer": ["C-2"]}}
    problem = api.reject("POST", "/v1/profiles", new, status=409, code="unique_key_taken")
    assert problem["profile_id"] == target["profile_id"]


def test_contacts_follow_and_keep_their_history(api: Caller) -> None:
    """Past, current and cleared associations move."""
    target, other, third = create(api), create(api), create(api)
    associate(api, "current", other)
    associate(api, "past", other)
    associate(api, "past", third, status=200)
    associate(api, "cleared", other)
    api.post("/v1/contacts/cleared/clear")
    merge(api, target, other)
    assert api.get("/v1/contacts/current/association")["profile_id"] == target["profile_id"]
    past = api.get("/v1/contacts/past")
    assert [each["profile_id"] for each in past["associations"]] == [
        target["profile_id"],
        third["profile_id"],
    ]
    assert past["association"]["profile_id"] == third["profile_id"]
    found = api.get(path(target, "/contacts"))["items"]
    assert {each["contact_id"] for each in found} == {"current", "cleared"}


def test_if_match_is_the_version_of_the_target(api: Caller) -> None:
    """No ETag that was read before the merge is valid after it."""
    target, other = create(api), create(api)
    other = api.patch(path(other), {"last_name": "Lee"})
    body = {"profile_ids": [other["profile_id"]]}
    headers = {"If-Match": '"2"'}
    url = path(target, "/merge")
    api.reject("POST", url, body, status=412, code="version_conflict", headers=headers)
    response = api.call("POST", url, body, headers={"If-Match": '"1"'})
    # Greater than all versions, so that no version that was read under a merged ID matches.
    assert response.headers["ETag"] == '"3"'
    problem = api.call("PATCH", path(other), {"gender": "f"}, headers={"If-Match": '"2"'}, status=412)
    assert problem.get_json()["code"] == "version_conflict"


def test_a_repeated_merge_has_no_effect(api: Caller) -> None:
    """Profiles that were merged already are ignored."""
    target, other = create(api), create(api)
    merged = merge(api, target, other)
    assert merge(api, target, other) == merged
    third = create(api)
    again = merge(api, target, other, third)
    assert again["profile_ids"] == [third["profile_id"]]
    # Not the merge of the first profile of the list.
    assert merge(api, target, other, third)["merge_id"] == again["merge_id"]


def test_an_idempotency_key_makes_one_merge(api: Caller) -> None:
    """Not even after an undo does a retry merge again."""
    target, other = create(api), create(api)
    body, headers = {"profile_ids": [other["profile_id"]]}, {"Idempotency-Key": "merge-1"}
    first = api.call("POST", path(target, "/merge"), body, headers=headers)
    undo(api, first.get_json())
    second = api.call("POST", path(target, "/merge"), body, headers=headers)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert second.get_json()["merge_id"] == first.get_json()["merge_id"]
    assert read(api, other)["profile_id"] == other["profile_id"]
    third = {"profile_ids": [create(api)["profile_id"]]}
    url = path(target, "/merge")
    api.reject("POST", url, third, status=422, code="idempotency_key_reused", headers=headers)


def test_a_merged_profile_can_be_the_target_or_a_source_under_its_old_id(api: Caller) -> None:
    """The profile in which it lives on is used."""
    one, two, three, four = (create(api, last_name=name) for name in "abcd")
    merge(api, one, two)
    merge(api, three, four)
    body = {"profile_ids": [four["profile_id"]]}
    response = api.call("POST", path(two, "/merge"), body)
    assert response.headers["Profile-Merged-Into"] == one["profile_id"]
    merged = response.get_json()
    assert (merged["profile_id"], merged["profile_ids"]) == (one["profile_id"], [three["profile_id"]])
    for each in (two, three, four):
        assert read(api, each)["merged_into"] == one["profile_id"]
    items = api.get(path(four, "/merges"))["items"]
    assert [each["profile_id"] for each in items] == [
        one["profile_id"],
        three["profile_id"],
        one["profile_id"],
    ]


def test_merges_are_listed_in_pages(api: Caller) -> None:
    """No merge is skipped or repeated."""
    target = create(api)
    merged = [merge(api, target, create(api))["merge_id"] for _ in range(5)]
    found: list[Any] = []
    cursor = ""
    while True:
        page = api.get(path(target, f"/merges?limit=2{cursor}"))
        found += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert {each["merge_id"] for each in found} == set(merged)
    assert len(found) == 5
    assert found == sorted(found, key=lambda each: each["merged_at"], reverse=True)


def test_sensitive_values_move_and_stay_encrypted(api: Caller) -> None:
    """Neither the profiles nor the snapshots have plain values."""
    define(api, "secret", type="identifier", sensitive=True)
    target = create(api, keys={"secret": ["first-secret-1234"]})
    other = create(api, keys={"secret": ["second-secret-5678"]})
    merged = merge(api, target, other)
    assert merged["profile"]["keys"]["secret"] == ["*************1234", "**************5678"]
    revealed = api.post(path(target, "/reveal"), {"key": "secret"})
    assert revealed["values"] == ["first-secret-1234", "second-secret-5678"]
    assert "secret-5678" not in str(api.dump())
    undo(api, merged)
    assert data_of(read(api, other)) == data_of(other)
    assert api.post(path(other, "/reveal"), {"key": "secret"})["values"] == ["second-secret-5678"]
