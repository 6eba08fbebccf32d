"""What was created, updated or deleted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from service.use_cases import cursors
from tests.api.caller import Caller, Json, stored_part
from tests.api.credentials import Credentials
from tests.api.feed import Feed, show_changes_at_once, summary

pytestmark = pytest.mark.usefixtures("changes_at_once")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _delete(api: Caller, profile: Json) -> None:
    api.delete(f"/v1/profiles/{profile['profile_id']}")


def _change(api: Caller, profile: Json, **fields: Any) -> Json:
    changed: Json = api.patch(f"/v1/profiles/{profile['profile_id']}", fields)
    return changed


def test_without_profiles_there_is_a_cursor(api: Caller) -> None:
    """A program keeps it for the next poll. It begins at the beginning."""
    page = Feed(api).page()
    assert page.keys() == {"items", "next_cursor", "as_of"}
    assert page["items"] == []
    profile = api.create()
    assert summary(Feed(api, page["next_cursor"]).poll()) == [(profile["profile_id"], "created")]


def test_each_change_has_its_form(api: Caller) -> None:
    """A deletion has an ID and a time, and nothing else. Other changes have the whole profile."""
    before = datetime.now(UTC).replace(microsecond=0)
    first, second, third = (api.create(name) for name in "abc")
    second = _change(api, second, last_name="Lee")
    _delete(api, third)
    created, updated, deleted = Feed(api).page()["items"]
    times = [created.pop("changed_at"), updated.pop("changed_at"), deleted.pop("deleted_at")]
    assert created == {"profile_id": first["profile_id"], "change": "created", "profile": first}
    assert updated == {"profile_id": second["profile_id"], "change": "updated", "profile": second}
    assert deleted == {"profile_id": third["profile_id"]}
    assert times == sorted(times)
    assert all(before <= _time(time) <= before + timedelta(minutes=1) for time in times)


def test_a_poll_returns_only_what_is_new(api: Caller) -> None:
    """The cursor of a poll without changes stays valid."""
    feed = Feed(api)
    first = api.create("a")
    assert summary(feed.poll()) == [(first["profile_id"], "created")]
    assert feed.poll() == []
    second = api.create("b")
    _change(api, first, last_name="Lee")
    assert summary(feed.poll()) == [(second["profile_id"], "created"), (first["profile_id"], "updated")]
    _delete(api, second)
    assert summary(feed.poll()) == [(second["profile_id"], "deleted")]
    assert feed.poll() == []


def test_a_profile_that_changed_several_times_is_returned_once(api: Caller) -> None:
    """It is in its latest state, at its latest place."""
    first, second = api.create("a"), api.create("b")
    for number in range(3):
        latest = _change(api, first, last_name=str(number))
    items = Feed(api).poll()
    assert summary(items) == [(second["profile_id"], "created"), (first["profile_id"], "updated")]
    assert items[1]["profile"] == latest


@pytest.mark.parametrize("change", ["add", "release", "undefined"])
def test_every_operation_that_changes_a_profile_is_a_change(api: Caller, change: str) -> None:
    """A request that changes nothing, such as a read or a repeated request, is none."""
    api.define("plan")
    profile = api.create(keys={"plan": ["gold"]})
    path = f"/v1/profiles/{profile['profile_id']}"
    feed = Feed(api)
    feed.poll()
    api.get(path)
    api.patch(path, {"first_name": "Ann"})
    api.post(f"{path}/keys", {"key": "plan", "values": ["Gold"]})
    api.associate("c-1", profile["profile_id"])
    assert feed.poll() == []
    if change == "add":
        api.post(f"{path}/keys", {"key": "plan", "values": ["silver"]})
    elif change == "release":
        api.post(f"{path}/keys/release", {"key": "plan", "values": ["gold"]})
    else:
        api.patch(path, {"keys": {"plan": None}})
    assert summary(feed.poll()) == [(profile["profile_id"], "updated")]


def test_a_repeated_creation_is_no_change(api: Caller) -> None:
    """The profile was created by the first request."""
    feed = Feed(api)
    for _ in range(2):
        api.post("/v1/profiles", {"first_name": "Ann"}, status=201, headers={"Idempotency-Key": "one"})
        changes = summary(feed.poll())
    assert changes == []


def test_a_profile_that_is_created_again_is_a_creation(api: Caller) -> None:
    """An Idempotency-Key can create a deleted profile again, under the same ID."""
    feed, late_feed = Feed(api), Feed(api)
    for _ in range(2):
        key = {"Idempotency-Key": "again"}
        profile = stored_part(api.post("/v1/profiles", {"first_name": "Ann"}, status=201, headers=key))
        assert summary(feed.poll()) == [(profile["profile_id"], "created")]
        assert feed.copies == {profile["profile_id"]: profile}
        _delete(api, profile)
        if not late_feed.copies:
            assert summary(feed.poll()) == [(profile["profile_id"], "deleted")]
            profile = api.post("/v1/profiles", {"first_name": "Ann"}, status=201, headers=key)
            assert summary(late_feed.poll()) == [(profile["profile_id"], "created")]
            feed.poll()
            _delete(api, profile)
        assert summary(feed.poll()) == [(profile["profile_id"], "deleted")]
        assert summary(late_feed.poll()) == [(profile["profile_id"], "deleted")]
        assert feed.copies == {} == late_feed.copies


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 1000])
def test_pages_of_any_size_have_all_changes_in_order(api: Caller, limit: int) -> None:
    """Changes and deletions come from two collections."""
    profiles = [api.create(name) for name in "abcdef"]
    _delete(api, profiles[1])
    _change(api, profiles[0], last_name="Lee")
    _delete(api, profiles[3])
    order = [(2, "created"), (4, "created"), (5, "created"), (1, "deleted"), (0, "updated"), (3, "deleted")]
    expected = [(profiles[number]["profile_id"], change) for number, change in order]
    assert summary(Feed(api).poll(limit=limit)) == expected


def test_profiles_of_older_releases_come_first(api: Caller) -> None:
    """They have no time of a change in MongoDB's clock, and are ordered by ID."""
    profiles = [api.create(name) for name in "abcd"]
    old = sorted(profile["profile_id"] for profile in profiles[:3])
    api.database["profiles"].update_many({"_id": {"$in": old}}, {"$unset": {"changed": ""}})
    expected = [*((profile_id, "created") for profile_id in old), (profiles[3]["profile_id"], "created")]
    for limit in (1, 2, 3, 4, 5):
        feed = Feed(api)
        items = feed.poll(limit=limit)
        assert summary(items) == expected
        assert items[0]["changed_at"] == items[0]["profile"]["updated_at"]
        assert feed.poll() == []
    assert Feed(api).page(limit=1)["as_of"] == "1970-01-01T00:00:00.000Z"
    _change(api, profiles[0], last_name="Lee")
    assert summary(feed.poll()) == [(profiles[0]["profile_id"], "updated")]


def test_sensitive_values_are_masked_and_the_page_is_audited(api: Caller) -> None:
    """Deletions show no personal data, so they are not audited."""
    api.define("ssn", type="digits", sensitive=True)
    profile = api.create("Ann", keys={"ssn": ["123-45-6789"]})
    _delete(api, api.create("Bo"))
    before = len(api.audit())
    created, _ = Feed(api).page()["items"]
    assert created["profile"]["keys"] == {"ssn": ["*******6789"]}
    (event,) = api.audit()[before:]
    assert (event["action"], event["profile_ids"]) == ("read", [profile["profile_id"]])
    Feed(api).page(cursor=cursors.of_change(cursors.to_change(Feed(api).page()["next_cursor"])))
    assert len(api.audit()) == before + 2


def test_a_deletion_stores_no_personal_data(api: Caller) -> None:
    """It has an ID, a domain and times."""
    _delete(api, api.create("Ann", phone_numbers=[{"value": "+12125550100"}]))
    (deletion,) = api.database["deletions"].find()
    assert deletion.keys() == {"_id", "domain", "erasing_at", "deleted"}


def test_a_rejected_deletion_is_no_change(api: Caller) -> None:
    """The version in If-Match is not that of the profile, or there is no profile."""
    profile = api.create()
    feed = Feed(api)
    feed.poll()
    path = f"/v1/profiles/{profile['profile_id']}"
    api.call("DELETE", path, status=412, headers={"If-Match": '"7"'})
    api.call("DELETE", f"/v1/profiles/{'0' * 32}", status=404)
    assert feed.poll() == []


def test_changes_of_another_domain_are_not_returned(
    credentials: Credentials, authenticated_app: Flask
) -> None:
    """Neither profiles nor deletions, even with a cursor of the other domain."""
    stores = show_changes_at_once(authenticated_app)
    try:
        ours, theirs = credentials.caller(domain="ours"), credentials.caller(domain="theirs")
        ours.create("a")
        _delete(ours, ours.create("b"))
        feed = Feed(ours)
        assert len(feed.poll(limit=1)) == 2
        assert Feed(theirs).poll() == []
        assert Feed(theirs, feed.cursor).poll() == []
        (profile,) = [theirs.create("c")]
        assert summary(Feed(theirs).poll()) == [(profile["profile_id"], "created")]
    finally:
        authenticated_app.extensions["profile_lookup"] = stores
