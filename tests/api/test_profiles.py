"""Profiles over HTTP: create, read, change and delete."""

# ruff: noqa: RUF001  (the tests use similar characters)

from datetime import datetime
from typing import Any

import pytest

from tests.api.caller import Caller, Json, pointers, stored_part

ABSENT = "0" * 32
EMPTY: Json = {
    "middle_name": None,
    "last_name": None,
    "phonetic_first_name": None,
    "phonetic_last_name": None,
    "business_name": None,
    "account_number": None,
    "birth_date": None,
    "gender": None,
    "party_type": None,
    "additional_information": None,
    "phone_numbers": [],
    "email_addresses": [],
    "addresses": [],
    "attributes": {},
    "keys": {},
}
FULL: Json = {
    "first_name": "太郎",
    "middle_name": "M.",
    "last_name": "山田",
    "phonetic_first_name": "タロウ",
    "phonetic_last_name": "ヤマダ",
    "business_name": "ACME, Inc.",
    "account_number": "A-1001",
    "birth_date": "1980-04-01",
    "gender": "male",
    "party_type": "INDIVIDUAL",
    "additional_information": "Calls\tin the evening.\nSpeaks Japanese.",
    "phone_numbers": [{"type": "mobile", "value": "+81 90-1234-5678"}, {"value": "ext. 12"}],
    "email_addresses": [{"type": "home", "value": "Taro.Yamada@Example.JP"}, {"value": "t@example.com"}],
    "addresses": [{"type": "home", "address_1": "1-1 Chiyoda", "city": "Tokyo", "postal_code": "100-0001"}],
    "attributes": {"tier": "gold", "$where": "no.code", "a.b": "c"},
    "keys": {"ssn": ["123-45-6789"]},
}


def path_of(profile: Json) -> str:
    """Return the path of a profile."""
    return f"/v1/profiles/{profile['profile_id']}"


def test_a_profile_can_be_created_with_a_first_name_only(api: Caller) -> None:
    """The response has the path, version 1, and null or empty values in all other fields."""
    response = api.call("POST", "/v1/profiles", {"first_name": " Ann "}, status=201)
    profile = response.get_json()
    assert len(profile["profile_id"]) == 32
    assert set(profile["profile_id"]) <= set("0123456789abcdef")
    assert response.headers["Location"] == path_of(profile)
    assert response.headers["ETag"] == '"1"'
    times = {name: profile[name] for name in ("created_at", "updated_at")}
    assert datetime.fromisoformat(profile["created_at"]).utcoffset() is not None
    assert profile == {
        "profile_id": profile["profile_id"],
        "first_name": "Ann",
        **EMPTY,
        "version": 1,
        **times,
        "possible_duplicates": [],
    }
    read = api.call("GET", response.headers["Location"])
    assert read.get_json() == stored_part(profile)
    assert read.headers["ETag"] == '"1"'


def test_all_operations_work_with_a_profile_that_has_a_first_name_only(api: Caller) -> None:
    """Every operation on profiles accepts this profile."""
    profile = api.create("Ann")
    path, profile_id = path_of(profile), profile["profile_id"]
    assert api.get(path) == profile
    assert api.patch(path, {}) == profile
    assert [i["profile"] for i in api.search(("name", ["ANN"]))["items"]] == [profile]
    assert [i["profile"] for i in api.search(("name", ["an"]), mode="prefix")["items"]] == [profile]
    result = api.search(("name", ["ann"]), ("profile_id", [profile_id]), operator="and")
    assert [i["profile"] for i in result["items"]] == [profile]
    matched = api.match(channel="chat", name="ann")
    assert [c["profile"] for c in matched["candidates"]] == [profile]
    api.associate("c-1", profile_id)
    assert [c["contact_id"] for c in api.get(f"{path}/contacts")["items"]] == ["c-1"]
    added = api.post(f"{path}/keys", {"key": "phone", "values": ["555 1234"]})
    assert api.post(f"{path}/keys/release", {"key": "phone", "values": ["555-1234"]})["version"] == 3
    assert added["version"] == 2
    api.delete(path)
    api.get(path, status=404)


def test_values_are_returned_as_they_were_sent(api: Caller) -> None:
    """Phone numbers additionally have their E.164 form, or null if they have none."""
    api.define("ssn", type="digits")
    profile = stored_part(api.post("/v1/profiles", FULL, status=201))
    numbers = [
        {"type": "mobile", "value": "+81 90-1234-5678", "e164": "+819012345678"},
        {"type": None, "value": "ext. 12", "e164": None},
    ]
    expected = FULL | {
        "phone_numbers": numbers,
        "email_addresses": [FULL["email_addresses"][0], {"type": None, "value": "t@example.com"}],
        "addresses": [
            FULL["addresses"][0]
            | dict.fromkeys(("address_2", "address_3", "address_4", "county", "state", "province", "country"))
        ],
    }
    assert {name: profile[name] for name in FULL} == expected
    assert api.get(path_of(profile)) == profile


@pytest.mark.parametrize("field", EMPTY)
def test_null_in_a_new_profile_is_the_same_as_a_missing_field(api: Caller, field: str) -> None:
    """A frontend can send all fields of its form."""
    assert api.create("Ann", **{field: None})[field] == EMPTY[field]


@pytest.mark.parametrize("length", [255, 256])
@pytest.mark.parametrize("field", ["first_name", "last_name", "business_name", "account_number"])
def test_a_field_can_have_up_to_255_characters(api: Caller, field: str, length: int) -> None:
    """The limit counts characters, not bytes."""
    body = {"first_name": "Ann", field: "山" * length}
    if length == 255:
        assert api.post("/v1/profiles", body, status=201)[field] == body[field]
    else:
        problem = api.reject("POST", "/v1/profiles", body, status=422, code="invalid_request")
        assert pointers(problem) == [f"/{field}"]


@pytest.mark.parametrize(("length", "status"), [(1000, 201), (1001, 422)])
def test_additional_information_can_have_up_to_1000_characters(api: Caller, length: int, status: int) -> None:
    """Amazon Connect has the same limit."""
    api.post("/v1/profiles", {"first_name": "Ann", "additional_information": "x" * length}, status=status)


@pytest.mark.parametrize("content_type", ["application/merge-patch+json", "application/json"])
def test_a_patch_changes_its_fields_only(api: Caller, content_type: str) -> None:
    """The version and the ETag increase by one. Both media types are accepted."""
    profile = api.create("Ann", last_name="Lee", gender="female")
    patch = {"last_name": "Fox", "gender": None, "account_number": "A-1"}
    response = api.call("PATCH", path_of(profile), patch, content_type=content_type)
    changed = response.get_json()
    assert response.headers["ETag"] == '"2"'
    assert changed["updated_at"] >= profile["updated_at"]
    assert changed == profile | patch | {"version": 2, "updated_at": changed["updated_at"]}
    assert api.get(path_of(profile)) == changed
    assert api.search(("name", ["Ann Lee"]))["items"] == []
    assert api.search(("name", ["Ann Fox"]))["items"][0]["profile"] == changed


@pytest.mark.parametrize("field", EMPTY)
def test_null_in_a_patch_removes_a_field(api: Caller, field: str) -> None:
    """Every optional field can be removed (RFC 7396)."""
    api.define("ssn", type="digits")
    profile = stored_part(api.post("/v1/profiles", FULL, status=201))
    changed = api.patch(path_of(profile), {field: None})
    assert changed[field] == EMPTY[field]
    assert {**changed, field: 0, "version": 0, "updated_at": 0} == {
        **profile,
        field: 0,
        "version": 0,
        "updated_at": 0,
    }


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("phone_numbers", [{"type": None, "value": "+12125550123", "e164": "+12125550123"}]),
        ("email_addresses", [{"type": "work", "value": "ann@example.com"}]),
        ("phone_numbers", []),
        ("email_addresses", []),
        ("addresses", []),
    ],
)
def test_an_array_in_a_patch_replaces_the_old_one(api: Caller, field: str, new: list[Json]) -> None:
    """Merge patches do not merge the items of arrays (RFC 7396)."""
    api.define("ssn", type="digits")
    profile = stored_part(api.post("/v1/profiles", FULL, status=201))
    assert api.patch(path_of(profile), {field: new})[field] == new


@pytest.mark.parametrize(
    ("field", "old", "patch", "new"),
    [
        ("attributes", {"a": "1", "b": "2"}, {"b": "3", "c": "4"}, {"a": "1", "b": "3", "c": "4"}),
        ("attributes", {"a": "1", "b": "2"}, {"a": None, "z": None}, {"b": "2"}),
        ("attributes", {"a": "1"}, {}, {"a": "1"}),
        ("keys", {"ssn": ["1"], "vin": ["a"]}, {"vin": ["b", "c"]}, {"ssn": ["1"], "vin": ["b", "c"]}),
        ("keys", {"ssn": ["1"], "vin": ["a"]}, {"ssn": None}, {"vin": ["a"]}),
        ("keys", {"ssn": ["1"], "vin": ["a"]}, {"ssn": []}, {"vin": ["a"]}),
        ("keys", {"ssn": ["1"]}, {}, {"ssn": ["1"]}),
    ],
)
def test_attributes_and_keys_are_merged_member_by_member(
    api: Caller, field: str, old: Json, patch: Json, new: Json
) -> None:
    """A patch changes only the members that it contains. Null removes a member."""
    api.define("ssn", type="digits")
    api.define("vin")
    profile = api.create("Ann", **{field: old})
    assert api.patch(path_of(profile), {field: patch})[field] == new
    assert api.get(path_of(profile))[field] == new


@pytest.mark.parametrize(
    "patch",
    [
        {},
        {"first_name": "太郎"},
        {"attributes": {}},
        {"attributes": {"tier": "gold", "none": None}},
        {"keys": {"ssn": ["123-45-6789"]}},
        {"keys": {"undefined": None}},
    ],
)
def test_a_patch_that_changes_nothing_writes_nothing(api: Caller, patch: Json) -> None:
    """The version and the time of change stay the same, so a retry does no harm."""
    api.define("ssn", type="digits")
    profile = stored_part(api.post("/v1/profiles", FULL, status=201))
    before = api.dump()
    assert api.patch(path_of(profile), patch) == profile
    assert api.dump() == before


@pytest.mark.parametrize("field", ["phone_numbers", "email_addresses", "addresses", "attributes", "keys"])
def test_a_field_can_be_sent_back_as_it_was_read(api: Caller, field: str) -> None:
    """The request changes nothing. A frontend can send back computed values such as E.164 forms."""
    api.define("ssn", type="digits")
    profile = stored_part(api.post("/v1/profiles", FULL, status=201))
    assert api.patch(path_of(profile), {field: profile[field]}) == profile


def test_the_e164_form_in_a_request_is_ignored(api: Caller) -> None:
    """The service always computes the E.164 form from the value."""
    profile = api.create("Ann", phone_numbers=[{"value": "+12125550123", "e164": "+15005550006"}])
    assert profile["phone_numbers"][0]["e164"] == "+12125550123"


def test_a_patch_cannot_remove_the_first_name(api: Caller) -> None:
    """The profile has no business name, so it needs the first name."""
    path = path_of(api.create("Ann"))
    problem = api.reject("PATCH", path, {"first_name": None}, status=422, code="invalid_request")
    assert pointers(problem) == ["/first_name"]


@pytest.mark.parametrize(
    "if_match", ['"1"', '"7", "1"', "*", "1", ',W/"2" ,, "a,b","1",', '"\xe9", 1', ' "1"\t']
)
@pytest.mark.parametrize("method", ["PATCH", "DELETE", "keys", "keys/release"])
def test_a_change_with_a_current_if_match_succeeds(api: Caller, method: str, if_match: str) -> None:
    """The header has the ETag, several ETags, or *. Quotation marks are optional."""
    path = path_of(api.create("Ann"))
    headers = {"If-Match": if_match}
    if method == "PATCH":
        assert api.patch(path, {"last_name": "Lee"}, headers=headers)["version"] == 2
    elif method == "DELETE":
        api.delete(path, headers=headers)
        api.get(path, status=404)
    else:
        api.post(f"{path}/{method}", {"key": "phone", "values": ["555 1234"]}, headers=headers)


def change_request(api: Caller, method: str) -> tuple[str, str, Any]:
    """Return the method, path and body of a request that changes a new profile."""
    path = path_of(api.create("Ann", phone_numbers=[{"value": "555 1234"}]))
    key_values = {"key": "phone", "values": ["555 1234"]}
    return {
        "PATCH": ("PATCH", path, {"last_name": "Lee"}),
        "DELETE": ("DELETE", path, None),
        "keys": ("POST", f"{path}/keys", key_values),
        "keys/release": ("POST", f"{path}/keys/release", key_values),
    }[method]


STALE = ['"2"', '"0"', '"-1"', 'W/"1"', '"abc"', '"١"', '""', '"1.0"', f'"{"9" * 20}"', f'"{"9" * 5000}"']
STALE += ["2", "0", "9" * 5000, '"1,1"', 'W/"1", W/"1"', '"W/1"']


@pytest.mark.parametrize("stale", STALE, ids=lambda tag: tag[:12])
@pytest.mark.parametrize("method", ["PATCH", "DELETE", "keys", "keys/release"])
def test_a_stale_if_match_gets_a_412(api: Caller, method: str, stale: str) -> None:
    """Unknown ETags and weak ETags are stale too (RFC 9110, 13.1.1)."""
    headers = {"If-Match": stale.encode().decode("latin-1")}
    api.reject(*change_request(api, method), status=412, code="version_conflict", headers=headers)


MALFORMED = [
    "",
    " ",
    ",",
    "abc",
    '"',
    '"1',
    '1"',
    '"1" "1"',
    '"1";"1"',
    '*, "1"',
    "**",
    'w/"1"',
    "W/1",
    '"1 "',
]
MALFORMED += ["-1", "1.0", "'1'", '\\"1\\"', '"1", x', f'"1",{" " * 5000}x', f"{'1,' * 2500}x"]


@pytest.mark.parametrize("malformed", MALFORMED, ids=lambda tag: tag[:12])
@pytest.mark.parametrize("method", ["PATCH", "DELETE", "keys", "keys/release"])
def test_a_malformed_if_match_gets_a_422(api: Caller, method: str, malformed: str) -> None:
    """The error's detail says what to send. A 412 would make the client read the profile again."""
    headers = {"If-Match": malformed}
    problem = api.reject(*change_request(api, method), status=422, code="invalid_request", headers=headers)
    assert pointers(problem) == ["/If-Match"]
    assert 'such as "1"' in problem["errors"][0]["detail"]


def test_the_second_change_with_the_same_etag_is_rejected(api: Caller) -> None:
    """The change of the first agent is not overwritten."""
    path = path_of(api.create("Ann"))
    headers = {"If-Match": '"1"'}
    api.patch(path, {"last_name": "Lee"}, headers=headers)
    api.reject("PATCH", path, {"gender": "f"}, status=412, code="version_conflict", headers=headers)
    assert api.get(path)["last_name"] == "Lee"


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"last_name": "Lee"}),
        ("DELETE", "", None),
        ("POST", "/keys", {"key": "phone", "values": ["555"]}),
        ("POST", "/keys/release", {"key": "phone", "values": ["555"]}),
        ("GET", "/contacts", None),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"If-Match": '"1"'}], ids=["", "if-match"])
def test_a_missing_profile_gets_a_404(api: Caller, method: str, rest: str, body: Any, headers: Json) -> None:
    """If-Match does not change the status."""
    path = f"/v1/profiles/{ABSENT}{rest}"
    api.reject(method, path, body, status=404, code="profile_not_found", headers=headers)


def test_a_deleted_profile_is_removed_everywhere_at_once(api: Caller) -> None:
    """Reads, searches, matches and contacts do not return it any more."""
    profile = api.create("Ann")
    other = api.create("Bob")
    api.associate("c-1", other["profile_id"])
    api.associate("c-1", profile["profile_id"], status=200)
    api.delete(path_of(profile))
    api.get(path_of(profile), status=404)
    assert api.search(("name", ["Ann"]))["items"] == []
    assert api.match("c-1", "chat", name="Ann")["association"] is None
    contact = api.get("/v1/contacts/c-1")
    assert contact["association"] is None
    assert [a["profile_id"] for a in contact["associations"]] == [other["profile_id"]]
    stored = api.dump()
    # The list of changes needs the ID.
    assert [each["_id"] for each in stored.pop("deletions")] == [profile["profile_id"]]
    assert profile["profile_id"] not in str(stored)


def test_a_second_delete_gets_a_404(api: Caller) -> None:
    """The profile does not exist any more."""
    path = path_of(api.create("Ann"))
    api.delete(path)
    api.reject("DELETE", path, status=404, code="profile_not_found")


@pytest.mark.parametrize(
    ("field", "item"),
    [
        ("phone_numbers", {"value": "555"}),
        ("email_addresses", {"value": "a@example.com"}),
        ("addresses", {"city": "Tokyo"}),
    ],
)
def test_a_list_can_have_up_to_100_items(api: Caller, field: str, item: Json) -> None:
    """A list with 101 items is rejected."""
    path = path_of(api.create("Ann", **{field: [item] * 100}))
    problem = api.reject("PATCH", path, {field: [item] * 101}, status=422, code="invalid_request")
    assert pointers(problem) == [f"/{field}"]


def test_a_profile_can_have_up_to_200_attributes(api: Caller) -> None:
    """The limit applies to the patched profile, not to the patch."""
    path = path_of(api.create("Ann", attributes={f"a{i}": "1" for i in range(150)}))
    patch = {"attributes": {f"b{i}": "1" for i in range(51)}}
    problem = api.reject("PATCH", path, patch, status=422, code="invalid_request")
    assert pointers(problem) == ["/attributes"]
    patch["attributes"].popitem()
    assert len(api.patch(path, patch)["attributes"]) == 200


def test_a_profile_can_have_up_to_50_search_keys(api: Caller) -> None:
    """The limit applies to patches and to added values."""
    for i in range(51):
        api.define(f"k{i}")
    path = path_of(api.create("Ann", keys={f"k{i}": ["1"] for i in range(50)}))
    patch = {"keys": {"k50": ["1"]}}
    problem = api.reject("PATCH", path, patch, status=422, code="invalid_request")
    assert pointers(problem) == ["/keys"]
    one_more = {"key": "k50", "values": ["1"]}
    problem = api.reject("POST", f"{path}/keys", one_more, status=422, code="invalid_request")
    assert pointers(problem) == ["/keys"]
    assert "k50" in api.patch(path, {"keys": {"k49": None, "k50": ["1"]}})["keys"]


def test_a_unique_value_has_one_owner(api: Caller) -> None:
    """Requests for another profile are rejected. The problem has the search key and the owner."""
    api.define("ssn", type="digits", unique=True)
    owner = api.create("Ann", keys={"ssn": ["123-45-6789"]})
    other = api.create("Bob")
    claim = {"keys": {"ssn": ["123 45 6789"]}}
    for method, path, body in (
        ("POST", "/v1/profiles", {"first_name": "Eve", **claim}),
        ("PATCH", path_of(other), claim),
        ("POST", f"{path_of(other)}/keys", {"key": "ssn", "values": ["123456789"]}),
        ("POST", "/v1/contacts/c-1/profile", {"first_name": "Eve", **claim}),
    ):
        problem = api.reject(method, path, body, status=409, code="unique_key_taken")
        assert (problem["key"], problem["profile_id"]) == ("ssn", owner["profile_id"])
        assert "123" not in problem["detail"]


@pytest.mark.parametrize("how", ["patched away", "released", "deleted"])
def test_a_released_unique_value_can_be_used_again(api: Caller, how: str) -> None:
    """The next profile with the value becomes its owner."""
    api.define("ssn", type="digits", unique=True)
    path = path_of(api.create("Ann", keys={"ssn": ["123-45-6789"]}))
    if how == "patched away":
        api.patch(path, {"keys": None})
    elif how == "released":
        api.post(f"{path}/keys/release", {"key": "ssn", "values": ["123456789"]})
    else:
        api.delete(path)
    assert api.create("Bob", keys={"ssn": ["123456789"]})["keys"] == {"ssn": ["123456789"]}
