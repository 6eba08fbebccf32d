"""Companies are customers too. A profile needs a first name or a business name."""

from typing import Any

import pytest

from tests.api.caller import Caller, Json, pointers, stored_part

INVALID: dict[str, Any] = {"status": 422, "code": "invalid_request"}
CREATE = ["/v1/profiles", "/v1/contacts/c-1/profile"]


def company(api: Caller, name: str = "Acme 株式会社", **fields: Any) -> Json:
    """Create the profile of a company and return it."""
    return stored_part(api.post("/v1/profiles", {"business_name": name, **fields}, status=201))


@pytest.mark.parametrize("path", CREATE)
@pytest.mark.parametrize("first_name", [{}, {"first_name": None}])
def test_a_business_name_is_enough(api: Caller, path: str, first_name: Json) -> None:
    """Every response then contains a first name of null."""
    created = stored_part(api.post(path, {"business_name": "Acme", **first_name}, status=201))
    assert (created["first_name"], created["business_name"]) == (None, "Acme")
    profile_path = f"/v1/profiles/{created['profile_id']}"
    assert api.get(profile_path) == created
    assert api.get(f"{profile_path}/export")["profile"] == created


@pytest.mark.parametrize("path", CREATE)
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"last_name": "Doe"},
        {"first_name": None, "business_name": None},
        {"phonetic_first_name": "ジェーン"},
    ],
)
def test_a_profile_without_a_name_is_rejected(api: Caller, path: str, body: Json) -> None:
    """The error's detail says which fields to send."""
    problem = api.reject("POST", path, body, **INVALID)
    assert problem["errors"] == [
        {"pointer": "/first_name", "detail": "A profile needs a first name or a business name; send one."}
    ]


@pytest.mark.parametrize("blank", ["", " ", "\u3000"])
@pytest.mark.parametrize("path", CREATE)
def test_a_blank_name_is_rejected(api: Caller, path: str, blank: str) -> None:
    """Each blank field causes one error, even if the other name is valid."""
    for body, expected in (
        ({"first_name": blank}, ["/first_name"]),
        ({"business_name": blank}, ["/business_name"]),
        ({"first_name": blank, "business_name": "Acme"}, ["/first_name"]),
        ({"first_name": blank, "business_name": blank}, ["/business_name", "/first_name"]),
    ):
        problem = api.reject("POST", path, body, **INVALID)
        assert [error["pointer"] for error in problem["errors"]] == sorted(expected, reverse=True)


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"business_name": None}, ["/business_name"]),
        ({"business_name": None, "first_name": None}, ["/business_name", "/first_name"]),
        ({"business_name": None, "last_name": "Doe"}, ["/business_name"]),
    ],
)
def test_a_patch_cannot_remove_the_only_name_of_a_company(
    api: Caller, patch: Json, expected: list[str]
) -> None:
    """The error's detail says what to do. The profile stays unchanged."""
    path = f"/v1/profiles/{company(api)['profile_id']}"
    problem = api.reject("PATCH", path, patch, **INVALID)
    assert pointers(problem) == expected
    assert all("the other one" in error["detail"] for error in problem["errors"])


def test_a_patch_cannot_remove_the_only_name_of_a_person(api: Caller) -> None:
    """A profile without a business name needs a first name."""
    path = f"/v1/profiles/{api.create('Jane')['profile_id']}"
    assert pointers(api.reject("PATCH", path, {"first_name": None}, **INVALID)) == ["/first_name"]


def test_a_person_can_become_a_company_and_a_person_again(api: Caller) -> None:
    """One patch can replace the name. Two patches can add the new name, then remove the old one."""
    path = f"/v1/profiles/{api.create('Jane')['profile_id']}"
    changed = api.patch(path, {"first_name": None, "business_name": "Acme"})
    assert (changed["first_name"], changed["business_name"]) == (None, "Acme")
    assert api.search(("name", ["Jane"]))["items"] == []
    api.patch(path, {"first_name": "Jane"})
    assert api.patch(path, {"business_name": None})["first_name"] == "Jane"


@pytest.mark.parametrize("query", ["Acme 株式会社", "ACME (株)", "acme㈱"])
def test_a_company_is_found_by_its_name(api: Caller, query: str) -> None:
    """Search, prefix search and match find it. By default, the outcome of a match by name is not `unique`."""
    profile = company(api, phone_numbers=[{"value": "+1 415-555-0101"}])
    (item,) = api.search(("name", [query]))["items"]
    assert (item["profile"], item["matched_on"][0]["tier"]) == (profile, "full_name")
    assert [i["profile"] for i in api.search(("name", ["acm"]), mode="prefix")["items"]] == [profile]
    matched = api.match(channel="chat", name=query)
    assert (matched["outcome"], [c["profile"] for c in matched["candidates"]]) == ("ambiguous", [profile])
    assert api.match(phone_number="+14155550101")["outcome"] == "unique"
    api.patch("/v1/settings", {"unique_by_name": True})
    assert api.match(channel="chat", name=query)["outcome"] == "unique"


def test_a_retried_creation_of_a_company_creates_it_once(api: Caller) -> None:
    """The Idempotency-Key works as it does for people."""
    body, headers = {"business_name": "Acme"}, {"Idempotency-Key": "row-1"}
    first = api.post("/v1/profiles", body, status=201, headers=headers)
    assert api.post("/v1/profiles", body, status=201, headers=headers) == first
    assert api.database.profiles.count_documents({}) == 1
