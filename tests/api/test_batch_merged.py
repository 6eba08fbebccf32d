"""Batches with `on_merged=reject`: no item changes another profile than the one with its ID."""

from typing import Any

from tests.api.caller import Caller
from tests.api.merging import create, merge, path


def test_items_with_the_id_of_a_merged_profile_fail(api: Caller) -> None:
    """They say into which profile it was merged. A dry run does too."""
    target, other = create(api, last_name="Lee"), create(api)
    merge(api, target, other)
    by_key = {"key": "profile_id", "value": other["profile_id"]}
    items: list[Any] = [
        {"operation": "update", "profile_id": other["profile_id"], "profile": {"first_name": "Old"}},
        {"operation": "update", "match_on": by_key, "profile": {"first_name": "Old"}},
        {"operation": "delete", "profile_id": other["profile_id"]},
        {"operation": "update", "profile_id": target["profile_id"], "profile": {"first_name": "New"}},
    ]
    for query in ("&dry_run=true", ""):
        url = f"/v1/profiles/batch?on_merged=reject{query}"
        *rejected, updated = api.post(url, {"items": items})["items"]
        for result in rejected:
            assert (result["status"], result["outcome"]) == (409, None)
            assert result["problem"]["code"] == "profile_merged"
            assert result["merged_into"] == result["profile_id"] == target["profile_id"]
        assert updated["outcome"] == "updated"
        assert "merged_into" not in updated
    assert api.get(path(target))["first_name"] == "New"


def test_an_item_that_was_executed_before_the_merge_does_not_fail(api: Caller) -> None:
    """A retry returns its result."""
    headers = {"Idempotency-Key": "batch-1"}
    pair = [create(api), create(api)]
    items = [
        {"operation": "update", "profile_id": each["profile_id"], "profile": {"gender": "f"}} for each in pair
    ]
    url = "/v1/profiles/batch?on_merged=reject"
    api.post(url, {"items": items}, headers=headers)
    merge(api, *pair)
    api.database["batches"].update_many({}, {"$unset": {"results": ""}})
    again = api.post(url, {"items": items}, headers=headers)["items"]
    assert [each["outcome"] for each in again] == ["updated", "updated"]
