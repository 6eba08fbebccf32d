"""Contacts over HTTP: all contacts or those of one profile, newest first, in pages."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api.caller import Caller, Json, pointers
from tests.measuring import unmeasured

START = datetime(2026, 3, 1, tzinfo=UTC)


def ids(response: Json) -> list[str]:
    """Return the contact IDs of a page."""
    return [contact["contact_id"] for contact in response["items"]]


@pytest.fixture
def people(api: Caller) -> tuple[str, str]:
    """Return the IDs of Ann and Bob, who have the hourly contacts c0 to c5.

    Ann has the contacts with odd numbers, Bob has the others. c4 and c5 came at the same time.
    """
    first, second = (api.create(name)["profile_id"] for name in ("Ann", "Bob"))
    for hour, channel in enumerate(("voice", "chat", "task", "email", "voice", "voice")):
        profile_id = first if hour % 2 else second
        api.associate(f"c{hour}", profile_id, channel=channel, agent_id=f"agent-{hour // 3}")
        created_at = START + timedelta(hours=min(hour, 4))
        api.database["associations"].update_one(
            {"contact_id": f"c{hour}"}, {"$set": {"created_at": created_at}}
        )
    return first, second


def at(hour: int) -> str:
    """Return the time of a contact, in hours after the first one."""
    return (START + timedelta(hours=hour)).isoformat()


FILTERS: list[tuple[Json, str]] = [
    ({}, "c5 c4 c3 c2 c1 c0"),
    ({"channel": "voice"}, "c5 c4 c0"),
    ({"channel": "email"}, "c3"),
    ({"from": at(3)}, "c5 c4 c3"),
    ({"to": at(3)}, "c2 c1 c0"),
    ({"from": at(1), "to": at(3)}, "c2 c1"),
    ({"from": "2026-03-01T12:00:00+09:00", "to": "2026-03-01T04:00:00Z"}, "c3"),
    ({"from": "2026-03-01T03:00:00Z", "to": "2026-03-01T03:00:00.001Z"}, "c3"),
    ({"channel": "voice", "from": at(1)}, "c5 c4"),
    ({"from": at(5)}, ""),
    ({"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59Z"}, "c5 c4 c3 c2 c1 c0"),
]


FILTERS_OF_SEARCHES: list[tuple[Json, str]] = [
    *FILTERS,
    ({"agent_id": "agent-0"}, "c2 c1 c0"),
    ({"agent_id": "agent-1", "channel": "voice"}, "c5 c4"),
    ({"agent_id": "unknown"}, ""),
    (
        {"agent_id": None, "channel": None, "profile_id": None, "from": None, "to": None},
        "c5 c4 c3 c2 c1 c0",
    ),
]


@pytest.mark.usefixtures("people")
def test_contacts_are_searched_newest_first(api: Caller) -> None:
    """All filters must match. `from` is inclusive, `to` is exclusive. The ID decides between equal times."""
    for filters, expected in FILTERS_OF_SEARCHES:
        response = api.post("/v1/contacts/search", filters)
        assert (filters, ids(response)) == (filters, expected.split())
        assert response["next_cursor"] is None


def test_the_contacts_of_a_profile_are_listed(api: Caller, people: tuple[str, str]) -> None:
    """The list has the same filters as the search. A search by profile ID finds the same contacts."""
    for (filters, expected), number in product(FILTERS, (0, 1)):
        expected_ids = [contact for contact in expected.split() if int(contact[1]) % 2 != number]
        path = f"/v1/profiles/{people[number]}/contacts"
        listed = ids(api.get(f"{path}?{urlencode(filters)}"))
        assert (filters, listed) == (filters, expected_ids)
        body = filters | {"profile_id": people[number]}
        assert (body, ids(api.post("/v1/contacts/search", body))) == (body, expected_ids)


def test_a_listed_contact_is_complete(api: Caller, people: tuple[str, str]) -> None:
    """The item is equal to the response for the contact itself, also if the contact is cleared."""
    api.post("/v1/contacts/c5/clear")
    for contact in api.get(f"/v1/profiles/{people[0]}/contacts")["items"]:
        assert contact == api.get(f"/v1/contacts/{contact['contact_id']}")


def test_a_corrected_contact_moves_to_the_other_profile(api: Caller, people: tuple[str, str]) -> None:
    """A contact whose association was undone is in the list of no profile, but a search finds it."""
    api.associate("c5", people[1], status=200)
    api.delete("/v1/contacts/c3/association")
    assert ids(api.get(f"/v1/profiles/{people[0]}/contacts")) == ["c1"]
    assert ids(api.get(f"/v1/profiles/{people[1]}/contacts")) == ["c5", "c4", "c2", "c0"]
    assert "c3" in ids(api.post("/v1/contacts/search", {}))


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 6, 100])
@pytest.mark.parametrize("of_profile", [True, False])
def test_pages_of_contacts_neither_repeat_nor_skip_contacts(
    api: Caller, people: tuple[str, str], limit: int, *, of_profile: bool
) -> None:
    """Two contacts came at the same time. Contacts are created and cleared between two pages."""
    expected = ["c5", "c3", "c1"] if of_profile else ["c5", "c4", "c3", "c2", "c1", "c0"]
    seen: list[str] = []
    cursor: str | None = None
    for page in range(10):
        query: Json = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        if of_profile:
            response = api.get(f"/v1/profiles/{people[0]}/contacts?{urlencode(query)}")
        else:
            response = api.post("/v1/contacts/search", query)
        assert len(response["items"]) <= limit
        seen += ids(response)
        cursor = response["next_cursor"]
        if cursor is None:
            break
        api.associate(f"new-{page}", people[0], channel="voice")
        api.post(f"/v1/contacts/{seen[-1]}/clear")
    assert seen == expected


def test_a_page_of_contacts_has_as_many_items_as_the_limit(api: Caller) -> None:
    """The default limit is 20. A limit can be in the query string or in the body."""
    profile_id = api.create("Ann")["profile_id"]
    with unmeasured():
        for number in range(101):
            api.associate(f"c{number}", profile_id)
    path = f"/v1/profiles/{profile_id}/contacts"
    for limit in (1, 2, 19, 20, 21, 99, 100):
        for response in (api.get(f"{path}?limit={limit}"), api.post("/v1/contacts/search", {"limit": limit})):
            assert len(response["items"]) == limit
            assert response["next_cursor"]
    assert len(api.get(path)["items"]) == 20
    assert len(api.post("/v1/contacts/search", {})["items"]) == 20


TIMES: list[Any] = [
    "yesterday",
    "2026-13-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-03-01T00:00:00 09:00",
    "2026-03-01",
    "2026-03-01T00:00:00",
    "20260301T000000",
    "2026-03-01+09:00",
    "",
]


@pytest.mark.parametrize("field", ["from", "to"])
@pytest.mark.parametrize("time", [*TIMES, 1772323200, True, [], {"$gt": ""}])
def test_an_invalid_time_is_rejected(api: Caller, field: str, time: Any) -> None:
    """A time must be in the format of RFC 3339, and in the years 1 to 9999 in UTC."""
    problem = api.reject("POST", "/v1/contacts/search", {field: time}, status=422, code="invalid_request")
    assert pointers(problem) == [f"/{field}"]
    (fault,) = problem["errors"]
    out_of_range = time in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
    assert ("years 1 to 9999" if out_of_range else "such as 2026-11-26T09:00:00+09:00") in fault["detail"]


def test_an_unescaped_plus_in_a_time_gets_a_hint(api: Caller, people: tuple[str, str]) -> None:
    """In a query string, an unescaped + is decoded as a blank. Time zones often contain a +."""
    path = f"/v1/profiles/{people[0]}/contacts?from=2026-03-01T12:00:00"
    problem = api.reject("GET", f"{path}+09:00", status=422, code="invalid_request")
    assert "%2B" in problem["errors"][0]["detail"]
    assert ids(api.get(f"{path}%2B09:00")) == ["c5", "c3"]


def test_a_missing_time_zone_in_a_body_gets_no_hint_about_plus(api: Caller) -> None:
    """In a body, a + is never decoded as a blank."""
    body = {"from": "2026-03-01 12:00:00"}
    problem = api.reject("POST", "/v1/contacts/search", body, status=422, code="invalid_request")
    assert "zone" in problem["errors"][0]["detail"]
    assert "%2B" not in problem["errors"][0]["detail"]


INVALID_QUERIES = [
    *((f"from={time}", "/from") for time in TIMES),
    (f"from={at(2)[:19]}Z&to={at(1)[:19]}Z", "/to"),
    (f"from={at(2)[:19]}Z&to={at(2)[:19]}Z", "/to"),
    ("channel=fax", "/channel"),
    ("channel=", "/channel"),
    ("agent_id=a", "/agent_id"),
    ("page=2", "/page"),
    ("profile_id=0", "/profile_id"),
]


def test_an_invalid_query_is_rejected(api: Caller, people: tuple[str, str]) -> None:
    """Unknown parameters are rejected too."""
    for query, pointer in INVALID_QUERIES:
        path = f"/v1/profiles/{people[0]}/contacts?{query}"
        problem = api.reject("GET", path, status=422, code="invalid_request")
        assert (query, pointers(problem)) == (query, [pointer])
