"""Where the changes begin: after a cursor, or since a time."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Timestamp

from tests.api.caller import Caller, pointers
from tests.api.feed import CHANGES, Feed, summary

pytestmark = pytest.mark.usefixtures("changes_at_once")


def test_as_of_says_how_far_the_pages_are_complete(api: Caller) -> None:
    """Before the last page it is the time of the last item."""
    for name in "abc":
        api.create(name)
    feed = Feed(api)
    page = feed.page(limit=2)
    assert page["as_of"] == page["items"][-1]["changed_at"]
    last = feed.page(limit=2, cursor=page["next_cursor"])
    assert last["as_of"] >= last["items"][-1]["changed_at"]
    assert Feed(api).page(limit=1000)["as_of"] >= last["as_of"]


def test_changes_since_a_time_begin_there(api: Caller) -> None:
    """The time is compared in whole seconds, so that the changes of its second are included."""
    first, second = api.create("a"), api.create("b")
    early = {"changed": _tick(datetime(2026, 1, 1, tzinfo=UTC))}
    api.database["profiles"].update_one({"_id": first["profile_id"]}, {"$set": early})
    both = [(first["profile_id"], "created"), (second["profile_id"], "created")]
    for since, expected in [
        ("2025-12-31T23:59:59Z", both),
        ("2026-01-01T00:00:00Z", both),
        ("2026-01-01T00:00:00.999Z", both),
        ("2026-01-01T09:00:00+09:00", both),
        ("2026-01-01T00:00:01Z", both[1:]),
        ("1900-01-01T00:00:00Z", both),
        ("9999-12-31T23:59:59Z", []),
    ]:
        assert summary(Feed(api).page(since=since)["items"]) == expected, since
    as_of = Feed(api).page()["as_of"]
    third = api.create("c")
    assert summary(Feed(api).page(since=as_of)["items"])[-1] == (third["profile_id"], "created")


def _tick(time: datetime) -> Any:
    return Timestamp(time, 1)


def test_a_time_in_the_future_is_waited_for(api: Caller) -> None:
    """The cursor of the empty page begins at that time."""
    api.create()
    page = Feed(api).page(since="2999-01-01T00:00:00Z")
    assert page["items"] == []
    assert Feed(api, page["next_cursor"]).poll() == []


def test_the_cursor_takes_precedence_over_since(api: Caller) -> None:
    """So a client can repeat its parameters with each page."""
    profiles = [api.create(name) for name in "abc"]
    items = Feed(api).poll(since="2026-01-01T00:00:00Z", limit=1)
    assert summary(items) == [(profile["profile_id"], "created") for profile in profiles]


@pytest.mark.parametrize("since", ["", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "1767225600", "$gt"])
def test_an_invalid_time_is_rejected(api: Caller, since: str) -> None:
    """It needs a zone."""
    problem = api.reject("GET", CHANGES, status=422, code="invalid_request", query_string={"since": since})
    assert pointers(problem) == ["/since"]


def test_a_cursor_that_was_changed_is_rejected_or_is_another_position(api: Caller) -> None:
    """No character of a cursor can be changed so that the request fails."""
    for name in "ab":
        api.create(name)
    cursor = Feed(api).page(limit=1)["next_cursor"]
    for place in range(len(cursor)):
        for letter in "Aa0_":
            query = {"cursor": cursor[:place] + letter + cursor[place + 1 :]}
            response = api.client.get(CHANGES, query_string=query)
            assert response.status_code in {200, 422}, query
