"""Definitions of search keys over HTTP."""

from typing import Any

import pytest

from tests.api.caller import Caller, Json, pointers
from tests.measuring import unmeasured

BUILT_IN = ["phone", "email", "name", "account", "profile_id", "contact_id"]
MEMBERS = {"name", "label", "type", "unique", "sensitive", "built_in", "example"}


def test_the_built_in_search_keys_are_always_listed(api: Caller) -> None:
    """All of them are on the first page, each with all fields."""
    response = api.get("/v1/search-keys")
    assert [key["name"] for key in response["items"]] == BUILT_IN
    assert all(key.keys() == MEMBERS and key["built_in"] for key in response["items"])
    assert response["next_cursor"] is None


def test_the_list_has_the_region_of_numbers_without_a_country_code(api: Caller) -> None:
    """A frontend that may not read the settings knows which numbers it can show in national form."""
    assert api.get("/v1/search-keys")["default_region"] == "US"
    api.patch("/v1/settings", {"default_region": "JP"})
    assert api.get("/v1/search-keys")["default_region"] == "JP"


@pytest.mark.parametrize("kind", ["text", "digits", "phone", "email", "name", "identifier"])
def test_a_custom_search_key_can_be_used_at_once(api: Caller, kind: str) -> None:
    """A new definition gets a 201, and a repetition gets a 200. Custom keys follow the built-in keys."""
    search_key = api.define("vip", type=kind, unique=True, sensitive=True, label="V.I.P.")
    assert search_key.keys() == MEMBERS
    assert {**search_key, "example": ""} == {
        "name": "vip",
        "label": "V.I.P.",
        "type": kind,
        "unique": True,
        "sensitive": True,
        "built_in": False,
        "example": "",
    }
    assert search_key["example"]
    assert api.get("/v1/search-keys")["items"][6:] == [search_key]
    assert api.define("vip", type=kind, unique=True, sensitive=True, label="V.I.P.", status=200) == search_key
    assert api.search(("vip", ["12"]))["items"] == []
    api.define("art")
    assert [key["name"] for key in api.get("/v1/search-keys")["items"][6:]] == ["art", "vip"]


def test_a_search_key_is_neither_unique_nor_sensitive_by_default(api: Caller) -> None:
    """The fields `unique` and `sensitive` are optional."""
    search_key = api.define("vip")
    assert (search_key["unique"], search_key["sensitive"]) == (False, False)


@pytest.mark.parametrize(
    "change", [{"type": "digits"}, {"unique": True}, {"sensitive": True}, {"type": "name", "unique": True}]
)
def test_the_type_uniqueness_and_sensitivity_of_a_search_key_cannot_change(api: Caller, change: Json) -> None:
    """Stored values depend on them. After its removal, the search key can be defined differently."""
    api.define("vip")
    body = {"label": "Vip", "type": "text", **change}
    api.reject("PUT", "/v1/search-keys/vip", body, status=409, code="search_key_fixed")
    api.delete("/v1/search-keys/vip")
    assert api.put("/v1/search-keys/vip", body, status=201).items() >= change.items()


def test_a_removed_search_key_with_remaining_values_cannot_be_redefined(api: Caller) -> None:
    """A profile written during the removal can have values that follow the old definition."""
    api.define("vip")
    profile = api.create("Ann", keys={"vip": ["A 1"]})
    api.database.search_keys.delete_many({})
    body = {"label": "Vip", "type": "digits", "unique": True}
    api.reject("PUT", "/v1/search-keys/vip", body, status=409, code="search_key_in_use")
    path = f"/v1/profiles/{profile['profile_id']}"
    assert api.patch(path, {"last_name": "Lee"})["keys"] == {"vip": ["A 1"]}
    undefined = api.reject("PATCH", path, {"keys": {"vip": ["B 2"]}}, status=422, code="invalid_request")
    assert [error["pointer"] for error in undefined["errors"]] == ["/keys/vip"]
    assert api.patch(path, {"keys": {"vip": None}})["keys"] == {}
    api.put("/v1/search-keys/vip", body, status=201)


def test_the_label_of_a_search_key_with_values_can_change(api: Caller) -> None:
    """The label does not affect the values."""
    api.define("vip")
    api.create("Ann", keys={"vip": ["A 1"]})
    assert api.define("vip", label="Guest", status=200)["label"] == "Guest"
    assert len(api.search(("vip", ["a 1"]))["items"]) == 1


def test_a_search_key_can_have_its_own_example(api: Caller) -> None:
    """A change of the label keeps the example. Null restores the example of the type."""
    assert api.define("vip", example="VIP-0001")["example"] == "VIP-0001"
    assert api.define("vip", label="Guest", status=200)["example"] == "VIP-0001"
    assert api.get("/v1/search-keys")["items"][6]["example"] == "VIP-0001"
    assert api.define("vip", example="VIP-0002", status=200)["example"] == "VIP-0002"
    assert api.define("vip", example=None, status=200)["example"] == "A-1001"
    assert api.define("crm", type="identifier")["example"] == "003D000001abcDE"


def test_the_example_of_a_search_key_with_values_can_change(api: Caller) -> None:
    """The example of a sensitive search key is not masked. A search does not find it."""
    api.define("ssn", type="digits", unique=True, sensitive=True, example="078-05-1120")
    profile = api.create("Ann", keys={"ssn": ["123-45-6789"]})
    search_key = api.define(
        "ssn", type="digits", unique=True, sensitive=True, example="000-00-0000", status=200
    )
    assert search_key["example"] == "000-00-0000"
    assert api.search(("ssn", ["000-00-0000"]))["items"] == []
    assert api.search(("ssn", ["123-45-6789"]))["items"][0]["profile"] == profile


def test_a_search_key_can_be_removed(api: Caller) -> None:
    """The list no longer contains it, and requests with it are rejected. A second removal gets a 404."""
    api.define("vip")
    api.delete("/v1/search-keys/vip")
    assert [key["name"] for key in api.get("/v1/search-keys")["items"]] == BUILT_IN
    api.reject("DELETE", "/v1/search-keys/vip", status=404, code="search_key_not_found")
    body = {"criteria": [{"key": "vip", "values": ["1"]}]}
    api.reject("POST", "/v1/profiles/search", body, status=422, code="invalid_request")
    new = {"first_name": "Ann", "keys": {"vip": ["1"]}}
    problem = api.reject("POST", "/v1/profiles", new, status=422, code="invalid_request")
    assert pointers(problem) == ["/keys/vip"]


def test_a_search_key_with_values_cannot_be_removed(api: Caller) -> None:
    """Values of a search key with the same beginning of the name do not matter."""
    api.define("vip")
    api.define("vip2")
    path = f"/v1/profiles/{api.create('Ann', keys={'vip2': ['1']})['profile_id']}"
    api.reject("DELETE", "/v1/search-keys/vip2", status=409, code="search_key_in_use")
    api.delete("/v1/search-keys/vip")
    api.patch(path, {"keys": {"vip2": None}})
    api.delete("/v1/search-keys/vip2")


@pytest.mark.parametrize("key", BUILT_IN)
def test_a_built_in_search_key_cannot_be_redefined_or_removed(api: Caller, key: str) -> None:
    """The names of built-in search keys are reserved."""
    path = f"/v1/search-keys/{key}"
    body = {"label": "Mine", "type": "text"}
    api.reject("PUT", path, body, status=409, code="built_in_search_key")
    api.reject("DELETE", path, status=409, code="built_in_search_key")


def test_a_domain_can_have_up_to_100_custom_search_keys(api: Caller) -> None:
    """A further key gets a 409. Existing keys can still change."""
    with unmeasured():
        for number in range(100):
            api.define(f"k{number}")
    body = {"label": "One more", "type": "text"}
    api.reject("PUT", "/v1/search-keys/one_more", body, status=409, code="too_many_search_keys")
    api.define("k7", label="Seven", status=200)
    api.delete("/v1/search-keys/k8")
    api.define("one_more")


@pytest.mark.parametrize("key", ["a", "a" * 64, "a_1"])
def test_a_search_key_can_have_any_valid_name(api: Caller, key: str) -> None:
    """A name has 1 to 64 lower-case letters, digits and underscores, and starts with a letter."""
    assert api.define(key)["name"] == key


@pytest.mark.parametrize(
    "key", ["A", "1a", "_phone", "a" * 65, "a-b", "a.b", "a b", "%E5%90%8D", "a%0A", "$a"]
)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_invalid_name_is_rejected(api: Caller, method: str, key: str) -> None:
    """The error's pointer refers to the path parameter."""
    body = {"label": "L", "type": "text"} if method == "PUT" else None
    problem = api.reject(method, f"/v1/search-keys/{key}", body, status=422, code="invalid_request")
    assert pointers(problem) == ["/key"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"label": None}, "/label"),
        ({"label": " "}, "/label"),
        ({"label": "x" * 256}, "/label"),
        ({"type": None}, "/type"),
        ({"type": "number"}, "/type"),
        ({"type": ["text"]}, "/type"),
        ({"unique": "yes"}, "/unique"),
        ({"unique": "true"}, "/unique"),
        ({"unique": 1}, "/unique"),
        ({"unique": None}, "/unique"),
        ({"sensitive": 0}, "/sensitive"),
        ({"sensitive": {}}, "/sensitive"),
        ({"example": ""}, "/example"),
        ({"example": " "}, "/example"),
        ({"example": "x" * 256}, "/example"),
        ({"example": "a\nb"}, "/example"),
        ({"example": 1}, "/example"),
        ({"name": "vip"}, "/name"),
        ({"built_in": True}, "/built_in"),
    ],
)
def test_an_invalid_definition_is_rejected(api: Caller, change: dict[str, Any], pointer: str) -> None:
    """The error's pointer refers to the field. Booleans must be true or false."""
    body = {"label": "Vip", "type": "text", **change}
    problem = api.reject("PUT", "/v1/search-keys/vip", body, status=422, code="invalid_request")
    assert pointers(problem) == [pointer]
