"""Match and search over HTTP when hundreds of profiles share a value."""

from collections import Counter
from typing import Any

import pytest

from service.store.client import page_scan
from tests.api.caller import Caller, Json

NUMBER, FORMER_NUMBER = "+5511987654321", "+551187654321"
SAM = {"last_name": "Fox"}


def phones(*numbers: str) -> list[Json]:
    """Return the phone numbers of a profile."""
    return [{"value": number} for number in numbers]


def create_many(api: Caller, count: int, first_name: str, id_prefix: str, **fields: Any) -> list[str]:
    """Create ``count`` equal profiles whose IDs start with ``id_prefix``. Return the IDs."""
    model = api.database["profiles"].find_one_and_delete(
        {"_id": api.create(first_name, **fields)["profile_id"]}
    )
    lookup = [entry for entry in model["lookup"] if not entry.startswith("profile_id:")]
    ids = [f"{id_prefix}{n:0{32 - len(id_prefix)}x}" for n in range(count)]
    copies = [{**model, "_id": each, "lookup": sorted([*lookup, f"profile_id:{each}"])} for each in ids]
    api.database["profiles"].insert_many(copies)
    return ids


def names(response: Json) -> Counter[str]:
    """Return how often each first name occurs among the candidates."""
    return Counter(candidate["profile"]["first_name"] for candidate in response["candidates"])


def all_names(api: Caller, contact: Json) -> Counter[str]:
    """Return how often each first name occurs among the candidates of all pages."""
    counts: Counter[str] = Counter()
    response: Json = {"next_cursor": None}
    while not counts or response["next_cursor"]:
        cursor = {"cursor": response["next_cursor"]} if response["next_cursor"] else {}
        response = api.match(**contact, limit=100, **cursor)
        counts += names(response)
    return counts


def set_match_keys(api: Caller, mode: str, *keys: str, shared_above: int = 20) -> None:
    """Set the match keys and the match mode of the voice channel."""
    modes, match_keys = {"voice": mode}, {"voice": list(keys)}
    api.patch("/v1/settings", {"match_modes": modes, "match_keys": match_keys, "shared_above": shared_above})


@pytest.mark.parametrize("mode", ["first", "all"])
def test_a_deciding_key_is_not_affected_by_a_common_later_key(api: Caller, mode: str) -> None:
    """One profile has the e-mail address, and 250 profiles have the name. The e-mail address decides."""
    set_match_keys(api, mode, "email", "name")
    create_many(api, 250, "Sam", "0", last_name="Fox")
    api.create("Eve", email_addresses=[{"value": "eve@example.com"}])
    response = api.match(email_address="eve@example.com", name="Sam Fox")
    assert (response["outcome"], response["truncated"]) == ("unique", mode == "all")
    assert response["candidates"][0]["profile"]["first_name"] == "Eve"
    assert (len(response["candidates"]) == 1) == (mode == "first")


def test_matches_of_a_later_key_displace_no_candidate(api: Caller) -> None:
    """30 profiles have the number, one has its former notation. All 31 are candidates, despite 250 names."""
    set_match_keys(api, "first", "phone", "name")
    create_many(api, 250, "Sam", "0", last_name="Fox")
    create_many(api, 30, "Ann", "f", phone_numbers=phones(NUMBER))
    api.create("Bo", phone_numbers=phones(FORMER_NUMBER))
    contact: Json = {"phone_number": NUMBER, "name": "Sam Fox"}
    response = api.match(**contact)
    assert response["truncated"] is False
    assert response["candidates"][0]["profile"]["first_name"] == "Bo"
    assert all_names(api, contact) == {"Ann": 30, "Bo": 1}
    shared = [reason["shared"] for candidate in response["candidates"] for reason in candidate["matched_on"]]
    assert shared == [False] + [True] * 19


def test_more_than_200_matches_of_the_deciding_key_are_truncated(api: Caller) -> None:
    """The number of matches of later keys does not matter."""
    set_match_keys(api, "first", "phone", "name")
    create_many(api, 250, "Sam", "0", last_name="Fox")
    create_many(api, 230, "Ann", "f", phone_numbers=phones(NUMBER))
    api.create("Bo", phone_numbers=phones(FORMER_NUMBER))
    contact: Json = {"phone_number": NUMBER, "name": "Sam Fox"}
    assert api.match(**contact)["truncated"] is True
    assert all_names(api, contact) == {"Ann": 199, "Bo": 1}


def test_a_profile_with_several_matching_values_counts_once(api: Caller) -> None:
    """The maximum of 200 candidates leaves 45 places for the profiles with the weakest match."""
    api.define("plan")
    set_match_keys(api, "all", "phone", "email", "account", "name", "plan", shared_above=100)
    three_values = {
        "phone_numbers": phones(NUMBER),
        "email_addresses": [{"value": "a@example.com"}],
        "account_number": "A-1",
    }
    create_many(api, 95, "Ann", "c", **three_values)
    create_many(api, 60, "Zed", "f", last_name="Roe")
    create_many(api, 150, "Bob", "0", keys={"plan": ["gold"]})
    contact: Json = {
        "phone_number": NUMBER,
        "email_address": "a@example.com",
        "name": "Zed Roe",
        "attributes": {"account": "A-1", "plan": "gold"},
    }
    assert api.match(**contact)["truncated"] is True
    assert all_names(api, contact) == {"Ann": 95, "Zed": 60, "Bob": 45}


@pytest.fixture
def max_scanned(monkeypatch: pytest.MonkeyPatch) -> int:
    """Reduce the maximum number of profiles in a page scan, so that tests can exceed it. Return it."""
    monkeypatch.setattr(page_scan, "MAX_SCANNED", 250)
    return 250


@pytest.mark.parametrize("limit", [1, 20, 100])
def test_a_search_for_profiles_with_all_common_values_finds_every_profile(
    api: Caller, max_scanned: int, limit: int
) -> None:
    """A page can be short or empty and still have a cursor. No profile occurs twice."""
    create_many(api, 3 * max_scanned, "Sam", "1", last_name="Fox")
    create_many(api, 3 * max_scanned, "Roe", "2", phone_numbers=phones(NUMBER))
    both = create_many(api, 30, "Sam", "3", last_name="Fox", phone_numbers=phones(NUMBER))
    create_many(api, 2 * max_scanned, "Sam", "4", last_name="Fox", phone_numbers=phones("+12125550100"))
    both += create_many(api, 5, "Sam", "5", last_name="Fox", phone_numbers=phones(NUMBER))
    criteria: Any = [("phone", [NUMBER]), ("name", ["Sam Fox"])]
    results: list[str] = []
    sizes: list[int] = []
    cursor = None
    while not sizes or cursor:
        response = api.search(*criteria, operator="and", limit=limit, cursor=cursor)
        results += [item["profile"]["profile_id"] for item in response["items"]]
        sizes.append(len(response["items"]))
        cursor = response["next_cursor"]
    assert results == both
    assert min(sizes) == 0
    assert len(sizes) < 35 / limit + 3 * 2 + 1


@pytest.mark.parametrize("limit", [20, 100])
def test_a_search_for_profiles_with_any_common_value_finds_every_profile(
    api: Caller, max_scanned: int, limit: int
) -> None:
    """Profiles that meet both criteria come before those that meet one. No profile occurs twice."""
    both = create_many(api, 30, "Sam", "1", last_name="Fox", phone_numbers=phones(NUMBER))
    by_number = create_many(api, max_scanned + 20, "Roe", "2", phone_numbers=phones(NUMBER))
    by_name = create_many(api, 2 * max_scanned, "Sam", "3", last_name="Fox")
    both += create_many(api, 30, "Sam", "4", last_name="Fox", phone_numbers=phones(NUMBER))
    criteria: Any = [("phone", [NUMBER]), ("name", ["Sam Fox"])]
    results: list[str] = []
    cursor = None
    while not results or cursor:
        response = api.search(*criteria, operator="or", limit=limit, cursor=cursor)
        results += [item["profile"]["profile_id"] for item in response["items"]]
        cursor = response["next_cursor"]
    assert sorted(results[:60]) == both
    assert results[60:] == by_number + by_name


def test_a_match_narrowed_by_a_common_value_is_truncated(api: Caller, max_scanned: int) -> None:
    """Hundreds of profiles share each value, so the scan stops early. There may be more matches."""
    set_match_keys(api, "first", "phone")
    create_many(api, 2 * max_scanned, "Sam", "1", last_name="Fox")
    create_many(api, 2 * max_scanned, "Roe", "2", phone_numbers=phones(NUMBER))
    contact: Json = {"phone_number": NUMBER, "criteria": [{"key": "name", "values": ["Sam Fox"]}]}
    response = api.match(**contact)
    assert (response["outcome"], response["candidates"], response["truncated"]) == ("none", [], True)
    create_many(api, 1, "Sam", "0", last_name="Fox", phone_numbers=phones(NUMBER))
    for unique_by_name in (False, True):
        api.patch("/v1/settings", {"unique_by_name": unique_by_name})
        response = api.match(**contact)
        assert (response["outcome"], response["truncated"]) == ("ambiguous", True)
        assert names(response) == {"Sam": 1}


def test_a_rare_value_is_found_among_common_values(api: Caller, max_scanned: int) -> None:
    """The profile has the last ID, so the scan of the common values would not find it."""
    set_match_keys(api, "all", "phone", "email")
    create_many(api, 2 * max_scanned, "Sam", "1", last_name="Fox")
    create_many(api, 2 * max_scanned, "Roe", "2", phone_numbers=phones(NUMBER))
    create_many(api, 1, "Sam", "f", last_name="Fox", email_addresses=[{"value": "sam@example.com"}])
    response = api.match(
        phone_number=NUMBER,
        email_address="sam@example.com",
        criteria=[{"key": "name", "values": ["Sam Fox"]}],
    )
    assert (response["outcome"], names(response)) == ("unique", {"Sam": 1})
