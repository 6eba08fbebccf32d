"""Match over HTTP: ignored values, shared values, and more candidates than the maximum."""

from typing import Any

import pytest

from tests.api.caller import Caller, Json
from tests.measuring import unmeasured

NUMBER = "+12125550100"
CALL: Json = {"channel": "voice", "phone_number": NUMBER}
EMAIL = {"email_address": "ann@example.com"}


def names(response: Json) -> list[str]:
    """Return the first names of the candidates, best first."""
    return [candidate["profile"]["first_name"] for candidate in response["candidates"]]


def phones(*numbers: str) -> list[Json]:
    """Return the phone numbers of a profile."""
    return [{"value": number} for number in numbers]


def emails(*addresses: str) -> list[Json]:
    """Return the e-mail addresses of a profile."""
    return [{"value": address} for address in addresses]


def shared(response: Json) -> list[dict[str, bool]]:
    """Return for each candidate its matching keys, and whether each matched on a shared value."""
    return [{r["key"]: r["shared"] for r in each["matched_on"]} for each in response["candidates"]]


def all_candidates(api: Caller, **contact: Any) -> list[Json]:
    """Return the candidates of all pages. Assert that all pages have the same outcome."""
    candidates: list[Json] = []
    first = response = api.match(**contact, limit=100)
    candidates += response["candidates"]
    while response["next_cursor"]:
        response = api.match(**contact, limit=100, cursor=response["next_cursor"])
        assert (response["outcome"], response["truncated"]) == (first["outcome"], first["truncated"])
        candidates += response["candidates"]
    return candidates


def assert_200_profiles(candidates: list[Json]) -> None:
    """Assert that there are 200 candidates, each with another profile."""
    ids = [candidate["profile"]["profile_id"] for candidate in candidates]
    assert len(set(ids)) == len(ids) == 200


# Ignored values.


@pytest.mark.parametrize(
    ("ignored", "stored", "caller_number"),
    [
        ("0000000000", "0000000000", "000-000-0000"),
        ("0000000000", "(000) 000 0000", "+10000000000"),
        ("0000000000", "0000000000", "+0000000000"),
        ("0000000000", "+0000000000", "+0000000000"),
        ("0000000000", "\uff10" * 10, "tel:0000000000"),
        ("+0000000000", "0000000000", "0000000000"),
        ("(212) 555-0100", NUMBER, NUMBER),
        (NUMBER, "212.555.0100", "sip:+12125550100@example.com"),
        (NUMBER, NUMBER, "001 212 555 0100"),
        ("+5511987654321", "+551187654321", "+5511987654321"),
        ("+5511987654321", "+551187654321", "+551187654321"),
        ("1234", "1234", "1234"),
    ],
)
def test_an_ignored_number_never_matches(api: Caller, ignored: str, stored: str, caller_number: str) -> None:
    """The notation does not matter. Other numbers of the profile still match."""
    api.create("Ann", phone_numbers=phones(stored, "+12125550123"))
    assert names(api.match(phone_number=caller_number)) == ["Ann"]
    api.patch("/v1/settings", {"ignored_values": {"phone": [ignored]}})
    response = api.match(phone_number=caller_number)
    assert (response["candidates"], response["outcome"]) == ([], "none")
    assert names(api.match(phone_number="+12125550123")) == ["Ann"]
    api.patch("/v1/settings", {"ignored_values": None})
    assert names(api.match(phone_number=caller_number)) == ["Ann"]


@pytest.mark.parametrize(
    ("key", "ignored", "contact"),
    [
        ("email", "None@Example.com", {"email_address": "none@example.com"}),
        ("name", "Test Caller", {"name": "caller TEST"}),
        ("name", "Caller Test", {"name": "test caller"}),
        ("account", "N/A", {"attributes": {"account": "n/a"}}),
        ("ssn", "000-00-0000", {"attributes": {"ssn": "000000000"}}),
    ],
)
def test_an_ignored_value_never_matches(api: Caller, key: str, ignored: str, contact: Json) -> None:
    """The search key can be custom, and the value can be in the search attributes of the contact."""
    api.define("ssn", type="digits")
    api.patch("/v1/settings", {"match_keys": {"chat": ["email", "name", "account", "ssn"]}})
    api.create(
        "Test",
        last_name="Caller",
        email_addresses=emails("none@example.com"),
        account_number="N/A",
        keys={"ssn": ["000 00 0000"]},
    )
    query: Json = {"attributes": {"profileSearchKey": key, "profileSearchValue": ignored}}
    assert names(api.match(channel="chat", **contact)) == ["Test"]
    assert names(api.match(**query)) == ["Test"]
    api.patch("/v1/settings", {"ignored_values": {key: [ignored]}})
    assert api.match(channel="chat", **contact)["outcome"] == "none"
    assert api.match(**query)["outcome"] == "none"


def test_parts_of_an_ignored_name_are_not_ignored(api: Caller) -> None:
    """A profile with one of the words, or with additional words, still matches."""
    api.patch("/v1/settings", {"ignored_values": {"name": ["Test Caller"]}})
    for first, last in (("Test", "Caller"), ("Test", "Fox"), ("Test Mae", "Caller"), ("Ann", "Caller")):
        api.create(first, last_name=last)
    assert sorted(names(api.match(channel="chat", name="Test"))) == ["Test", "Test", "Test Mae"]
    assert names(api.match(channel="chat", name="Ann Caller")) == ["Ann"]
    assert names(api.match(channel="chat", name="Test Mae Caller")) == ["Test Mae"]


def test_an_ignored_value_does_not_affect_other_match_keys(api: Caller) -> None:
    """The e-mail address decides. The response does not list the ignored number."""
    api.patch("/v1/settings", {"ignored_values": {"phone": [NUMBER]}})
    api.create("Ann", phone_numbers=phones(NUMBER), email_addresses=emails("ann@example.com"))
    api.create("Bob", phone_numbers=phones(NUMBER))
    response = api.match(channel="task", phone_number=NUMBER, **EMAIL)
    assert (names(response), response["outcome"]) == (["Ann"], "unique")
    assert shared(response) == [{"email": False}]


def test_a_search_finds_an_ignored_value(api: Caller) -> None:
    """An agent who searches for the value wants to see the profiles that have it."""
    api.patch("/v1/settings", {"ignored_values": {"phone": [NUMBER]}})
    api.create("Ann", phone_numbers=phones(NUMBER))
    assert len(api.search(("phone", [NUMBER]))["items"]) == 1


# Shared values.


@pytest.mark.parametrize(("holders", "is_shared"), [(2, False), (3, True)])
def test_a_value_is_shared_if_more_profiles_have_it_than_the_setting_allows(
    api: Caller, holders: int, *, is_shared: bool
) -> None:
    """A value of exactly `shared_above` profiles is not shared."""
    api.patch("/v1/settings", {"shared_above": 2})
    for _ in range(holders):
        api.create("Ann", phone_numbers=phones(NUMBER))
    response = api.match(**CALL)
    assert shared(response) == [{"phone": is_shared}] * holders
    assert response["outcome"] == "ambiguous"


def test_a_value_of_more_than_twenty_profiles_is_shared_by_default(api: Caller) -> None:
    """The default of `shared_above` is 20."""
    for created, expected in ((20, False), (1, True)):
        for _ in range(created):
            api.create("Ann", phone_numbers=phones(NUMBER))
        assert shared(api.match(**CALL, limit=1)) == [{"phone": expected}]


def test_a_shared_value_ranks_below_every_other_value(api: Caller) -> None:
    """A shared value ranks even below a partial name. Profiles that match only on it come last."""
    api.patch("/v1/settings", {"shared_above": 2, "match_modes": {"task": "all"}})
    api.patch("/v1/settings", {"match_keys": {"task": ["phone", "email", "name"]}})
    api.create("Name", last_name="Fox Lee")
    api.create("Mail", email_addresses=emails("ann@example.com"))
    api.create("Both", phone_numbers=phones(NUMBER), email_addresses=emails("ann@example.com"))
    for first in ("One", "Two", "Three"):
        api.create(first, phone_numbers=phones(NUMBER))
    response = api.match(channel="task", phone_number=NUMBER, name="Fox Lee", **EMAIL)
    assert set(names(response)[:2]) == {"Both", "Mail"}
    assert names(response)[2] == "Name"
    assert set(names(response)[3:]) == {"One", "Two", "Three"}
    assert {"email": False, "phone": True} in shared(response)[:2]
    assert shared(response)[2:] == [{"name": False}, *[{"phone": True}] * 3]


def test_a_shared_value_of_the_first_key_does_not_decide(api: Caller) -> None:
    """The next match key decides. If it has no match, the shared value decides."""
    api.patch("/v1/settings", {"shared_above": 2})
    api.create("Ann", email_addresses=emails("ann@example.com"), phone_numbers=phones(NUMBER))
    for _ in range(3):
        api.create("Other", phone_numbers=phones(NUMBER))
    response = api.match(channel="task", phone_number=NUMBER, **EMAIL)
    assert (names(response), response["outcome"]) == (["Ann"], "unique")
    assert shared(response) == [{"email": False, "phone": True}]
    response = api.match(channel="task", phone_number=NUMBER, email_address="unknown@example.com")
    assert (len(response["candidates"]), response["outcome"]) == (4, "ambiguous")


def test_a_shared_value_in_the_search_attributes_does_not_decide(api: Caller) -> None:
    """The match keys of the channel decide. If they have no match, the shared value decides."""
    api.define("plan")
    api.patch("/v1/settings", {"shared_above": 2})
    api.create("Ann", phone_numbers=phones(NUMBER), keys={"plan": ["gold"]})
    for _ in range(3):
        api.create("Other", keys={"plan": ["gold"]})
    attributes = {"profileSearchKey": "plan", "profileSearchValue": "gold"}
    assert names(api.match(**CALL, attributes=attributes)) == ["Ann"]
    assert len(api.match(attributes=attributes)["candidates"]) == 4


# More candidates than the maximum.


def test_up_to_200_candidates_are_ranked_exactly(api: Caller) -> None:
    """With 201 candidates, one is omitted and `truncated` is true."""
    for number in range(199):
        api.create(f"N{number}", phone_numbers=phones(NUMBER))
    api.create("Last", phone_numbers=phones(NUMBER))
    candidates = all_candidates(api, **CALL)
    assert_200_profiles(candidates)
    changed = [candidate["profile"]["updated_at"] for candidate in candidates]
    assert changed == sorted(changed, reverse=True)
    # Profiles that were created in the same millisecond are ordered by ID.
    assert candidates[0]["profile"]["first_name"] in {"Last", "N198", "N197"}
    assert api.match(**CALL)["truncated"] is False
    api.create("More", phone_numbers=phones(NUMBER))
    response = api.match(**CALL)
    assert (response["truncated"], response["outcome"], len(response["candidates"])) == (
        True,
        "ambiguous",
        20,
    )
    candidates = all_candidates(api, **CALL)
    assert_200_profiles(candidates)


@pytest.fixture(scope="module")
def crowd(module_api: Caller) -> Caller:
    """Return a caller of a service with 230 profiles that share a number and a name, and with Zoe."""
    api = module_api
    api.define("plan")
    with unmeasured():
        for number in range(230):
            email = emails("all@example.com") if number < 120 else []
            api.create("Sam", last_name="Fox", phone_numbers=phones(NUMBER), email_addresses=email)
    # Zoe gets the last of all IDs, so that a page in the order of IDs would not contain her.
    profile = api.create(
        "Zoe", email_addresses=emails("zoe@example.com"), phone_numbers=phones("+5511987654321")
    )
    document = api.database["profiles"].find_one({"_id": profile["profile_id"]})
    api.database["profiles"].delete_one({"_id": profile["profile_id"]})
    entry = f"profile_id:{profile['profile_id']}"
    lookup = [f"profile_id:{'f' * 32}" if each == entry else each for each in document["lookup"]]
    api.database["profiles"].insert_one(document | {"_id": "f" * 32, "lookup": lookup})
    return api


def _set_mode(api: Caller, mode: str, keys: list[str], shared_above: int = 20) -> None:
    modes, match_keys = {"task": mode}, {"task": keys}
    api.patch("/v1/settings", {"match_modes": modes, "match_keys": match_keys, "shared_above": shared_above})


ZOE: Json = {"channel": "task", "email_address": "zoe@example.com", "name": "Sam Fox"}


@pytest.mark.parametrize("shared_above", [1, 20, 100])
@pytest.mark.parametrize("keys", [["phone", "name", "email"], ["email", "name", "phone"]], ids=str)
@pytest.mark.parametrize("mode", ["first", "all"])
def test_candidates_on_the_best_tiers_are_kept_if_there_are_more_than_200(
    crowd: Caller, mode: str, keys: list[str], shared_above: int
) -> None:
    """Hundreds of profiles have the number and the name. Zoe has the e-mail address and stays first."""
    _set_mode(crowd, mode, keys, shared_above)
    response = crowd.match(**ZOE, phone_number=NUMBER)
    assert names(response)[0] == "Zoe"
    # In mode `first` the e-mail address decides, so Zoe is the only candidate.
    assert (response["outcome"], response["truncated"]) == ("unique", mode == "all")
    assert shared(response)[0] == {"email": False}
    if mode == "first":
        assert len(response["candidates"]) == 1
    else:
        assert shared(response)[1:] == [{"phone": True, "name": True}] * 19
        candidates = all_candidates(crowd, **ZOE, phone_number=NUMBER)
        assert_200_profiles(candidates)


def test_a_shared_value_is_detected_among_truncated_candidates(crowd: Caller) -> None:
    """More than 100 profiles have the e-mail address. Their position in the order of IDs does not matter."""
    _set_mode(crowd, "all", ["phone", "email"], 100)
    response = crowd.match(channel="task", phone_number=NUMBER, email_address="all@example.com")
    assert len(response["candidates"]) == 20
    assert {flag for each in shared(response) for flag in each.values()} == {True}
    assert (response["outcome"], response["truncated"]) == ("ambiguous", True)


def test_a_criterion_of_more_than_200_profiles_keeps_the_best_tiers(crowd: Caller) -> None:
    """Hundreds of profiles meet the criterion. Zoe has the e-mail address and stays first."""
    _set_mode(crowd, "all", ["phone", "email"])
    zoe = crowd.database["profiles"].find_one({"_id": "f" * 32})
    named = {**zoe, "lookup": [*zoe["lookup"], "name:samfox"]}
    crowd.database["profiles"].replace_one({"_id": "f" * 32}, named)
    criteria = [{"key": "name", "values": ["Sam Fox"]}]
    try:
        response = crowd.match(
            channel="task", phone_number=NUMBER, email_address="zoe@example.com", criteria=criteria
        )
    finally:
        crowd.database["profiles"].replace_one({"_id": "f" * 32}, zoe)
    assert names(response)[0] == "Zoe"
    assert (response["outcome"], response["truncated"]) == ("unique", True)
    assert shared(response)[:2] == [{"email": False, "name": True}, {"phone": True, "name": True}]
