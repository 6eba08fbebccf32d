"""Values of search keys over HTTP: added and released one by one."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

from typing import Any

import pytest

from tests.api.caller import Caller, Json, pointers


@pytest.fixture
def path(api: Caller) -> str:
    """Return the path of a profile's keys. Custom keys of each type are defined."""
    for kind in ("text", "digits", "phone", "email", "name"):
        api.define(f"my_{kind}", type=kind)
    return f"/v1/profiles/{api.create('Ann')['profile_id']}/keys"


def values_of(profile: Json, key: str) -> list[str]:
    """Return the values that a profile has for a key, as they were typed."""
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


@pytest.mark.parametrize(("key", "typed", "otherwise"), NOTATIONS)
def test_a_value_is_added_once_in_any_notation(
    api: Caller, path: str, key: str, typed: str, otherwise: str
) -> None:
    """Adding it again changes nothing, and the first notation is kept."""
    added = api.post(path, {"key": key, "values": [typed]})
    assert values_of(added, key) == [typed]
    assert added["version"] == 2
    before = api.dump()
    response = api.call("POST", path, {"key": key, "values": [otherwise, typed]})
    assert response.get_json() == added
    assert response.headers["ETag"] == '"2"'
    assert api.dump() == before
    assert api.search((key, [otherwise]))["items"][0]["profile"] == added


@pytest.mark.parametrize("sensitive", [False, True])
def test_names_that_share_a_word_are_different_values(api: Caller, path: str, *, sensitive: bool) -> None:
    """One of them is added beside the other, and releasing a third one releases neither."""
    api.define("maiden", type="name", sensitive=sensitive)
    api.post(path, {"key": "maiden", "values": ["Jane Doe"]})
    added = api.post(path, {"key": "maiden", "values": ["Jane Smith"]})
    assert len(added["keys"]["maiden"]) == 2
    many = {"key": "maiden", "values": ["Jane Miller Doe Jones Clark Lewis Young Walker"]}
    assert api.post(f"{path}/release", many) == added
    released = api.post(f"{path}/release", {"key": "maiden", "values": ["jane  DOE"]})
    assert len(released["keys"]["maiden"]) == 1


@pytest.mark.parametrize(("key", "typed", "otherwise"), NOTATIONS)
def test_a_value_is_released_in_any_notation(
    api: Caller, path: str, key: str, typed: str, otherwise: str
) -> None:
    """Releasing it again is no error and changes nothing. The other values stay."""
    api.post(path, {"key": key, "values": [typed, "+44 20 7946 0018"]})
    released = api.post(f"{path}/release", {"key": key, "values": [otherwise]})
    assert values_of(released, key) == ["+44 20 7946 0018"]
    assert released["version"] == 3
    assert api.post(f"{path}/release", {"key": key, "values": [otherwise]}) == released
    assert api.search((key, [typed]))["items"] == []
    assert len(api.search((key, ["+44 20 7946 0018"]))["items"]) == 1


@pytest.mark.parametrize(
    ("key", "value"), [("my_digits", "n/a"), ("my_phone", "Anonymous"), ("phone", "非通知")]
)
def test_a_value_without_index_terms_is_stored_and_released(
    api: Caller, path: str, key: str, value: str
) -> None:
    """It is added once, and released without the other values."""
    other = "+44 20 7946 0018"
    assert values_of(api.post(path, {"key": key, "values": [value, other, value]}), key) == [value, other]
    assert values_of(api.post(f"{path}/release", {"key": key, "values": [other]}), key) == [value]
    assert values_of(api.post(f"{path}/release", {"key": key, "values": [value.lower()]}), key) == []


def test_a_value_without_a_digit_is_never_taken(api: Caller) -> None:
    """Many profiles can have the same text for an unknown number."""
    api.define("ssn", type="digits", unique=True)
    for _ in range(2):
        api.create(keys={"ssn": ["n/a"]})


def test_one_request_adds_a_value_once(api: Caller, path: str) -> None:
    """The same value in two notations is one."""
    added = api.post(path, {"key": "my_digits", "values": ["12-3", "123", "4"]})
    assert added["keys"] == {"my_digits": ["12-3", "4"]}


def test_an_added_phone_number_is_parsed(api: Caller, path: str) -> None:
    """It gets its E.164 form. The existing numbers and their labels stay unchanged."""
    profile_path = path.removesuffix("/keys")
    api.patch(profile_path, {"phone_numbers": [{"type": "home", "value": "+1 212 555 0100"}]})
    assert api.post(path, {"key": "phone", "values": ["212 555 0123"]})["phone_numbers"] == [
        {"type": "home", "value": "+1 212 555 0100", "e164": "+12125550100"},
        {"type": None, "value": "212 555 0123", "e164": "+12125550123"},
    ]


def test_releasing_the_last_value_removes_the_key(api: Caller, path: str) -> None:
    """A profile has no key without a value."""
    api.post(path, {"key": "my_text", "values": ["a"]})
    assert api.post(f"{path}/release", {"key": "my_text", "values": ["A"]})["keys"] == {}


@pytest.mark.parametrize("key", ["phone", "email", "my_text"])
def test_a_profile_has_up_to_100_values_of_a_key(api: Caller, path: str, key: str) -> None:
    """One more is rejected. An existing value does not count again."""
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
    """Only phone, email and custom keys have values to add. The problem points to the error."""
    problem = api.reject("POST", path + call, body, status=422, code="invalid_request")
    assert pointers(problem) == [pointer]
