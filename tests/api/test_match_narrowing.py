"""Match over HTTP: additional criteria that every candidate must meet."""

import pytest

from tests.api.caller import Caller, Json, pointers
from tests.measuring import unmeasured

CALL: Json = {"channel": "voice", "phone_number": "+12125550100"}


def names(response: Json) -> list[str]:
    """Return the first names of the candidates, best first."""
    return [candidate["profile"]["first_name"] for candidate in response["candidates"]]


def phones(*numbers: str) -> list[Json]:
    """Return the phone numbers of a profile."""
    return [{"value": number} for number in numbers]


def criterion(key: str, *values: str) -> Json:
    """Return a criterion of a match request."""
    return {"key": key, "values": list(values)}


@pytest.fixture
def relatives(api: Caller) -> Caller:
    """Return a caller of a service with three relatives who share a number, and a fourth person."""
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
        ([criterion("account", "a-2")], "Bob"),
        ([criterion("city", "tokyo")], "Ann Bob"),
        ([criterion("city", "Tokyo", "Osaka")], "Ann Bob Cat"),
        ([criterion("city", "Tokyo"), criterion("name", "Fox Bob")], "Bob"),
        ([criterion("name", "Fox"), criterion("city", "Osaka"), criterion("account", "A-3", "A-1")], "Cat"),
        ([criterion("name", "Dan Fox")], ""),
        ([criterion("account", "A-4")], ""),
        ([criterion("account", "A-1"), criterion("account", "A-2")], ""),
        ([criterion("account", "none")], ""),
        ([criterion("contact_id", "unknown")], ""),
        ([criterion("contact_id", "c-7")], "Cat"),
    ],
)
def test_every_candidate_meets_every_criterion(
    relatives: Caller, criteria: list[Json], expected: str
) -> None:
    """A profile that meets all criteria but does not have the number is no candidate."""
    cat = relatives.search(("account", ["A-3"]))["items"][0]["profile"]["profile_id"]
    relatives.associate("c-7", cat)
    response = relatives.match(**CALL, criteria=criteria)
    assert sorted(names(response)) == expected.split()
    assert response["outcome"] == ("none", "unique", "ambiguous", "ambiguous")[len(expected.split())]
    assert response["truncated"] is False


def test_the_criteria_of_a_candidate_are_listed_as_reasons(relatives: Caller) -> None:
    """The criteria follow the matching keys of the contact."""
    response = relatives.match(
        **CALL, criteria=[criterion("account", "a 9", "A-2"), criterion("city", "TOKYO")]
    )
    assert response["candidates"][0]["matched_on"] == [
        {"key": "phone", "value": "+12125550100", "tier": "exact", "shared": False},
        {"key": "account", "value": "a-2", "tier": "exact", "shared": False},
        {"key": "city", "value": "tokyo", "tier": "exact", "shared": False},
    ]


@pytest.mark.parametrize("last_name", ["Lee", "Lee Fox"])
def test_a_match_by_name_and_criterion_can_be_unique(api: Caller, last_name: str) -> None:
    """A name alone never makes a match unique by default. Another name as a criterion does not help."""
    api.create("Ann", last_name=last_name, account_number="A-1")
    api.create("Ann", last_name=last_name, account_number="A-2")
    chat = {"channel": "chat", "name": "Ann Lee"}
    assert api.match(**chat)["outcome"] == "ambiguous"
    response = api.match(**chat, criteria=[criterion("account", "A-2")])
    assert (response["outcome"], len(response["candidates"])) == ("unique", 1)
    assert api.match(**chat, criteria=[criterion("name", "Lee Ann")])["outcome"] == "ambiguous"


def test_a_criterion_does_not_affect_the_order_of_candidates(api: Caller) -> None:
    """All candidates meet the criterion. The one with the exact number stays first and unique."""
    api.define("city")
    tokyo = {"keys": {"city": ["Tokyo"]}}
    api.create("Exact", phone_numbers=phones("+5511987654321"), **tokyo)
    api.create("Variant", phone_numbers=phones("+551187654321"), **tokyo)
    call = {"phone_number": "+5511987654321"}
    for criteria in ([], [criterion("city", "Tokyo")]):
        response = api.match(**call, criteria=criteria)
        assert (names(response), response["outcome"]) == (["Exact", "Variant"], "unique")
        pages = [api.match(**call, criteria=criteria, limit=1)]
        pages.append(api.match(**call, criteria=criteria, limit=1, cursor=pages[0]["next_cursor"]))
        assert [names(page) for page in pages] == [["Exact"], ["Variant"]]


def test_a_better_match_of_the_name_alone_is_ambiguous(api: Caller) -> None:
    """Father and son share a number. The better match of the name is first, but the agent decides."""
    api.create("John", last_name="Fox", phone_numbers=phones("+12125550100"))
    api.create("John Mae", last_name="Fox", phone_numbers=phones("+12125550100"))
    chat: Json = {"channel": "chat", "name": "John Fox", "criteria": [criterion("phone", "212-555-0100")]}
    response = api.match(**chat)
    assert (names(response), response["outcome"]) == (["John", "John Mae"], "ambiguous")
    api.patch("/v1/settings", {"unique_by_name": True})
    assert api.match(**chat)["outcome"] == "unique"


def test_criteria_alone_find_nothing(relatives: Caller) -> None:
    """Criteria only narrow down the matches of the contact's own values."""
    criteria = [criterion("account", "A-1")]
    assert relatives.match(criteria=criteria)["outcome"] == "none"
    assert relatives.match(phone_number="anonymous", criteria=criteria)["outcome"] == "withheld"


def test_a_shared_value_is_still_shared_if_criteria_exclude_other_candidates(api: Caller) -> None:
    """All profiles with the value count. The outcome for a single remaining candidate is `unique`."""
    api.define("city")
    api.patch("/v1/settings", {"shared_above": 2})
    for name in ("Ann", "Bob", "Cat"):
        api.create(name, phone_numbers=phones("+12125550100"), keys={"city": [f"of {name}"]})
    for _ in range(3):
        api.create("Dan", keys={"city": ["of Ann"]})
    for city, shared in (("of Ann", True), ("of Bob", False)):
        response = api.match(**CALL, criteria=[criterion("city", city)])
        reasons = {reason["key"]: reason["shared"] for reason in response["candidates"][0]["matched_on"]}
        assert reasons == {"phone": True, "city": shared}
        assert (len(response["candidates"]), response["outcome"]) == (1, "unique")


def test_an_ignored_value_as_a_criterion_matches_no_profile(relatives: Caller) -> None:
    """Ignored values never match, even if an agent enters them."""
    relatives.patch("/v1/settings", {"ignored_values": {"city": ["Tokyo"]}})
    assert names(relatives.match(**CALL, criteria=[criterion("city", "tokyo")])) == []
    assert names(relatives.match(**CALL, criteria=[criterion("city", "tokyo", "Osaka")])) == ["Cat"]


def test_criteria_can_reduce_many_candidates_to_one(api: Caller) -> None:
    """230 profiles have the number, and half of them meet the first criterion."""
    api.define("city")
    with unmeasured():
        for number in range(230):
            values = {"city": ["Tokyo" if number % 2 else "Osaka"]}
            last_name = "Fox" if number in {101, 102} else None
            api.create(f"N{number}", last_name=last_name, phone_numbers=phones("+12125550100"), keys=values)
    response = api.match(**CALL)
    assert (response["truncated"], response["outcome"]) == (True, "ambiguous")
    tokyo = criterion("city", "Tokyo")
    response = api.match(**CALL, criteria=[tokyo], limit=100)
    assert (response["truncated"], len(response["candidates"])) == (False, 100)
    response = api.match(**CALL, criteria=[tokyo, criterion("name", "N101 Fox")])
    assert (names(response), response["outcome"]) == (["N101"], "unique")


@pytest.mark.parametrize(
    ("criteria", "pointer"),
    [
        ([criterion("undefined", "1")], "/criteria/0/key"),
        ([criterion("account", "1"), criterion("_phone", "1")], "/criteria/1/key"),
        ([criterion("account", "1"), criterion("undefined", "1")], "/criteria/1/key"),
        ([criterion("account")], "/criteria/0/values"),
        ([criterion("account", *"12345678901")], "/criteria/0/values"),
        ([criterion("account", "1", " ")], "/criteria/0/values/1"),
        ([{"key": "account"}], "/criteria/0/values"),
        ([{"values": ["1"]}], "/criteria/0/key"),
        ([criterion("account", "1") | {"operator": "or"}], "/criteria/0/operator"),
        ([criterion("account", "1")] * 6, "/criteria"),
        (criterion("account", "1"), "/criteria"),
        (None, "/criteria"),
    ],
)
def test_an_invalid_criterion_is_rejected(api: Caller, criteria: object, pointer: str) -> None:
    """The error's pointer refers to the criterion and to its invalid part."""
    body = {**CALL, "criteria": criteria}
    problem = api.reject("POST", "/v1/contacts/c-1/match", body, status=422, code="invalid_request")
    assert pointers(problem) == [pointer]


def test_a_criterion_can_have_a_search_key_that_another_worker_has_just_defined(api: Caller) -> None:
    """The worker's cache does not contain the search key. The request refreshes the cache."""
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
    assert api.match(**CALL, criteria=[criterion("vip", "1")])["outcome"] == "none"
