"""Every operation uses the profile into which the profile of the request was merged, and says so."""

from typing import Any

import pytest

from tests.api.caller import Caller
from tests.api.merging import associate, create, define, merge, path, undo

HEADER = "Profile-Merged-Into"


@pytest.fixture
def pair(api: Caller) -> tuple[Any, Any]:
    """Return a profile, and another one that was merged into it."""
    define(api, "secret", sensitive=True)
    target, other = create(api, last_name="Lee", keys={"secret": ["a-long-secret"]}), create(api)
    associate(api, "call", other)
    merge(api, target, other)
    return target, other


OPERATIONS = [
    ("GET", "", None, 200),
    ("PATCH", "", {"gender": "f"}, 200),
    ("PATCH", "", {"last_name": "Lee"}, 200),
    ("POST", "/keys", {"key": "phone", "values": ["+12125550100"]}, 200),
    ("POST", "/keys/release", {"key": "phone", "values": ["+12125550100"]}, 200),
    ("POST", "/reveal", {"key": "secret"}, 200),
    ("GET", "/contacts", None, 200),
    ("GET", "/duplicates", None, 200),
    ("GET", "/merges", None, 200),
    ("GET", "/export", None, 200),
    ("DELETE", "", None, 204),
]


@pytest.mark.parametrize(("method", "rest", "body", "status"), OPERATIONS)
def test_operations_on_a_profile(
    api: Caller, pair: tuple[Any, Any], method: str, rest: str, body: Any, status: int
) -> None:
    """All operations with the ID of a profile in the path."""
    target, other = pair
    content_type = "application/merge-patch+json" if method == "PATCH" else "application/json"
    response = api.call(method, path(other, rest), body, status=status, content_type=content_type)
    assert response.headers[HEADER] == target["profile_id"]
    if rest in {"", "/keys", "/keys/release"} and status == 200:
        assert response.get_json()["profile_id"] == response.get_json()["merged_into"] == target["profile_id"]
    own = api.call(method, path(target, rest), body, status=404 if method == "DELETE" else status)
    assert HEADER not in own.headers
    assert b"merged_into" not in own.data.replace(b'"merges"', b"")


def test_a_merge(api: Caller, pair: tuple[Any, Any]) -> None:
    """The third profile is merged into the one in which the other one lives on."""
    target, other = pair
    body = {"profile_ids": [create(api)["profile_id"]]}
    response = api.call("POST", path(other, "/merge"), body)
    assert response.headers[HEADER] == response.get_json()["profile_id"] == target["profile_id"]
    again = api.call("POST", path(target, "/merge"), body)
    assert HEADER not in again.headers


def test_an_undo_that_is_repeated_after_another_merge(api: Caller) -> None:
    """The response has the profile into which the target was merged."""
    one, two, three = (create(api, last_name=name) for name in "abc")
    merged = merge(api, two, one)
    url = f"/v1/merges/{merged['merge_id']}/undo"
    assert HEADER not in api.call("POST", url).headers
    merge(api, three, two)
    again = api.call("POST", url)
    assert again.headers[HEADER] == again.get_json()["profile"]["profile_id"] == three["profile_id"]


def test_an_association(api: Caller, pair: tuple[Any, Any]) -> None:
    """The contact is associated with the profile in which the other one lives on."""
    target, other = pair
    response = api.call(
        "PUT", "/v1/contacts/new/association", {"profile_id": other["profile_id"]}, status=201
    )
    assert response.headers[HEADER] == target["profile_id"]
    assert response.get_json()["profile_id"] == response.get_json()["merged_into"] == target["profile_id"]
    association = api.get("/v1/contacts/new/association")
    assert association["profile_id"] == target["profile_id"]
    assert "merged_into" not in association


def test_a_profile_is_no_duplicate_of_its_merged_id(api: Caller, pair: tuple[Any, Any]) -> None:
    """The list has the duplicates of the profile in which the other one lives on."""
    target, other = pair
    number = {"phone_numbers": [{"value": "+12125550100"}]}
    api.call("PATCH", path(target), number, content_type="application/merge-patch+json")
    double = create(api, last_name="Lee", **number)
    listed = api.get(path(other, "/duplicates"))["items"]
    assert [each["profile"]["profile_id"] for each in listed] == [double["profile_id"]]


def test_a_search_of_contacts(api: Caller, pair: tuple[Any, Any]) -> None:
    """The contacts have moved to the other profile."""
    target, other = pair
    response = api.call("POST", "/v1/contacts/search", {"profile_id": other["profile_id"]})
    assert response.headers[HEADER] == target["profile_id"]
    assert [each["contact_id"] for each in response.get_json()["items"]] == ["call"]


def test_items_of_a_batch(api: Caller, pair: tuple[Any, Any]) -> None:
    """Items with both IDs change the same profile, one after the other."""
    target, other = pair
    items = [
        {"operation": "update", "profile_id": other["profile_id"], "profile": {"gender": "f"}},
        {
            "operation": "update",
            "match_on": {"key": "profile_id", "value": other["profile_id"]},
            "profile": {"middle_name": "Mae"},
        },
        {"operation": "update", "profile_id": target["profile_id"], "profile": {"first_name": "Anna"}},
        {"operation": "delete", "profile_id": other["profile_id"]},
    ]
    results = api.post("/v1/profiles/batch", {"items": items})["items"]
    assert [each["profile_id"] for each in results] == [target["profile_id"]] * 4
    assert [each.get("merged_into") for each in results] == [
        target["profile_id"],
        target["profile_id"],
        None,
        target["profile_id"],
    ]
    api.call("GET", path(target), status=404)
    api.call("GET", path(other), status=404)


def test_a_creation_that_is_repeated_after_the_merge(api: Caller) -> None:
    """It does not create the merged profile again."""
    headers = {"Idempotency-Key": "create-1"}
    target = create(api)
    other = api.post("/v1/profiles", {"first_name": "Bo"}, status=201, headers=headers)
    merged = merge(api, target, other)
    again = api.call("POST", "/v1/profiles", {"first_name": "Bo"}, status=201, headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == path(target)
    assert again.get_json()["profile_id"] == again.get_json()["merged_into"] == target["profile_id"]
    reused = {"first_name": "Ed"}
    api.reject("POST", "/v1/profiles", reused, status=422, code="idempotency_key_reused", headers=headers)
    undo(api, merged)
    after = api.call("POST", "/v1/profiles", {"first_name": "Bo"}, status=201, headers=headers)
    assert after.get_json()["profile_id"] == other["profile_id"]
    assert api.get("/v1/profiles/count")["count"] == 2


def test_a_creation_for_a_contact_that_is_repeated_after_the_merge(api: Caller) -> None:
    """Also if the contact was cleared since."""
    headers = {"Idempotency-Key": "create-1"}
    target = create(api)
    other = api.post("/v1/contacts/c/profile", {"first_name": "Bo"}, status=201, headers=headers)
    merge(api, target, other)
    again = api.post("/v1/contacts/c/profile", {"first_name": "Bo"}, status=201, headers=headers)
    assert again["profile_id"] == target["profile_id"]
    api.post("/v1/contacts/c/clear")
    again = api.post("/v1/contacts/c/profile", {"first_name": "Bo"}, status=201, headers=headers)
    assert again["profile_id"] == target["profile_id"]
    assert len(api.get("/v1/contacts/c")["associations"]) == 1
    assert api.get("/v1/profiles/count")["count"] == 1


def test_a_batch_that_is_repeated_after_the_undo(api: Caller) -> None:
    """Its items have the restored profiles again."""
    headers = {"Idempotency-Key": "batch-1"}
    pair = [create(api), create(api)]
    items = [
        {"operation": "update", "profile_id": each["profile_id"], "profile": {"gender": "f"}} for each in pair
    ]
    first = api.post("/v1/profiles/batch", {"items": items}, headers=headers)["items"]
    undo(api, merge(api, *pair))
    api.database["batches"].update_many({}, {"$unset": {"results": ""}})
    again = api.post("/v1/profiles/batch", {"items": items}, headers=headers)["items"]
    assert [each["profile_id"] for each in again] == [each["profile_id"] for each in first]
    target, other = (api.database["profiles"].find_one({"_id": each["profile_id"]}) for each in pair)
    assert set(target["batch_marks"]).isdisjoint(other["batch_marks"])


def test_a_batch_that_is_repeated_after_the_merge(api: Caller) -> None:
    """No item is repeated, even if the results were not stored."""
    headers = {"Idempotency-Key": "batch-1"}
    target = create(api)
    items = [
        {"operation": "create", "profile": {"first_name": "Bo"}},
        {"operation": "update", "profile_id": target["profile_id"], "profile": {"gender": "f"}},
    ]
    first = api.post("/v1/profiles/batch", {"items": items}, headers=headers)["items"]
    api.database["batches"].update_many({}, {"$unset": {"results": ""}})
    merge(api, target, first[0])
    again = api.post("/v1/profiles/batch", {"items": items}, headers=headers)["items"]
    assert [each["outcome"] for each in again] == ["created", "updated"]
    assert {each["profile_id"] for each in again} == {target["profile_id"]}
    assert api.get("/v1/profiles/count")["count"] == 1


def test_the_audit_is_filtered_by_the_id_of_the_request(api: Caller, pair: tuple[Any, Any]) -> None:
    """The history of a merged profile stays its own."""
    _, other = pair
    response = api.call("GET", f"/v1/audit?profile_id={other['profile_id']}")
    assert HEADER not in response.headers
    assert [each["action"] for each in response.get_json()["items"]] == ["merged", "associated", "created"]


def test_the_header_is_not_in_the_next_response(api: Caller, pair: tuple[Any, Any]) -> None:
    """Each request is on its own."""
    target, other = pair
    assert HEADER in api.call("GET", path(other)).headers
    assert HEADER not in api.call("GET", path(target)).headers
    assert HEADER not in api.call("GET", "/v1/settings").headers


def test_the_values_by_which_a_merged_profile_is_found(api: Caller) -> None:
    """By those that the other profile has now. `docs/duplicates.md` names the others."""
    target = create(api, last_name="Poe", account_number="X-1")
    number = {"value": "+12125550123"}
    merge(api, target, create(api, last_name="Quill", account_number="Y-2", phone_numbers=[number]))
    found = {
        value: [each["profile"]["profile_id"] for each in api.search((key, [value]))["items"]]
        for key, value in (("account", "X-1"), ("phone", "+12125550123"), ("account", "Y-2"))
    }
    own = [target["profile_id"]]
    assert found == {"X-1": own, "+12125550123": own, "Y-2": []}
