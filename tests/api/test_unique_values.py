"""Unique values. The type `identifier` compares exactly. Conflicts show how other types compare."""

from typing import Any

import pytest

from tests.api.caller import Caller, Json

# As values of type `text`, the values of each pair are equal. As values of type `identifier`, they differ.
SIMILAR_VALUES = [("A12-3", "A1-23"), ("1.5", "15"), ("003D000001abcDE", "003d000001ABCde")]


def reject_taken_value(api: Caller, key: str, value: str, owner: Json) -> Json:
    """Try to give the value to another profile in each way. Assert a 409 and return the problem."""
    other = api.create("Bob")
    path = f"/v1/profiles/{other['profile_id']}"
    problems = [
        api.reject("POST", "/v1/profiles", {"first_name": "Bob", "keys": {key: [value]}}, **TAKEN),
        api.reject("PATCH", path, {"keys": {key: [value]}}, **TAKEN),
        api.reject("POST", f"{path}/keys", {"key": key, "values": [value]}, **TAKEN),
    ]
    assert {problem["profile_id"] for problem in problems} == {owner["profile_id"]}
    assert len({problem.get("stored_form") for problem in problems}) == 1
    return problems[0]


TAKEN: dict[str, Any] = {"status": 409, "code": "unique_key_taken"}


@pytest.mark.parametrize(("first", "second"), SIMILAR_VALUES)
def test_different_identifiers_have_two_owners(api: Caller, first: str, second: str) -> None:
    """Each value is found and released separately."""
    api.define("customer_number", type="identifier", unique=True)
    ann = api.create("Ann", keys={"customer_number": [first]})
    bob = api.create("Bob", keys={"customer_number": [second]})
    for value, owner in ((first, ann), (second, bob)):
        (result,) = api.search(("customer_number", [f" {value} "]))["items"]
        assert result["profile"] == owner
        assert result["matched_on"] == [{"key": "customer_number", "value": value, "tier": "unique"}]
        matches = api.search(("customer_number", [value[:2]]), mode="prefix")["items"]
        assert owner in [item["profile"] for item in matches]
    path = f"/v1/profiles/{ann['profile_id']}/keys"
    same = api.post(path, {"key": "customer_number", "values": [f"{first} "]})
    assert same["keys"] == {"customer_number": [first]}
    profile = api.post(f"{path}/release", {"key": "customer_number", "values": [second]})
    assert profile["keys"] == {"customer_number": [first]}
    assert api.post(f"{path}/release", {"key": "customer_number", "values": [first]})["keys"] == {}


def test_equal_identifiers_have_one_owner(api: Caller) -> None:
    """Unicode composition and surrounding blanks are ignored. Case is not ignored."""
    api.define("customer_number", type="identifier", unique=True)
    owner = api.create("Ann", keys={"customer_number": ["Caf\u00e9-1"]})
    problem = reject_taken_value(api, "customer_number", "Cafe\u0301-1 ", owner)
    assert problem["stored_form"] == "Caf\u00e9-1"
    assert "`stored_form`" in problem["detail"]
    assert "search key of type" not in problem["detail"]
    api.create("Bob", keys={"customer_number": ["caf\u00e9-1"]})


def test_identifiers_longer_than_an_index_entry_are_distinguished(api: Caller) -> None:
    """The identifiers have 255 characters of four bytes each. Only the last character differs."""
    api.define("customer_number", type="identifier", unique=True)
    long = "\U0001f600" * 254
    owner = api.create("Ann", keys={"customer_number": [f"{long}a"]})
    api.create("Bob", keys={"customer_number": [f"{long}b"]})
    reject_taken_value(api, "customer_number", f"{long}a", owner)
    (item,) = api.search(("customer_number", [f"{long}a"]))["items"]
    assert item["profile"] == owner


@pytest.mark.parametrize(
    ("kind", "first", "second", "stored_form"),
    [
        *(("text", first, second, form) for (first, second), form in zip(SIMILAR_VALUES, (
            "a123", "15", "003d000001abcde"), strict=True)),
        ("digits", "C-1001", "D-1001", "1001"),
        ("phone", "(415) 555-0101", "415-555-0101 home", "+14155550101"),
        ("email", "Jane@example.com", "jane@EXAMPLE.com", "jane@example.com"),
        ("name", "Dr. Jane Doe", "JaneDoe", "janedoe"),
    ],
)  # fmt: skip
def test_a_conflict_returns_the_compared_form_of_the_value(
    api: Caller, kind: str, first: str, second: str, stored_form: str
) -> None:
    """All other types compare a normalised form. The problem has it, and says what to do."""
    api.define("vip", type=kind, unique=True)
    owner = api.create("Ann", keys={"vip": [first]})
    problem = reject_taken_value(api, "vip", second, owner)
    assert (problem["key"], problem["stored_form"]) == ("vip", stored_form)
    assert "`stored_form`" in problem["detail"]
    assert "`identifier`" in problem["detail"]
    assert stored_form not in problem["detail"]


@pytest.mark.parametrize("kind", ["text", "identifier"])
def test_a_conflict_of_a_sensitive_key_does_not_disclose_the_value(api: Caller, kind: str) -> None:
    """The problem does not contain the normalised form or its hash."""
    api.define("ssn", type=kind, unique=True, sensitive=True)
    api.create("Ann", keys={"ssn": ["A12-3456789"]})
    body = {"first_name": "Bob", "keys": {"ssn": ["A12-3456789"]}}
    problem = api.call("POST", "/v1/profiles", body, status=409).get_json()
    assert (problem["code"], problem["key"]) == ("unique_key_taken", "ssn")
    assert "stored_form" not in problem
    assert not {"a123456789", "A12-3456789"} & {str(value) for value in problem.values()}


def test_sensitive_identifiers_are_compared_exactly(api: Caller) -> None:
    """Values that differ only in case have two owners. All of them are masked."""
    api.define("patient", type="identifier", unique=True, sensitive=True)
    ann = api.create("Ann", keys={"patient": ["003D000001abcDE"]})
    bob = api.create("Bob", keys={"patient": ["003d000001ABCde"]})
    assert (ann["keys"], bob["keys"]) == ({"patient": ["***********bcDE"]}, {"patient": ["***********BCde"]})
    (item,) = api.search(("patient", ["003D000001abcDE"]))["items"]
    assert item["profile"] == ann
    assert item["matched_on"] == [{"key": "patient", "value": "***********bcDE", "tier": "unique"}]


def test_a_contact_is_matched_on_an_identifier(api: Caller) -> None:
    """The identifier is in the search attributes of the contact. An ignored identifier does not match."""
    api.define("customer_number", type="identifier", unique=True)
    ann = api.create("Ann", keys={"customer_number": ["A12-3"]})
    api.create("Bob", keys={"customer_number": ["A1-23"]})
    flow = {"profileSearchKey": "customer_number", "profileSearchValue": "A12-3"}
    matched = api.match(attributes=flow)
    assert matched["outcome"] == "unique"
    assert [candidate["profile"] for candidate in matched["candidates"]] == [ann]
    api.patch("/v1/settings", {"ignored_values": {"customer_number": ["A1-23", "a12-3"]}})
    assert api.match(attributes=flow)["outcome"] == "unique"
    api.patch("/v1/settings", {"ignored_values": {"customer_number": [" A12-3 "]}})
    assert api.match(attributes=flow)["outcome"] == "none"
