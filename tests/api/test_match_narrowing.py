"""Match over HTTP: further criteria that every candidate must meet."""

import pytest

from tests.api.caller import Caller, Json, pointers

CALL: Json = {"channel": "voice", "phone_number": "+12125550100"}


def names(response: Json) -> list[str]:
    """Return the first names of the candidates, best first."""
    return [candidate["profile"]["first_name"] for candidate in response["candidates"]]


def phones(*numbers: str) -> list[Json]:
    """Return the phone numbers of a profile."""
    return [{"value": number} for number in numbers]


def needed(key: str, *values: str) -> Json:
    """Return a criterion."""
    return {"key": key, "values": list(values)}


@pytest.fixture
def family(api: Caller) -> Caller:
    """Return a caller of a service with a family that shares a number, and a stranger."""
    api.define("city")
    for first, account, city in (("Ann", "A-1", "Tokyo"), ("Bob", "A-2", "Tokyo"), ("Cat", "A-3", "Osaka")):
        api.create(
            first,
            last_name="Fox",
            account_number=account,
            phone_numbers=phones("+12125550100"),
            keys={"city": [city]},
        )
    api.create("Dan", last_name="Fox", account_number="A-4", keys={"city": ["Tokyo"]})
    return api


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ([], "Ann Bob Cat"),
        ([needed("account", "a-2")], "Bob"),
        ([needed("city", "tokyo")], "Ann Bob"),
        ([needed("city", "Tokyo", "Osaka")], "Ann Bob Cat"),
        ([needed("city", "Tokyo"), needed("name", "Fox Bob")], "Bob"),
        ([needed("name", "Fox"), needed("city", "Osaka"), needed("account", "A-3", "A-1")], "Cat"),
        ([needed("name", "Dan Fox")], ""),
        ([needed("account", "A-4")], ""),
        ([needed("account", "A-1"), needed("account", "A-2")], ""),
        ([needed("account", "none")], ""),
        ([needed("contact_id", "unknown")], ""),
        ([needed("contact_id", "c-7")], "Cat"),
    ],
)
def test_every_candidate_meets_every_criterion(family: Caller, criteria: list[Json], expected: str) -> None:
    """One call narrows many down to one. A profile without the number is no candidate."""
    cat = family.search(("account", ["A-3"]))["items"][0]["profile"]["profile_id"]
    family.associate("c-7", cat)
    response = family.match(**CALL, criteria=criteria)
    assert sorted(names(response)) == expected.split()
    assert response["outcome"] == ("none", "unique", "ambiguous", "ambiguous")[len(expected.split())]
    assert response["truncated"] is False


def test_a_criterion_is_listed_as_a_reason(family: Caller) -> None:
    """It is listed beside the keys of the match."""
    response = family.match(**CALL, criteria=[needed("account", "a 9", "A-2"), needed("city", "TOKYO")])
    assert response["candidates"][0]["matched_on"] == [
        {"key": "phone", "value": "+12125550100", "tier": "exact", "shared": False},
        {"key": "account", "value": "a-2", "tier": "exact", "shared": False},
        {"key": "city", "value": "tokyo", "tier": "exact", "shared": False},
    ]


@pytest.mark.parametrize("last_name", ["Lee", "Lee Fox"])
def test_a_name_and_a_criterion_can_be_unique(api: Caller, last_name: str) -> None:
    """The name is not the only evidence then."""
    api.create("Ann", last_name=last_name, account_number="A-1")
    api.create("Ann", last_name=last_name, account_number="A-2")
    chat = {"channel": "chat", "name": "Ann Lee"}
    assert api.match(**chat)["outcome"] == "ambiguous"
    response = api.match(**chat, criteria=[needed("account", "A-2")])
    assert (response["outcome"], len(response["candidates"])) == ("unique", 1)
    assert api.match(**chat, criteria=[needed("name", "Lee Ann")])["outcome"] == "ambiguous"


def test_a_criterion_hides_no_difference_between_candidates(api: Caller) -> None:
    """All meet it equally, so the one with the exact number stays unique."""
    api.define("city")
    tokyo = {"keys": {"city": ["Tokyo"]}}
    api.create("Exact", phone_numbers=phones("+5511987654321"), **tokyo)
    api.create("Variant", phone_numbers=phones("+551187654321"), **tokyo)
    call = {"phone_number": "+5511987654321"}
    for criteria in ([], [needed("city", "Tokyo")]):
        response = api.match(**call, criteria=criteria)
        assert (names(response), response["outcome"]) == (["Exact", "Variant"], "unique")
        pages = [api.match(**call, criteria=criteria, limit=1)]
        pages.append(api.match(**call, criteria=criteria, limit=1, cursor=pages[0]["next_cursor"]))
        assert [names(page) for page in pages] == [["Exact"], ["Variant"]]


def test_a_better_name_alone_is_ambiguous(api: Caller) -> None:
    """Father and son share a number. The fuller name ranks first, and the agent decides."""
    api.create("John", last_name="Fox", phone_numbers=phones("+12125550100"))
    api.create("John Mae", last_name="Fox", phone_numbers=phones("+12125550100"))
    chat: Json = {"channel": "chat", "name": "John Fox", "criteria": [needed("phone", "212-555-0100")]}
    response = api.match(**chat)
    assert (names(response), response["outcome"]) == (["John", "John Mae"], "ambiguous")
    api.patch("/v1/settings", {"unique_by_name": True})
    assert api.match(**chat)["outcome"] == "unique"


def test_criteria_alone_find_nothing(family: Caller) -> None:
    """They only narrow down the matches of the contact."""
    criteria = [needed("account", "A-1")]
    assert family.match(criteria=criteria)["outcome"] == "none"
    assert family.match(phone_number="anonymous", criteria=criteria)["outcome"] == "withheld"


def test_a_shared_value_is_reported_when_narrowed(api: Caller) -> None:
    """The number of profiles with the value counts, not the number left. A single one left is unique."""
    api.define("city")
    api.patch("/v1/settings", {"shared_above": 2})
    for name in ("Ann", "Bob", "Cat"):
        api.create(name, phone_numbers=phones("+12125550100"), keys={"city": [f"of {name}"]})
    for _ in range(3):
        api.create("Dan", keys={"city": ["of Ann"]})
    for city, shared in (("of Ann", True), ("of Bob", False)):
        response = api.match(**CALL, criteria=[needed("city", city)])
        reasons = {reason["key"]: reason["shared"] for reason in response["candidates"][0]["matched_on"]}
        assert reasons == {"phone": True, "city": shared}
        assert (len(response["candidates"]), response["outcome"]) == (1, "unique")


def test_an_ignored_value_as_a_criterion_finds_nothing(family: Caller) -> None:
    """It never matches, even if the agent typed it."""
    family.patch("/v1/settings", {"ignored_values": {"city": ["Tokyo"]}})
    assert names(family.match(**CALL, criteria=[needed("city", "tokyo")])) == []
    assert names(family.match(**CALL, criteria=[needed("city", "tokyo", "Osaka")])) == ["Cat"]


def test_many_are_narrowed_down_to_one(api: Caller) -> None:
    """The number of profiles with the phone number or the criterion does not matter."""
    api.define("city")
    for number in range(230):
        city = "Tokyo" if number % 2 else "Osaka"
        last_name = "Fox" if number in {101, 102} else None
        api.create(
            f"N{number}", last_name=last_name, phone_numbers=phones("+12125550100"), keys={"city": [city]}
        )
    response = api.match(**CALL)
    assert (response["truncated"], response["outcome"]) == (True, "ambiguous")
    tokyo = needed("city", "Tokyo")
    response = api.match(**CALL, criteria=[tokyo], limit=100)
    assert (response["truncated"], len(response["candidates"])) == (False, 100)
    response = api.match(**CALL, criteria=[tokyo, needed("name", "N101 Fox")])
    assert (names(response), response["outcome"]) == (["N101"], "unique")


@pytest.mark.parametrize(
    ("criteria", "pointer"),
    [
        ([needed("undefined", "1")], "/criteria/0/key"),
        ([needed("account", "1"), needed("_phone", "1")], "/criteria/1/key"),
        ([needed("account", "1"), needed("undefined", "1")], "/criteria/1/key"),
        ([needed("account")], "/criteria/0/values"),
        ([needed("account", *"12345678901")], "/criteria/0/values"),
        ([needed("account", "1", " ")], "/criteria/0/values/1"),
        ([{"key": "account"}], "/criteria/0/values"),
        ([{"values": ["1"]}], "/criteria/0/key"),
        ([needed("account", "1") | {"operator": "or"}], "/criteria/0/operator"),
        ([needed("account", "1")] * 6, "/criteria"),
        (needed("account", "1"), "/criteria"),
        (None, "/criteria"),
    ],
)
def test_an_invalid_criterion_is_rejected(api: Caller, criteria: object, pointer: str) -> None:
    """The problem points to the criterion and its value."""
    body = {**CALL, "criteria": criteria}
    problem = api.reject("POST", "/v1/contacts/c-1/match", body, status=422, code="invalid_request")
    assert pointers(problem) == [pointer]


def test_a_search_key_just_defined_by_another_worker_is_known(api: Caller) -> None:
    """The cache of this worker does not have it. A request with the key refreshes the cache."""
    api.match(**CALL)
    definition = {
        "_id": "default/vip",
        "domain": "default",
        "name": "vip",
        "label": "VIP",
        "type": "text",
        "unique": False,
        "sensitive": False,
    }
    api.database["search_keys"].insert_one(definition)
    assert api.match(**CALL, criteria=[needed("vip", "1")])["outcome"] == "none"
