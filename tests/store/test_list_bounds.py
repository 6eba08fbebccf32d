"""However many contacts or events a filter excludes, a page of a list looks at a bounded number of them.

Whatever the cursor: of the page before, or made up. What MongoDB looked at, its profiler tells.
"""

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

import pytest
from flask.testing import FlaskClient
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from service.store.client import page_scan
from service.use_cases import cursors

Document = dict[str, Any]

COUNT = 600
SCANNED = 100
LIMIT = 20
FIRST_READS = 5 * (LIMIT + 1)
"""A page and one more, then four such pages."""
SAME_TIME = 6
BOUND = FIRST_READS + 2 * SCANNED + 6 * SAME_TIME
"""Behind the first reads MongoDB reads the contacts once to find the end of the scan, and once to filter
them. Each of the four commands also reads those of the millisecond in which it begins, and the last one those
of the millisecond in which it ends."""
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
PROFILE = "a" * 32
OTHER = "b" * 32


@pytest.fixture(autouse=True)
def _short_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_scan, "MAX_SCANNED", SCANNED)


def _examined(database: Database[Document], collection: str) -> tuple[int, int]:
    """Return how many documents and keys MongoDB has looked at since the last call."""
    database.command("profile", 0)
    profiler = database.get_collection("system.profile", read_concern=ReadConcern("local"))
    entries = list(profiler.find({"ns": f"{database.name}.{collection}"}))
    profiler.drop()
    documents, keys = (sum(e.get(f"{what}Examined", 0) for e in entries) for what in ("docs", "keys"))
    return documents, keys


def _contact(n: int) -> Document:
    """Return a contact of Bo's and the profile's, several within one millisecond; the oldest is a call."""
    association = {
        "association_id": f"{n:032x}",
        "profile_id": PROFILE,
        "agent_id": "bo",
        "associated_at": MIDNIGHT,
        "disassociated_at": None,
    }
    return {
        "_id": f"default/c-{n:04}",
        "domain": "default",
        "contact_id": f"c-{n:04}",
        "channel": "voice" if n == 0 else "chat",
        "created_at": MIDNIGHT + timedelta(milliseconds=n // SAME_TIME),
        "cleared_at": None,
        "association": association,
        "associations": [association],
    }


FILTERS: list[Document] = [
    {"agent_id": "bo", "channel": "voice"},
    {"profile_id": PROFILE, "channel": "voice"},
    {"profile_id": PROFILE, "agent_id": "bo", "channel": "voice"},
]


@pytest.mark.parametrize("which", FILTERS, ids=" ".join)
def test_a_page_of_contacts_looks_at_a_bounded_number(
    client: FlaskClient, database: Database[Document], which: Document
) -> None:
    """Empty pages lead to the one call among hundreds of chats."""
    client.get("/v1/settings")
    database["associations"].insert_many([_contact(n) for n in range(COUNT)])
    pages, cursor, items = 0, None, []
    while pages == 0 or cursor is not None:
        database.command("profile", 2)
        response = client.post("/v1/contacts/search", json={**which, "limit": LIMIT, "cursor": cursor})
        documents, keys = _examined(database, "associations")
        assert documents <= BOUND
        # Those within the millisecond in which a page begins and ends are told by the key.
        assert keys <= BOUND + 30
        items += response.get_json()["items"]
        cursor = response.get_json()["next_cursor"]
        pages += 1
    assert [item["contact_id"] for item in items] == ["c-0000"]
    assert pages == ceil(COUNT / (FIRST_READS + SCANNED))


@pytest.mark.parametrize("which", FILTERS, ids=" ".join)
def test_a_made_up_cursor_of_contacts_looks_at_a_bounded_number(
    client: FlaskClient, database: Database[Document], which: Document
) -> None:
    """Before all, in the middle and behind all."""
    client.get("/v1/settings")
    database["associations"].insert_many([_contact(n) for n in range(COUNT)])
    for time in (datetime(9999, 1, 1, tzinfo=UTC), MIDNIGHT + timedelta(milliseconds=50), MIDNIGHT):
        for contact_id in (".", "c-0300", "z"):
            cursor = cursors.of_contact(time, contact_id)
            database.command("profile", 2)
            client.post("/v1/contacts/search", json={**which, "limit": LIMIT, "cursor": cursor})
            assert _examined(database, "associations")[0] <= BOUND


def _costs(
    client: FlaskClient, database: Database[Document], method: str, path: str, body: Document | None = None
) -> tuple[int, int, int]:
    """Return how many items a page has, and how many documents and keys MongoDB looked at for it."""
    collection = "audit" if "audit" in path else "associations"
    database.command("profile", 2)
    response = client.open(path, method=method, json=body)
    assert response.status_code == 200, response.text
    return len(response.get_json()["items"]), *_examined(database, collection)


PAGE = LIMIT + 1


@pytest.mark.parametrize("which", FILTERS, ids=" ".join)
def test_a_page_full_of_contacts_that_all_belong_on_it_costs_that_page(
    client: FlaskClient, database: Database[Document], which: Document
) -> None:
    """However many there are, no end of the scan is looked for."""
    client.get("/v1/settings")
    contacts = [{**_contact(n), "channel": "voice"} for n in range(COUNT)]
    database["associations"].insert_many(contacts)
    body = {**which, "limit": LIMIT}
    assert _costs(client, database, "POST", "/v1/contacts/search", body) == (LIMIT, PAGE, PAGE)


@pytest.mark.parametrize("which", FILTERS, ids=" ".join)
def test_a_page_on_which_every_fourth_contact_belongs_costs_five_pages(
    client: FlaskClient, database: Database[Document], which: Document
) -> None:
    """They are filtered by the service; MongoDB looks at those of the last millisecond once more."""
    client.get("/v1/settings")
    contacts = [{**_contact(n), "channel": "chat" if n % 4 else "voice"} for n in range(COUNT)]
    database["associations"].insert_many(contacts)
    body = {**which, "limit": LIMIT}
    items, documents, keys = _costs(client, database, "POST", "/v1/contacts/search", body)
    assert items == LIMIT
    assert 5 * PAGE <= documents <= 5 * PAGE + SAME_TIME
    assert keys <= 5 * PAGE + SAME_TIME + 1


def test_a_page_full_of_events_that_all_belong_on_it_costs_that_page(
    client: FlaskClient, database: Database[Document]
) -> None:
    """No end of the scan is looked for; if every fourth event belongs on it, five pages are read."""
    client.get("/v1/settings")
    query = f"/v1/audit?profile_id={PROFILE}&agent_id=bo&limit={LIMIT}"
    database["audit"].insert_many([{**_event(n), "agent_id": "bo"} for n in range(COUNT)])
    assert _costs(client, database, "GET", query) == (LIMIT, PAGE, PAGE)
    database["audit"].delete_many({})
    database["audit"].insert_many([{**_event(n), "agent_id": "jo" if n % 4 else "bo"} for n in range(COUNT)])
    assert _costs(client, database, "GET", query) == (LIMIT, 5 * PAGE, 5 * PAGE)


def _event(n: int) -> Document:
    """Return an event about the profile; the oldest by Bo."""
    at = MIDNIGHT + timedelta(seconds=n)
    return {
        "_id": f"{round(at.timestamp() * 1000):012x}{n:020x}",
        "domain": "default",
        "at": at,
        "action": "read",
        "profile_ids": [PROFILE, OTHER],
        "contact_id": None,
        "keys": [],
        "credential_id": "k",
        "agent_id": "bo" if n == 0 else "jo",
        "request_id": "r",
        "expires_at": datetime(2999, 1, 1, tzinfo=UTC),
    }


def test_a_page_of_the_audit_looks_at_a_bounded_number(
    client: FlaskClient, database: Database[Document]
) -> None:
    """Empty pages lead to Bo's one event about a profile that Jo is always at; so do made-up cursors."""
    client.get("/v1/settings")
    database["audit"].insert_many([_event(n) for n in range(COUNT)])
    query = f"/v1/audit?profile_id={PROFILE}&agent_id=bo&limit={LIMIT}"
    cursor = ""
    items: list[Document] = []
    while cursor is not None:
        database.command("profile", 2)
        page = client.get(f"{query}{cursor and f'&cursor={cursor}'}").get_json()
        assert _examined(database, "audit")[0] <= BOUND
        items += page["items"]
        cursor = page["next_cursor"]
    assert [item["agent_id"] for item in items] == ["bo"]
    for event_id in ("0" * 32, _event(COUNT // 2)["_id"], "f" * 32):
        database.command("profile", 2)
        client.get(f"{query}&cursor={cursors.of_event(event_id)}")
        assert _examined(database, "audit")[0] <= BOUND
