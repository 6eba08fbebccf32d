"""Match and search over HTTP if hundreds of profiles share a value."""

from collections import Counter
from typing import Any

import pytest

from service.store.client import page_scan
from tests.api.caller import Caller, Json

NUMBER, FORMER = "+5511987654321", "+551187654321"
SAM = {"last_name": "Fox"}


def phones(*numbers: str) -> list[Json]:
    """Return the phone numbers of a profile."""
    return [{"value": number} for number in numbers]


def crowd(api: Caller, count: int, first_name: str, begin: str, **fields: Any) -> list[str]:
    """Create ``count`` similar profiles whose IDs start with ``begin``, and return the IDs."""
    model = api.database["profiles"].find_one_and_delete(
        {"_id": api.create(first_name, **fields)["profile_id"]}
    )
    lookup = [entry for entry in model["lookup"] if not entry.startswith("profile_id:")]
    ids = [f"{begin}{n:0{32 - len(begin)}x}" for n in range(count)]
    copies = [{**model, "_id": each, "lookup": sorted([*lookup, f"profile_id:{each}"])} for each in ids]
    api.database["profiles"].insert_many(copies)
    return ids


def names(response: Json) -> Counter[str]:
    """Return how many candidates have each first name."""
    return Counter(candidate["profile"]["first_name"] for candidate in response["candidates"])


def all_names(api: Caller, contact: Json) -> Counter[str]:
    """Return how many candidates on all pages have each first name."""
    counts: Counter[str] = Counter()
    response: Json = {"next_cursor": None}
    while not counts or response["next_cursor"]:
        cursor = {"cursor": response["next_cursor"]} if response["next_cursor"] else {}
        response = api.match(**contact, limit=100, **cursor)
        counts += names(response)
    return counts


def settings(api: Caller, mode: str, *keys: str, shared_above: int = 20) -> None:
    """Match calls on these keys, in the given mode."""
    modes, match_keys = {"voice": mode}, {"voice": list(keys)}
    api.patch("/v1/settings", {"match_modes": modes, "match_keys": match_keys, "shared_above": shared_above})


@pytest.mark.parametrize("mode", ["first", "all"])
def test_a_deciding_key_is_not_affected_by_a_common_later_key(api: Caller, mode: str) -> None:
    """One profile has the e-mail and hundreds the name. If the e-mail decides, there is one candidate."""
    settings(api, mode, "email", "name")
    crowd(api, 250, "Sam", "0", last_name="Fox")
    api.create("Eve", email_addresses=[{"value": "eve@example.com"}])
    response = api.match(email_address="eve@example.com", name="Sam Fox")
    assert (response["outcome"], response["truncated"]) == ("unique", mode == "all")
    assert response["candidates"][0]["profile"]["first_name"] == "Eve"
    assert (len(response["candidates"]) == 1) == (mode == "first")


def test_matches_of_a_later_key_displace_no_candidate(api: Caller) -> None:
    """Thirty have the number and one its former spelling. All are candidates. Hundreds have the name."""
    settings(api, "first", "phone", "name")
    crowd(api, 250, "Sam", "0", last_name="Fox")
    crowd(api, 30, "Ann", "f", phone_numbers=phones(NUMBER))
    api.create("Bo", phone_numbers=phones(FORMER))
    contact: Json = {"phone_number": NUMBER, "name": "Sam Fox"}
    response = api.match(**contact)
    assert response["truncated"] is False
    assert response["candidates"][0]["profile"]["first_name"] == "Bo"
    assert all_names(api, contact) == {"Ann": 30, "Bo": 1}
    shared = [reason["shared"] for candidate in response["candidates"] for reason in candidate["matched_on"]]
    assert shared == [False] + [True] * 19


def test_more_than_two_hundred_matches_of_the_deciding_key_are_truncated(api: Caller) -> None:
    """The later key does not matter."""
    settings(api, "first", "phone", "name")
    crowd(api, 250, "Sam", "0", last_name="Fox")
    crowd(api, 230, "Ann", "f", phone_numbers=phones(NUMBER))
    api.create("Bo", phone_numbers=phones(FORMER))
    contact: Json = {"phone_number": NUMBER, "name": "Sam Fox"}
    assert api.match(**contact)["truncated"] is True
    assert all_names(api, contact) == {"Ann": 199, "Bo": 1}


def test_a_profile_with_several_matching_values_counts_once(api: Caller) -> None:
    """95 match on three values, 60 on the name and 150 on another. Of the last group, 45 are ranked."""
    api.define("plan")
    settings(api, "all", "phone", "email", "account", "name", "plan", shared_above=100)
    thrice = {
        "phone_numbers": phones(NUMBER),
        "email_addresses": [{"value": "a@example.com"}],
        "account_number": "A-1",
    }
    crowd(api, 95, "Ann", "c", **thrice)
    crowd(api, 60, "Zed", "f", last_name="Roe")
    crowd(api, 150, "Bob", "0", keys={"plan": ["gold"]})
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
    """Reduce the size of a page scan so that a test can exceed it, and return it."""
    monkeypatch.setattr(page_scan, "MAX_SCANNED", 250)
    return 250


@pytest.mark.parametrize("limit", [1, 20, 100])
def test_pages_of_a_search_for_all_common_values_are_complete(
    api: Caller, max_scanned: int, limit: int
) -> None:
    """A page may be short or empty, but has a cursor. No profile comes twice."""
    crowd(api, 3 * max_scanned, "Sam", "1", last_name="Fox")
    crowd(api, 3 * max_scanned, "Roe", "2", phone_numbers=phones(NUMBER))
    both = crowd(api, 30, "Sam", "3", last_name="Fox", phone_numbers=phones(NUMBER))
    crowd(api, 2 * max_scanned, "Sam", "4", last_name="Fox", phone_numbers=phones("+12125550100"))
    both += crowd(api, 5, "Sam", "5", last_name="Fox", phone_numbers=phones(NUMBER))
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
def test_pages_of_a_search_for_any_common_value_are_complete(
    api: Caller, max_scanned: int, limit: int
) -> None:
    """Profiles that meet both come before those that meet one, wherever a scan stopped. None comes twice."""
    both = crowd(api, 30, "Sam", "1", last_name="Fox", phone_numbers=phones(NUMBER))
    by_number = crowd(api, max_scanned + 20, "Roe", "2", phone_numbers=phones(NUMBER))
    by_name = crowd(api, 2 * max_scanned, "Sam", "3", last_name="Fox")
    both += crowd(api, 30, "Sam", "4", last_name="Fox", phone_numbers=phones(NUMBER))
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
    """The first match among values that hundreds share need not be the only one."""
    settings(api, "first", "phone")
    crowd(api, 2 * max_scanned, "Sam", "1", last_name="Fox")
    crowd(api, 2 * max_scanned, "Roe", "2", phone_numbers=phones(NUMBER))
    contact: Json = {"phone_number": NUMBER, "criteria": [{"key": "name", "values": ["Sam Fox"]}]}
    response = api.match(**contact)
    assert (response["outcome"], response["candidates"], response["truncated"]) == ("none", [], True)
    crowd(api, 1, "Sam", "0", last_name="Fox", phone_numbers=phones(NUMBER))
    for unique_by_name in (False, True):
        api.patch("/v1/settings", {"unique_by_name": unique_by_name})
        response = api.match(**contact)
        assert (response["outcome"], response["truncated"]) == ("ambiguous", True)
        assert names(response) == {"Sam": 1}


def test_a_distinct_value_is_found_among_common_ones(api: Caller, max_scanned: int) -> None:
    """The position of the profile does not matter."""
    settings(api, "all", "phone", "email")
    crowd(api, 2 * max_scanned, "Sam", "1", last_name="Fox")
    crowd(api, 2 * max_scanned, "Roe", "2", phone_numbers=phones(NUMBER))
    crowd(api, 1, "Sam", "f", last_name="Fox", email_addresses=[{"value": "sam@example.com"}])
    response = api.match(
        phone_number=NUMBER,
        email_address="sam@example.com",
        criteria=[{"key": "name", "values": ["Sam Fox"]}],
    )
    assert (response["outcome"], names(response)) == ("unique", {"Sam": 1})
