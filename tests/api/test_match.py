"""Match over HTTP: finding the profile of a contact."""

from typing import Any

import pytest

from tests.api.caller import Caller, Json, pointers


@pytest.fixture
def people(api: Caller) -> Caller:
    """Return a caller of a service with four people. Two of them share a number and a last name."""
    api.define("ssn", type="digits", unique=True)
    api.define("tier")
    api.create(
        "Ann",
        last_name="Lee",
        account_number="A-1",
        phone_numbers=[{"value": "+12125550100"}],
        email_addresses=[{"value": "ann@example.com"}],
        keys={"ssn": ["123-45-6789"]},
    )
    for first in ("Bob", "Cat"):
        api.create(first, last_name="Fox", phone_numbers=[{"value": "+12125550101"}])
    api.create("Dan", keys={"tier": ["gold"]}, phone_numbers=[{"value": "anonymous"}])
    return api


def names(response: Json) -> list[str]:
    """Return the first names of the candidates."""
    return sorted(candidate["profile"]["first_name"] for candidate in response["candidates"])


SEARCH = {"profileSearchKey": "ssn", "profileSearchValue": "123456789"}
WITHHELD = {"phone_number": "anonymous"}


@pytest.mark.parametrize(
    ("channel", "contact", "outcome", "expected_names"),
    [
        ("voice", {"phone_number": "(212) 555-0100"}, "unique", "Ann"),
        ("voice", {"phone_number": "+12125550101"}, "ambiguous", "Bob Cat"),
        ("voice", {"phone_number": "+12125550199"}, "none", ""),
        ("voice", {}, "none", ""),
        (
            "voice",
            {"phone_number": None, "email_address": None, "name": None, "attributes": None},
            "none",
            "",
        ),
        ("voice", {"phone_number": "", "name": " "}, "none", ""),
        ("voice", {"email_address": "ann@example.com"}, "none", ""),
        ("voice", WITHHELD, "withheld", ""),
        ("voice", {"phone_number": "非通知"}, "withheld", ""),
        ("voice", {"phone_number": "+266696687"}, "withheld", ""),
        ("chat", {"email_address": "ANN@example.com", "name": "Bob Fox"}, "unique", "Ann"),
        ("chat", {"email_address": "unknown@example.com", "name": "Fox Bob"}, "ambiguous", "Bob"),
        ("chat", {"name": "Fox"}, "ambiguous", "Bob Cat"),
        ("chat", {"phone_number": "+12125550100"}, "none", ""),
        (
            "task",
            {"phone_number": "+12125550101", "email_address": "ann@example.com"},
            "ambiguous",
            "Bob Cat",
        ),
        ("task", {"phone_number": "+12125550199", "email_address": "ann@example.com"}, "unique", "Ann"),
        ("email", {"email_address": "Ann Lee <ann@example.com>"}, "unique", "Ann"),
        ("voice", WITHHELD | {"attributes": SEARCH}, "unique", "Ann"),
        ("voice", {"phone_number": "+12125550101", "attributes": SEARCH}, "unique", "Ann"),
        (
            "voice",
            {"phone_number": "+12125550101", "attributes": SEARCH | {"profileSearchValue": "999"}},
            "ambiguous",
            "Bob Cat",
        ),
        ("voice", WITHHELD | {"attributes": SEARCH | {"profileSearchValue": "999"}}, "withheld", ""),
        # A contact flow passes the phone number as the search value, even if the number is withheld.
        (
            "voice",
            {"attributes": {"profileSearchKey": "_phone", "profileSearchValue": "ANONYMOUS"}},
            "withheld",
            "",
        ),
        (
            "voice",
            {
                "phone_number": "+12125550100",
                "attributes": {"profileSearchKey": "phone", "profileSearchValue": "非通知"},
            },
            "unique",
            "Ann",
        ),
        (
            "voice",
            {"phone_number": "+12125550101", "attributes": {"profileSearchKey": "ssn"}},
            "ambiguous",
            "Bob Cat",
        ),
        (
            "voice",
            {
                "phone_number": "+12125550101",
                "attributes": {"profileSearchKey": "", "profileSearchValue": ""},
            },
            "ambiguous",
            "Bob Cat",
        ),
        ("chat", {"attributes": {"profileSearchKey": "tier", "profileSearchValue": "GOLD"}}, "unique", "Dan"),
    ],
)
def test_the_first_key_with_a_match_decides(
    people: Caller, channel: str, contact: Json, outcome: str, expected_names: str
) -> None:
    """The search attributes of the contact come first, then the match keys of the channel in their order."""
    before = people.dump()
    response = people.match("c-1", channel, **contact)
    assert response["outcome"] == outcome
    assert names(response) == expected_names.split()
    assert response["contact_id"] == "c-1"
    assert response["association"] is None
    assert response["next_cursor"] is None
    assert response["truncated"] is False
    assert all(candidate["matched_on"] for candidate in response["candidates"])
    assert people.dump() == before


@pytest.mark.parametrize(
    ("attributes", "expected_names", "outcome"),
    [
        ({"phone": "+12125550100"}, "Ann", "unique"),
        ({"phone": "anonymous"}, "", "withheld"),
        ({"mobile": "anonymous"}, "", "withheld"),
        ({"mobile": "+266696687"}, "", "withheld"),
        ({"mobile": "+12125550107"}, "Eve", "unique"),
        ({"profileSearchKey": "mobile", "profileSearchValue": "anonymous"}, "", "withheld"),
        ({"profileSearchKey": "ssn", "profileSearchValue": "n/a"}, "", "none"),
        ({"email": "ann@example.com", "name": "Bob Fox"}, "Ann", "unique"),
    ],
)
def test_an_attribute_can_contain_the_value_of_a_match_key(
    people: Caller, attributes: Json, expected_names: str, outcome: str
) -> None:
    """The match key can be built in, if the contact has no such field. Withheld numbers never match."""
    people.define("mobile", type="phone")
    for hidden in ("anonymous", "+266696687"):
        people.create("Eve", keys={"mobile": ["+12125550107", hidden]}, phone_numbers=[{"value": hidden}])
    people.delete(f"/v1/profiles/{people.search(('name', ['Eve']))['items'][0]['profile']['profile_id']}")
    people.patch("/v1/settings", {"match_keys": {"voice": ["mobile", "phone", "email", "name"]}})
    response = people.match(attributes=attributes)
    assert (names(response), response["outcome"]) == (expected_names.split(), outcome)


def test_a_field_of_the_contact_comes_before_an_attribute(people: Caller) -> None:
    """A blank field is treated as missing."""
    attributes = {"phone": "+12125550100"}
    assert names(people.match(phone_number="+12125550101", attributes=attributes)) == ["Bob", "Cat"]
    assert names(people.match(phone_number=" ", attributes=attributes)) == ["Ann"]
    assert people.match(**WITHHELD, attributes=attributes)["outcome"] == "withheld"


@pytest.mark.parametrize("search", [("phone", ["anonymous"]), ("ssn", ["n/a"])])
def test_a_meaningless_value_finds_nothing(people: Caller, search: Any) -> None:
    """Withheld numbers, and values of type digits without a digit, match no profile."""
    assert people.search(search)["items"] == []


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("_phone", "212-555-0100", "phone exact"),
        ("_email", "ANN@example.com", "email exact"),
        ("_fullName", "Lee Ann", "name full_name"),
        ("_account", "a-1", "account exact"),
        ("_profileId", "", "profile_id unique"),
        ("_ctrContactId", "c-7", "contact_id unique"),
        ("phone", "212-555-0100", "phone exact"),
        ("email", "ann@example.com", "email exact"),
        ("name", "Ann Lee", "name full_name"),
        ("account", "A-1", "account exact"),
        ("profile_id", "", "profile_id unique"),
        ("contact_id", "c-7", "contact_id unique"),
        (" ssn ", "123 45 6789", "ssn unique"),
    ],
)
def test_amazon_connect_names_of_standard_keys_are_accepted(
    people: Caller, key: str, value: str, reason: str
) -> None:
    """Contact flows send them in `profileSearchKey`. The names of the service are accepted too."""
    ann = people.search(("account", ["A-1"]))["items"][0]["profile"]["profile_id"]
    people.associate("c-7", ann)
    attributes = {"profileSearchKey": key, "profileSearchValue": value or ann}
    response = people.match("c-1", attributes=attributes)
    assert names(response) == ["Ann"]
    ((matched,),) = (candidate["matched_on"] for candidate in response["candidates"])
    assert f"{matched['key']} {matched['tier']}" == reason
    assert response["outcome"] == ("ambiguous" if matched["key"] == "name" else "unique")


@pytest.mark.parametrize("key", ["undefined", "_shopify", "$where", "SSN", "a" * 300, "name.part"])
def test_an_unknown_search_key_in_an_attribute_is_rejected(people: Caller, key: str) -> None:
    """If it were ignored, an error in a contact flow would stay unnoticed."""
    body = {"channel": "voice", "attributes": {"profileSearchKey": key, "profileSearchValue": "1"}}
    problem = people.reject("POST", "/v1/contacts/c-1/match", body, status=422, code="invalid_request")
    assert pointers(problem) == ["/attributes/profileSearchKey"]


def test_the_settings_define_the_match_keys_of_a_channel(people: Caller) -> None:
    """The value of a custom search key comes from the contact's attribute of the same name."""
    people.patch("/v1/settings", {"match_keys": {"voice": ["tier", "phone"], "chat": []}})
    assert names(people.match(attributes={"tier": "Gold"}, phone_number="+12125550100")) == ["Dan"]
    assert names(people.match(attributes={"tier": "none"}, phone_number="+12125550100")) == ["Ann"]
    assert names(people.match(channel="chat", email_address="ann@example.com")) == []


def test_a_removed_match_key_is_ignored(api: Caller) -> None:
    """The other match keys of the channel still work."""
    api.define("vip")
    api.patch("/v1/settings", {"match_keys": {"voice": ["vip", "phone"]}})
    api.delete("/v1/search-keys/vip")
    api.create("Ann", phone_numbers=[{"value": "+12125550100"}])
    assert names(api.match(attributes={"vip": "1"}, phone_number="+12125550100")) == ["Ann"]


def test_a_match_shows_the_current_association(people: Caller) -> None:
    """The response contains it even if the contact is cleared or no candidate is found."""
    dan = people.search(("name", ["Dan"]))["items"][0]["profile"]["profile_id"]
    association = people.associate("c-1", dan, agent_id="agent-7")
    assert people.match("c-1", phone_number="+12125550100")["association"] == association
    people.post("/v1/contacts/c-1/clear")
    assert people.match("c-1", phone_number="+12125550199")["association"] == association
    assert people.match("c-2", phone_number="+12125550100")["association"] is None


def test_a_match_returns_all_matching_keys(people: Caller) -> None:
    """The phone number decides. The response also lists the matching e-mail address."""
    response = people.match(channel="task", phone_number="+12125550100", email_address="ann@example.com")
    assert response["candidates"][0]["matched_on"] == [
        {"key": "phone", "value": "+12125550100", "tier": "exact", "shared": False},
        {"key": "email", "value": "ann@example.com", "tier": "exact", "shared": False},
    ]


@pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (100, [5])])
@pytest.mark.parametrize("email", [None, "unknown@example.com", "all@example.com"])
def test_candidates_are_paginated(api: Caller, limit: int, sizes: list[int], email: str | None) -> None:
    """Each candidate occurs once, the last changed first. Each page has the outcome `ambiguous`."""
    addresses = [{"value": "all@example.com"}]
    profiles = [api.create("Ann", email_addresses=addresses) for _ in range(5)]
    contact: Any = {"name": "Ann", "limit": limit} | ({"email_address": email} if email else {})
    pages: list[list[Json]] = []
    cursor = None
    while cursor is not None or not pages:
        response = api.match("c-1", "chat", **contact, **({"cursor": cursor} if cursor else {}))
        assert response["outcome"] == "ambiguous"
        pages.append([candidate["profile"] for candidate in response["candidates"]])
        cursor = response["next_cursor"]
    assert [len(page) for page in pages] == sizes
    by_id = sorted(profiles, key=lambda profile: str(profile["profile_id"]))
    newest_first = sorted(by_id, key=lambda profile: str(profile["updated_at"]), reverse=True)
    assert [profile for page in pages for profile in page] == newest_first


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/channel"),
        ({"channel": None}, "/channel"),
        ({"channel": "fax"}, "/channel"),
        ({"channel": 1}, "/channel"),
        ({"channel": "voice", "phone_number": 5551234}, "/phone_number"),
        ({"channel": "voice", "phone_number": "1\n2"}, "/phone_number"),
        ({"channel": "voice", "phone_number": "1" * 256}, "/phone_number"),
        ({"channel": "voice", "attributes": []}, "/attributes"),
        ({"channel": "voice", "attributes": {"a": 1}}, "/attributes/a"),
        ({"channel": "voice", "attributes": {"a/b~c": None}}, "/attributes/a~1b~0c"),
        ({"channel": "voice", "attributes": {"": "a"}}, "/attributes/"),
        ({"channel": "voice", "attributes": {"a": "b\x00"}}, "/attributes/a"),
        ({"channel": "voice", "attributes": {f"a{i}": "1" for i in range(501)}}, "/attributes"),
        ({"channel": "voice", "contact_id": "c-1"}, "/contact_id"),
        ({"channel": "chat", "name": "\ufdfa" * 29}, "/name"),
        ({"channel": "voice", "limit": 0}, "/limit"),
        ({"channel": "voice", "limit": 101}, "/limit"),
        ({"channel": "voice", "cursor": "W10"}, "/cursor"),
        ({"channel": "voice", "cursor": "x"}, "/cursor"),
    ],
)
def test_an_invalid_contact_is_rejected(api: Caller, body: Json, pointer: str) -> None:
    """The channel is required. All texts must be strings."""
    problem = api.reject("POST", "/v1/contacts/c-1/match", body, status=422, code="invalid_request")
    assert pointers(problem) == [pointer]


@pytest.mark.parametrize("value", ["(" * 256, "\ufdfa" * 29], ids=["long", "long after normalisation"])
@pytest.mark.parametrize("attribute", ["profileSearchValue", "vip"])
def test_an_attribute_that_is_too_long_for_a_search_is_rejected(
    api: Caller, attribute: str, value: str
) -> None:
    """Parsing a long text as a phone number would delay other requests."""
    api.define("vip")
    api.patch("/v1/settings", {"match_keys": {"voice": ["vip"]}})
    attributes = {"profileSearchKey": "phone", attribute: value}
    body = {"channel": "voice", "attributes": attributes}
    problem = api.reject("POST", "/v1/contacts/c-1/match", body, status=422, code="invalid_request")
    assert [error["pointer"] for error in problem["errors"]] == [f"/attributes/{attribute}"]
