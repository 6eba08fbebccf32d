"""A search and a match by the ID of a merged profile find the other profile, and say so."""

from typing import Any

import pytest

from tests.api.caller import Caller
from tests.api.merging import create, merge

HEADER = "Profile-Merged-Into"


@pytest.fixture
def pair(api: Caller) -> tuple[Any, Any]:
    """Return a profile, and another one that was merged into it."""
    target, other = create(api, last_name="Lee"), create(api)
    merge(api, target, other)
    return target, other


@pytest.mark.parametrize("mode", ["exact", "prefix"])
def test_a_search_by_profile_id(api: Caller, pair: tuple[Any, Any], mode: str) -> None:
    """The search key `profile_id` finds the other profile. White space does not matter."""
    target, other = pair
    body = {"criteria": [{"key": "profile_id", "values": [f" {other['profile_id']} "]}], "mode": mode}
    response = api.call("POST", "/v1/profiles/search", body)
    assert response.headers[HEADER] == target["profile_id"]
    (found,) = response.get_json()["items"]
    assert found["profile"]["profile_id"] == found["profile"]["merged_into"] == target["profile_id"]
    assert [each["value"] for each in found["matched_on"]] == [other["profile_id"]]
    body["criteria"] = [{"key": "profile_id", "values": [target["profile_id"]]}]
    response = api.call("POST", "/v1/profiles/search", body)
    assert HEADER not in response.headers
    assert "merged_into" not in response.get_json()["items"][0]["profile"]


def test_a_search_by_several_profile_ids(api: Caller, pair: tuple[Any, Any]) -> None:
    """Each profile says whether it was found by another ID. One header cannot name two profiles."""
    target, other = pair
    second, third = create(api, last_name="Poe"), create(api)
    ids = [other["profile_id"], target["profile_id"], second["profile_id"]]
    body = {"criteria": [{"key": "profile_id", "values": ids}]}
    response = api.call("POST", "/v1/profiles/search", body)
    assert response.headers[HEADER] == target["profile_id"]
    found = [each["profile"] for each in response.get_json()["items"]]
    assert {each["profile_id"]: each.get("merged_into") for each in found} == {
        target["profile_id"]: target["profile_id"],
        second["profile_id"]: None,
    }
    merge(api, second, third)
    ids.append(third["profile_id"])
    response = api.call("POST", "/v1/profiles/search", body)
    assert HEADER not in response.headers
    found = [each["profile"] for each in response.get_json()["items"]]
    assert len(found) == 2
    assert all(each["merged_into"] == each["profile_id"] for each in found)


def test_a_match_by_profile_id(api: Caller, pair: tuple[Any, Any]) -> None:
    """Also as a criterion."""
    target, other = pair
    attributes = {"profileSearchKey": "profile_id", "profileSearchValue": other["profile_id"]}
    criteria = [{"key": "profile_id", "values": [other["profile_id"]]}]
    bodies: list[Any] = [
        {"attributes": attributes},
        {"attributes": {**attributes, "profileSearchValue": target["profile_id"]}, "criteria": criteria},
    ]
    for body in bodies:
        response = api.call("POST", "/v1/contacts/x/match", {"channel": "voice", **body})
        assert response.headers[HEADER] == target["profile_id"]
        (candidate,) = response.get_json()["candidates"]
        assert candidate["profile"]["profile_id"] == target["profile_id"]
        assert candidate["profile"]["merged_into"] == target["profile_id"]
