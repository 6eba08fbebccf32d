"""A merge that is repeated, without an Idempotency-Key or after another request has merged the profiles."""

from typing import Any

import pytest

from tests.api.caller import Caller, pointers
from tests.api.merging import create, data_of, merge, path, read, undo


def _repeat(api: Caller, target: Any, *sources: Any, **body: Any) -> Any:
    """Send a merge that was made already, and return its response."""
    body["profile_ids"] = [each["profile_id"] for each in sources]
    response = api.call("POST", path(target, "/merge"), body)
    assert response.headers["Idempotency-Replayed"] == "true"
    return response.get_json()


def _reject(api: Caller, target: Any, *sources: Any, **fields: Any) -> Any:
    body = {"profile_ids": [each["profile_id"] for each in sources], "fields": fields}
    return api.reject("POST", path(target, "/merge"), body, status=422, code="invalid_request")


def test_it_returns_the_merge_into_the_profile_in_the_path(api: Caller) -> None:
    """Not the later merge of that profile: its undo would separate others."""
    a, b, c = (create(api, last_name=name) for name in "abc")
    first, second = merge(api, b, a), merge(api, c, b)
    again = _repeat(api, b, a)
    assert (again["merge_id"], again["profile_id"]) == (first["merge_id"], b["profile_id"])
    assert again["profile"]["profile_id"] == c["profile_id"]
    assert _repeat(api, c, a)["merge_id"] == _repeat(api, c, b)["merge_id"] == second["merge_id"]


def test_it_returns_the_merge_of_each_step_of_a_chain(api: Caller) -> None:
    """Also for a profile that was merged with the one in the path, not into it."""
    a, b, c, d, e = (create(api, last_name=name) for name in "abcde")
    merges = [merge(api, b, a), merge(api, c, b), merge(api, d, c), merge(api, c, e)]
    for target, merged in zip((b, c, d), merges, strict=False):
        assert _repeat(api, target, a)["merge_id"] == merged["merge_id"]
    # `c` stands for `d` since the third merge.
    assert _repeat(api, c, e)["merge_id"] == _repeat(api, a, e)["merge_id"] == merges[3]["merge_id"]


def test_it_returns_the_latest_merge_of_several_profiles(api: Caller) -> None:
    """Each of them came into the profile by a merge of its own."""
    target, one, other = create(api), create(api), create(api)
    merged = [merge(api, target, one), merge(api, target, other)]
    for ids in ((one, other), (other, one)):
        assert _repeat(api, target, *ids)["merge_id"] == merged[1]["merge_id"]
    undo(api, merged[1])
    assert _repeat(api, target, one)["merge_id"] == merged[0]["merge_id"]


def test_a_merged_profile_in_the_path_cannot_be_merged_into_itself(api: Caller) -> None:
    """As before its merge."""
    target, one, other = create(api), create(api), create(api)
    merge(api, target, one)
    for ids in ([other, one], [other, target]):
        body = {"profile_ids": [each["profile_id"] for each in ids]}
        problem = api.reject("POST", path(one, "/merge"), body, status=422, code="invalid_request")
        assert pointers(problem) == ["/profile_ids/1"]


@pytest.fixture
def trio(api: Caller) -> tuple[Any, Any, Any]:
    """Return a profile, another one that was merged into it, and a third one."""
    target = create(api, last_name="Lee", attributes={"tier": "gold"})
    other = create(api, first_name=None, business_name="Ann Inc.", attributes={"size": "L"})
    merge(api, target, other, fields={"last_name": other["profile_id"]})
    return target, other, create(api)


def test_wrong_fields_are_rejected(api: Caller, trio: tuple[Any, Any, Any]) -> None:
    """As in the first request."""
    target, other, third = trio
    own, others = target["profile_id"], other["profile_id"]
    assert pointers(_reject(api, target, other, nope=others)) == ["/fields/nope"]
    assert pointers(_reject(api, target, other, last_name=third["profile_id"])) == ["/fields/last_name"]
    assert pointers(_reject(api, target, other, last_name="f" * 32)) == ["/fields/last_name"]
    assert pointers(_reject(api, target, other, **{"attributes.colour": others})) == ["/fields"]
    assert pointers(_reject(api, target, other, first_name=others, business_name=own)) == ["/fields"]


def test_fields_of_the_profile_into_which_the_target_was_merged_are_rejected(
    api: Caller, trio: tuple[Any, Any, Any]
) -> None:
    """It is no profile of the repeated merge."""
    target, other, third = trio
    merge(api, third, target)
    assert pointers(_reject(api, target, other, gender=third["profile_id"])) == ["/fields/gender"]
    _repeat(api, target, other, fields={"gender": target["profile_id"], "party_type": other["profile_id"]})


def test_other_fields_change_nothing(api: Caller, trio: tuple[Any, Any, Any]) -> None:
    """The response has the profile as it is. A field that was removed since is still known."""
    target, other, _ = trio
    api.patch(path(target), {"attributes": {"size": None, "tier": None}})
    before = read(api, target)
    ids = {"first_name": other["profile_id"], "last_name": target["profile_id"]}
    attributes = {"attributes.tier": target["profile_id"], "attributes.size": other["profile_id"]}
    assert _repeat(api, target, other, fields=ids | attributes)["profile"] == before == read(api, target)
    assert before["last_name"] is None


def test_a_stale_version_is_rejected(api: Caller, trio: tuple[Any, Any, Any]) -> None:
    """The same request with an Idempotency-Key is the exception: it is one request."""
    target, other, third = trio
    body = {"profile_ids": [other["profile_id"]]}
    url, stale = path(target, "/merge"), {"If-Match": '"1"'}
    api.reject("POST", url, body, status=412, code="version_conflict", headers=stale)
    response = api.call("POST", url, body, headers={"If-Match": '"2"'})
    assert response.headers["Idempotency-Replayed"] == "true"
    keyed = {"If-Match": '"2"', "Idempotency-Key": "merge-1"}
    body = {"profile_ids": [third["profile_id"]]}
    first, second = (api.call("POST", url, body, headers=keyed).get_json() for _ in range(2))
    assert first["merge_id"] == second["merge_id"]
    assert data_of(first["profile"]) == data_of(second["profile"])
