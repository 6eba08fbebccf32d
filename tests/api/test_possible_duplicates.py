"""A creation warns of other profiles that may be of the same person, or is rejected because of them."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.api.caller import Caller, Json, stored_part

PATHS = ("/v1/profiles", "/v1/contacts/c-1/profile")

PHONE: Json = {"phone_numbers": [{"value": "+1 212 555 0100"}]}
EMAIL: Json = {"email_addresses": [{"value": "ada@example.com"}]}
ACCOUNT: Json = {"account_number": "A-1"}
ADA: Json = {"first_name": "Ada", "last_name": "Lovelace"}


def _create(api: Caller, path: str = PATHS[0], *, status: int = 201, **fields: Any) -> Json:
    created: Json = api.post(path, ADA | fields, status=status)
    return created


def _warning(profile: Json, *matched_on: str) -> Json:
    return {"profile_id": profile["profile_id"], "matched_on": list(matched_on)}


def _searches(api: Caller) -> list[tuple[Sequence[str], Sequence[str]]]:
    events = (event for event in api.audit() if event["action"] == "searched")
    return [(event["profile_ids"], event["keys"]) for event in events]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("fields", "key"),
    [
        (PHONE, "phone"),
        ({"phone_numbers": [{"value": "(212) 555-0100"}]}, "phone"),
        ({"phone_numbers": [{"value": "212-555-0199 / 212-555-0100"}]}, "phone"),
        ({"email_addresses": [{"value": "ADA@Example.com"}]}, "email"),
        ({"account_number": "a-1"}, "account"),
    ],
)
def test_a_creation_warns_of_a_profile_with_the_same_value(
    api: Caller, path: str, fields: Json, key: str
) -> None:
    """Any notation of the value counts. The profile is created. The audit records what the response shows."""
    api.patch("/v1/settings", {"default_region": "US"})
    ada = _create(api, **PHONE, **EMAIL, **ACCOUNT)
    assert ada["possible_duplicates"] == []
    created = _create(api, path, **fields)
    assert created["possible_duplicates"] == [_warning(ada, key)]
    assert api.get(f"/v1/profiles/{created['profile_id']}") == stored_part(created)
    assert _searches(api) == [([ada["profile_id"]], [key])]


def test_profiles_that_share_most_search_keys_come_first(api: Caller) -> None:
    """At most ten are listed."""
    few = [_create(api, **PHONE) for _ in range(11)]
    most = _create(api, **PHONE, **EMAIL)
    warned = _create(api, **PHONE, **EMAIL, **ACCOUNT)["possible_duplicates"]
    assert warned[0] == _warning(most, "email", "phone")
    others = sorted(each["profile_id"] for each in few)[:9]
    assert warned[1:] == [{"profile_id": each, "matched_on": ["phone"]} for each in others]


def test_a_profile_with_another_name_or_birth_date_is_no_duplicate(api: Caller) -> None:
    """A family shares a line. What is missing contradicts nothing."""
    child = api.create("Byron", last_name="Lovelace", **PHONE)
    born = _create(api, **PHONE, birth_date="1985-12-10")
    assert born["possible_duplicates"] == []
    assert _create(api, **PHONE, birth_date="1932-05-23")["possible_duplicates"] == []
    warned = api.post("/v1/profiles", {"first_name": "Ada", **PHONE}, status=201)["possible_duplicates"]
    assert child["profile_id"] not in {each["profile_id"] for each in warned}
    assert born["profile_id"] in {each["profile_id"] for each in warned}


@pytest.mark.parametrize(
    "fields",
    [
        {"phone_numbers": [{"value": "anonymous"}]},
        {"phone_numbers": [{"value": "ext. 12"}]},
        {"phone_numbers": [{"value": "+1 212 555 0150"}]},
        {"keys": {"plan": ["gold"]}},
        {},
    ],
)
def test_a_value_that_identifies_nobody_causes_no_warning(api: Caller, fields: Json) -> None:
    """A name alone, a part of a number, an ignored value, or a value of a key that is not unique."""
    api.define("plan")
    api.patch("/v1/settings", {"ignored_values": {"phone": ["+12125550150"]}})
    _create(api, **fields)
    assert _create(api, **fields)["possible_duplicates"] == []


def test_a_value_that_many_profiles_share_causes_no_warning(api: Caller) -> None:
    """Not even in the response to a profile that is the first one with too many others."""
    api.patch("/v1/settings", {"shared_above": 2})
    first, second = (_create(api, **PHONE) for _ in range(2))
    ids = sorted([first["profile_id"], second["profile_id"]])
    third = _create(api, **PHONE)
    assert [each["profile_id"] for each in third["possible_duplicates"]] == ids
    assert _create(api, **PHONE)["possible_duplicates"] == []
    assert _create(api, **PHONE, **EMAIL)["possible_duplicates"] == []
    created = _create(api, PATHS[0] + "?on_duplicate=reject", **PHONE)
    assert created["possible_duplicates"] == []


def test_a_common_value_does_not_hide_another_value_from_a_rejection(api: Caller) -> None:
    """More profiles than one command reads have the account number, which comes first."""
    api.patch("/v1/settings", {"shared_above": 1})
    for _ in range(10):
        _create(api, **ACCOUNT)
    ada = _create(api, **EMAIL)
    problem = api.reject(
        "POST",
        PATHS[0] + "?on_duplicate=reject",
        ADA | ACCOUNT | EMAIL,
        status=409,
        code="possible_duplicate",
    )
    assert problem["possible_duplicates"] == [_warning(ada, "email")]


def test_a_unique_value_in_another_notation_causes_a_warning(api: Caller) -> None:
    """The same value is a conflict. Values of type text can have several stored forms."""
    api.define("member", unique=True, type="email")
    ada = _create(api, keys={"member": ["ada@example.com, ada@example.org"]})
    api.database["profiles"].update_one({"_id": ada["profile_id"]}, {"$unset": {"unique": ""}})
    warned = _create(api, keys={"member": ["ada@example.org"]})["possible_duplicates"]
    assert warned == [_warning(ada, "member")]


def test_a_sensitive_value_causes_no_warning(api: Caller) -> None:
    """A warning would show which profile has a value that the caller has guessed."""
    api.define("ssn", unique=True, sensitive=True)
    ada = _create(api, keys={"ssn": ["123-45-6789"]})
    api.database["profiles"].update_one({"_id": ada["profile_id"]}, {"$unset": {"unique": ""}})
    assert _create(api, keys={"ssn": ["123-45-6789"]})["possible_duplicates"] == []


@pytest.mark.parametrize("path", PATHS)
def test_a_creation_can_be_rejected(api: Caller, path: str) -> None:
    """Nothing is stored. `warn` creates the profile, with the same Idempotency-Key too."""
    ada = _create(api, **PHONE)
    headers = {"Idempotency-Key": "k"}
    for _ in range(2):
        problem = api.reject(
            "POST",
            f"{path}?on_duplicate=reject",
            ADA | PHONE,
            status=409,
            code="possible_duplicate",
            headers=headers,
        )
        assert problem["possible_duplicates"] == [_warning(ada, "phone")]
    created = api.post(f"{path}?on_duplicate=warn", ADA | PHONE, status=201, headers=headers)
    assert created["possible_duplicates"] == [_warning(ada, "phone")]


@pytest.mark.parametrize("path", PATHS)
def test_a_creation_without_duplicates_is_not_rejected(api: Caller, path: str) -> None:
    """A repetition returns the profile, although there is a possible duplicate by then."""
    headers = {"Idempotency-Key": "k"}
    path = f"{path}?on_duplicate=reject"
    created = api.post(path, ADA | PHONE, status=201, headers=headers)
    assert created["possible_duplicates"] == []
    other = _create(api, **PHONE)
    response = api.call("POST", path, ADA | PHONE, status=201, headers=headers)
    assert response.headers["Idempotency-Replayed"] == "true"
    assert response.get_json() == created | {"possible_duplicates": [_warning(other, "phone")]}
    documents = api.database["profiles"].find({"tentative": {"$exists": True}})
    assert list(documents) == []


def test_a_repetition_warns_of_profiles_that_were_created_since(api: Caller) -> None:
    """The response to a repetition has the current state."""
    headers = {"Idempotency-Key": "k"}
    created = api.post(PATHS[0], ADA | PHONE, status=201, headers=headers)
    other = _create(api, **PHONE)
    assert other["possible_duplicates"] == [_warning(created, "phone")]
    again = api.post(PATHS[0], ADA | PHONE, status=201, headers=headers)
    assert again == created | {"possible_duplicates": [_warning(other, "phone")]}


@pytest.mark.parametrize("path", PATHS)
def test_warnings_can_be_turned_off(api: Caller, path: str) -> None:
    """Then `reject` has no effect either."""
    api.patch("/v1/settings", {"warn_of_duplicates": False})
    _create(api, **PHONE)
    for query in ("", "?on_duplicate=reject"):
        assert _create(api, path + query, **PHONE)["possible_duplicates"] == []
    assert _searches(api) == []
