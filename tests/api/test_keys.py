"""Adding and releasing values of search keys over HTTP."""

# ruff: noqa: RUF001  (the tests use similar characters)

from typing import Any

import pytest

from tests.api.caller import Caller, Json, pointers


@pytest.fixture
def path(api: Caller) -> str:
    """Define a custom search key of each type. Return the path of a profile's values."""
    for kind in ("text", "digits", "phone", "email", "name"):
        api.define(f"my_{kind}", type=kind)
    return f"/v1/profiles/{api.create('Ann')['profile_id']}/keys"


def values_of(profile: Json, key: str) -> list[str]:
    """Return the values that a profile has for a search key, in their original notation."""
    field = {"phone": "phone_numbers", "email": "email_addresses"}.get(key)
    if field is None:
        return list(profile["keys"].get(key, []))
    return [item["value"] for item in profile[field]]


NOTATIONS = [
    ("phone", "+1 212-555-0123", "(212) 555-0123"),
    ("email", "Ann.Lee@Example.COM", "ann.lee@example.com"),
    ("my_text", "A-1001", "ａ-1001"),
    ("my_text", "Müller", "Muller"),
    ("my_digits", "123-45-6789", "123456789"),
    ("my_phone", "+1 212-555-0123", "2125550123"),
    ("my_email", "Ann@Example.com", "ann@example.com"),
    ("my_name", "Ann Lée", "ann lee"),
    ("my_name", "Ann Lée", "Lee, Ann"),
]


@pytest.mark.parametrize(("key", "value", "other_notation"), NOTATIONS)
def test_a_value_is_added_once_in_any_notation(
    api: Caller, path: str, key: str, value: str, other_notation: str
) -> None:
    """Adding the value in another notation changes nothing. The profile keeps the first notation."""
    added = api.post(path, {"key": key, "values": [value]})
    assert values_of(added, key) == [value]
    assert added["version"] == 2
    before = api.dump()
    response = api.call("POST", path, {"key": key, "values": [other_notation, value]})
    assert response.get_json() == added
    assert response.headers["ETag"] == '"2"'
    assert api.dump() == before
    assert api.search((key, [other_notation]))["items"][0]["profile"] == added


@pytest.mark.parametrize("sensitive", [False, True])
def test_names_that_share_a_word_are_different_values(api: Caller, path: str, *, sensitive: bool) -> None:
    """Both names are added. A release of a third name with common words removes no name."""
    api.define("maiden", type="name", sensitive=sensitive)
    api.post(path, {"key": "maiden", "values": ["Jane Doe"]})
    added = api.post(path, {"key": "maiden", "values": ["Jane Smith"]})
    assert len(added["keys"]["maiden"]) == 2
    many = {"key": "maiden", "values": ["Jane Miller Doe Jones Clark Lewis Young Walker"]}
    assert api.post(f"{path}/release", many) == added
    released = api.post(f"{path}/release", {"key": "maiden", "values": ["jane  DOE"]})
    assert len(released["keys"]["maiden"]) == 1


@pytest.mark.parametrize(("key", "value", "other_notation"), NOTATIONS)
def test_a_value_is_released_in_any_notation(
    api: Caller, path: str, key: str, value: str, other_notation: str
) -> None:
    """The other values stay. Releasing a value again succeeds and changes nothing."""
    api.post(path, {"key": key, "values": [value, "+44 20 7946 0018"]})
    released = api.post(f"{path}/release", {"key": key, "values": [other_notation]})
    assert values_of(released, key) == ["+44 20 7946 0018"]
    assert released["version"] == 3
    assert api.post(f"{path}/release", {"key": key, "values": [other_notation]}) == released
    assert api.search((key, [value]))["items"] == []
    assert len(api.search((key, ["+44 20 7946 0018"]))["items"]) == 1


@pytest.mark.parametrize(
    ("key", "value"), [("my_digits", "n/a"), ("my_phone", "Anonymous"), ("phone", "非通知")]
)
def test_a_value_without_index_terms_is_stored_and_released(
    api: Caller, path: str, key: str, value: str
) -> None:
    """The value is added once. Releasing it does not affect other values."""
    other = "+44 20 7946 0018"
    assert values_of(api.post(path, {"key": key, "values": [value, other, value]}), key) == [value, other]
    assert values_of(api.post(f"{path}/release", {"key": key, "values": [other]}), key) == [value]
    assert values_of(api.post(f"{path}/release", {"key": key, "values": [value.lower()]}), key) == []


def test_a_value_without_a_digit_can_have_several_owners(api: Caller) -> None:
    """Many profiles have the same text for an unknown number."""
    api.define("ssn", type="digits", unique=True)
    for _ in range(2):
        api.create(keys={"ssn": ["n/a"]})


def test_a_request_with_two_notations_of_a_value_adds_it_once(api: Caller, path: str) -> None:
    """The first notation is stored."""
    added = api.post(path, {"key": "my_digits", "values": ["12-3", "123", "4"]})
    assert added["keys"] == {"my_digits": ["12-3", "4"]}


def test_an_added_phone_number_is_parsed(api: Caller, path: str) -> None:
    """The number gets its E.164 form. Existing numbers and their types stay unchanged."""
    profile_path = path.removesuffix("/keys")
    api.patch(profile_path, {"phone_numbers": [{"type": "home", "value": "+1 212 555 0100"}]})
    assert api.post(path, {"key": "phone", "values": ["212 555 0123"]})["phone_numbers"] == [
        {"type": "home", "value": "+1 212 555 0100", "e164": "+12125550100"},
        {"type": None, "value": "212 555 0123", "e164": "+12125550123"},
    ]


def test_releasing_the_last_value_removes_the_search_key_from_the_profile(api: Caller, path: str) -> None:
    """The profile then has no member for the search key."""
    api.post(path, {"key": "my_text", "values": ["a"]})
    assert api.post(f"{path}/release", {"key": "my_text", "values": ["A"]})["keys"] == {}


@pytest.mark.parametrize("key", ["phone", "email", "my_text"])
def test_a_profile_can_have_up_to_100_values_of_a_search_key(api: Caller, path: str, key: str) -> None:
    """A further value is rejected. Adding an existing value again is no error."""
    values = [f"v{i}@example.com" if key == "email" else f"21255501{i:02}" for i in range(100)]
    api.post(path, {"key": key, "values": values})
    one_more = {"key": key, "values": ["2125550999"]}
    problem = api.reject("POST", path, one_more, status=422, code="invalid_request")
    assert pointers(problem) == ["/values"]
    api.post(path, {"key": key, "values": values[:2]})


@pytest.mark.parametrize("call", ["", "/release"])
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"key": "undefined", "values": ["a"]}, "/key"),
        ({"key": "name", "values": ["a"]}, "/key"),
        ({"key": "account", "values": ["a"]}, "/key"),
        ({"key": "profile_id", "values": ["a"]}, "/key"),
        ({"key": "contact_id", "values": ["a"]}, "/key"),
        ({"key": "No Key", "values": ["a"]}, "/key"),
        ({"values": ["a"]}, "/key"),
        ({"key": "phone"}, "/values"),
        ({"key": "phone", "values": []}, "/values"),
        ({"key": "phone", "values": "555"}, "/values"),
        ({"key": "phone", "values": ["555"] * 101}, "/values"),
        ({"key": "phone", "values": ["555", " "]}, "/values/1"),
        ({"key": "phone", "values": ["555", None]}, "/values/1"),
        ({"key": "phone", "values": ["555"], "value": "555"}, "/value"),
    ],
)
def test_invalid_values_are_rejected(api: Caller, path: str, call: str, body: Any, pointer: str) -> None:
    """Only phone, email and custom search keys accept values. The pointer refers to the invalid field."""
    problem = api.reject("POST", path + call, body, status=422, code="invalid_request")
    assert pointers(problem) == [pointer]
