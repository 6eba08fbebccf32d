"""A page of a list reads a bounded number of documents, even if the filter excludes many.

The cursor comes from the previous page or is invented. MongoDB's profiler counts the documents.
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
"""Documents that Python filters: five pages, each with one more document for the cursor."""
SAME_TIME = 6
BOUND = FIRST_READS + 2 * SCANNED + 6 * SAME_TIME
"""After the first reads, MongoDB reads the next contacts twice: to find the end of the scan, and to filter.
Each of the four commands also reads all contacts of the millisecond in which it begins. The last command
also reads all contacts of the millisecond in which it ends."""
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
PROFILE = "a" * 32
OTHER = "b" * 32


@pytest.fixture(autouse=True)
def _short_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_scan, "MAX_SCANNED", SCANNED)


def _count_examined(database: Database[Document], collection: str) -> tuple[int, int]:
    """Return how many documents and index entries MongoDB has read since the last call."""
    database.command("profile", 0)
    profiler = database.get_collection("system.profile", read_concern=ReadConcern("local"))
    entries = list(profiler.find({"ns": f"{database.name}.{collection}"}))
    profiler.drop()
    documents, keys = (sum(e.get(f"{what}Examined", 0) for e in entries) for what in ("docs", "keys"))
    return documents, keys


def _contact(n: int) -> Document:
    """Return a chat of Bo with the profile. The oldest contact is a call. Several share a millisecond."""
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


@pytest.mark.parametrize("conditions", FILTERS, ids=" ".join)
def test_a_page_of_contacts_reads_a_bounded_number_of_documents(
    client: FlaskClient, database: Database[Document], conditions: Document
) -> None:
    """The cursors of empty pages lead to the only call among hundreds of chats."""
    client.get("/v1/settings")
    database["associations"].insert_many([_contact(n) for n in range(COUNT)])
    pages, cursor, items = 0, None, []
    while pages == 0 or cursor is not None:
        database.command("profile", 2)
        response = client.post("/v1/contacts/search", json={**conditions, "limit": LIMIT, "cursor": cursor})
        documents, keys = _count_examined(database, "associations")
        assert documents <= BOUND
        # The index entries of the milliseconds in which a page begins and ends are read too.
        assert keys <= BOUND + 30
        items += response.get_json()["items"]
        cursor = response.get_json()["next_cursor"]
        pages += 1
    assert [item["contact_id"] for item in items] == ["c-0000"]
    assert pages == ceil(COUNT / (FIRST_READS + SCANNED))


@pytest.mark.parametrize("conditions", FILTERS, ids=" ".join)
def test_an_invented_cursor_of_contacts_reads_a_bounded_number_of_documents(
    client: FlaskClient, database: Database[Document], conditions: Document
) -> None:
    """The cursor points before, between or after all contacts."""
    client.get("/v1/settings")
    database["associations"].insert_many([_contact(n) for n in range(COUNT)])
    for time in (datetime(9999, 1, 1, tzinfo=UTC), MIDNIGHT + timedelta(milliseconds=50), MIDNIGHT):
        for contact_id in (".", "c-0300", "z"):
            cursor = cursors.of_contact(time, contact_id)
            database.command("profile", 2)
            client.post("/v1/contacts/search", json={**conditions, "limit": LIMIT, "cursor": cursor})
            assert _count_examined(database, "associations")[0] <= BOUND


def _measure_page(
    client: FlaskClient, database: Database[Document], method: str, path: str, body: Document | None = None
) -> tuple[int, int, int]:
    """Return the number of items of a page, and how many documents and index entries MongoDB read."""
    collection = "audit" if "audit" in path else "associations"
    database.command("profile", 2)
    response = client.open(path, method=method, json=body)
    assert response.status_code == 200, response.text
    return len(response.get_json()["items"]), *_count_examined(database, collection)


PAGE = LIMIT + 1


@pytest.mark.parametrize("conditions", FILTERS, ids=" ".join)
def test_a_page_of_contacts_that_all_match_reads_only_that_page(
    client: FlaskClient, database: Database[Document], conditions: Document
) -> None:
    """MongoDB does not look for the end of the scan."""
    client.get("/v1/settings")
    contacts = [{**_contact(n), "channel": "voice"} for n in range(COUNT)]
    database["associations"].insert_many(contacts)
    body = {**conditions, "limit": LIMIT}
    assert _measure_page(client, database, "POST", "/v1/contacts/search", body) == (LIMIT, PAGE, PAGE)


@pytest.mark.parametrize("conditions", FILTERS, ids=" ".join)
def test_if_every_fourth_contact_matches_five_pages_are_read(
    client: FlaskClient, database: Database[Document], conditions: Document
) -> None:
    """Python filters the contacts. MongoDB may read the contacts of one millisecond twice."""
    client.get("/v1/settings")
    contacts = [{**_contact(n), "channel": "chat" if n % 4 else "voice"} for n in range(COUNT)]
    database["associations"].insert_many(contacts)
    body = {**conditions, "limit": LIMIT}
    items, documents, keys = _measure_page(client, database, "POST", "/v1/contacts/search", body)
    assert items == LIMIT
    assert 5 * PAGE <= documents <= 5 * PAGE + SAME_TIME
    assert keys <= 5 * PAGE + SAME_TIME + 1


def test_a_page_of_events_that_all_match_reads_only_that_page(
    client: FlaskClient, database: Database[Document]
) -> None:
    """If only every fourth event matches, MongoDB reads five pages."""
    client.get("/v1/settings")
    query = f"/v1/audit?profile_id={PROFILE}&agent_id=bo&limit={LIMIT}"
    database["audit"].insert_many([{**_event(n), "agent_id": "bo"} for n in range(COUNT)])
    assert _measure_page(client, database, "GET", query) == (LIMIT, PAGE, PAGE)
    database["audit"].delete_many({})
    database["audit"].insert_many([{**_event(n), "agent_id": "jo" if n % 4 else "bo"} for n in range(COUNT)])
    assert _measure_page(client, database, "GET", query) == (LIMIT, 5 * PAGE, 5 * PAGE)


def _event(n: int) -> Document:
    """Return an event of the profile. The agent of the oldest event is Bo, of all others Jo."""
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


def test_a_page_of_the_audit_reads_a_bounded_number_of_documents(
    client: FlaskClient, database: Database[Document]
) -> None:
    """The cursors of empty pages lead to the only event of Bo. Invented cursors have the same bound."""
    client.get("/v1/settings")
    database["audit"].insert_many([_event(n) for n in range(COUNT)])
    query = f"/v1/audit?profile_id={PROFILE}&agent_id=bo&limit={LIMIT}"
    cursor = ""
    items: list[Document] = []
    while cursor is not None:
        database.command("profile", 2)
        page = client.get(f"{query}{cursor and f'&cursor={cursor}'}").get_json()
        assert _count_examined(database, "audit")[0] <= BOUND
        items += page["items"]
        cursor = page["next_cursor"]
    assert [item["agent_id"] for item in items] == ["bo"]
    for event_id in ("0" * 32, _event(COUNT // 2)["_id"], "f" * 32):
        database.command("profile", 2)
        client.get(f"{query}&cursor={cursors.of_event(event_id)}")
        assert _count_examined(database, "audit")[0] <= BOUND
