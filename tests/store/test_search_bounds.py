"""A page of a search reads a bounded number of profiles, even if many share the values.

The cursor comes from the previous page or is invented. MongoDB's profiler counts the profiles.
"""

import itertools
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
import pymongo
import pytest
from flask.testing import FlaskClient
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from service.app import create_app
from service.config import Settings
from service.model.match import Tier
from service.store.client import page_scan
from service.store.client.connection import connect

Document = dict[str, Any]
InsertProfiles = Callable[[Database[Document], Settings, Iterable[Mapping[str, Any]]], list[str]]

SHARERS = 600
SCANNED = 120
LIMIT = 20
BOUND = 2 * SCANNED + 10 * (LIMIT + 1)
"""Maximum number of documents for a page: the first reads, the scan, and the search for its end."""

SEARCH = "/v1/profiles/search"
PLAN = {"key": "plan", "values": ["gold"]}
PHONE = {"key": "phone", "values": ["+1 212 555 0100"]}
NAME = {"key": "name", "values": ["John Smith"]}
FIRST_NAME = {"key": "name", "values": ["John"]}
NO_PROFILE = {"key": "email", "values": ["unknown@example.com"]}
SEARCHES: dict[str, list[Document]] = {
    "all profiles meet both criteria": [PLAN, PHONE],
    "all profiles meet all three criteria": [PLAN, PHONE, NAME],
    "a name and a part of it": [NAME],
    "two names": [NAME, FIRST_NAME],
    "a criterion that no profile meets": [PLAN, NAME, NO_PROFILE],
    "a single criterion": [PLAN],
}


@dataclass(frozen=True)
class World:
    """The application and its database."""

    client: FlaskClient
    database: Database[Document]

    def search(self, body: Document) -> tuple[Document, int, int]:
        """Send a search. Return the response, and how many documents and index entries MongoDB read."""
        self.database.command("profile", 2)
        response = self.client.post(SEARCH, json=body)
        self.database.command("profile", 0)
        assert response.status_code == 200, response.text
        profiler = self.database.get_collection("system.profile", read_concern=ReadConcern("local"))
        entries = list(profiler.find({"ns": f"{self.database.name}.profiles"}))
        profiler.drop()
        documents, keys = (sum(e.get(f"{what}Examined", 0) for e in entries) for what in ("docs", "keys"))
        return response.get_json(), documents, keys


def _sharers() -> Iterator[Document]:
    for _ in range(SHARERS):
        yield {
            "first_name": "John",
            "last_name": "Smith",
            "phone_numbers": [{"value": "+12125550100"}],
            "keys": {"plan": ["gold"]},
        }


@pytest.fixture(scope="module")
def world(
    mongodb_uri: str,
    mongodb_client: pymongo.MongoClient[Document],
    insert_profiles: InsertProfiles,
) -> Iterator[World]:
    """Return an application with profiles that share all values."""
    name = f"test_{uuid4().hex}"
    settings = Settings(
        mongodb_uri=mongodb_uri, mongodb_database=name, settings_cache_seconds=3600, auth=False
    )
    database = connect(settings)
    client = create_app(settings, database=database).test_client()
    client.put("/v1/search-keys/plan", json={"label": "Plan", "type": "text"})
    insert_profiles(database, settings, _sharers())
    yield World(client, database)
    database.client.close()
    mongodb_client.drop_database(name)


@pytest.fixture(autouse=True)
def _short_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_scan, "MAX_SCANNED", SCANNED)


def _invented_cursor(stage: int, profile_id: str) -> str:
    return urlsafe_b64encode(orjson.dumps([profile_id, stage])).decode().rstrip("=")


def _body(criteria: Sequence[Document], operator: str, cursor: str | None) -> Document:
    return {"criteria": list(criteria), "operator": operator, "limit": LIMIT, "cursor": cursor}


@pytest.mark.parametrize("operator", ["or", "and"])
@pytest.mark.parametrize("criteria", SEARCHES.values(), ids=SEARCHES)
def test_an_invented_cursor_reads_a_bounded_number_of_profiles(
    world: World, criteria: list[Document], operator: str
) -> None:
    """The cursor points to the beginning, the middle or the end of a stage."""
    for stage, profile_id in itertools.product(range(len(Tier) + 1), ("0" * 32, "7" + "f" * 31, "f" * 32)):
        _, documents, keys = world.search(_body(criteria, operator, _invented_cursor(stage, profile_id)))
        assert documents <= BOUND
        # Each value has one or two index terms, which the scans and their counts read.
        assert keys <= 6 * BOUND


@pytest.mark.parametrize("operator", ["or", "and"])
@pytest.mark.parametrize("criteria", SEARCHES.values(), ids=SEARCHES)
def test_each_page_reads_a_bounded_number_and_no_profile_is_lost(
    world: World, criteria: list[Document], operator: str
) -> None:
    """The pages together contain each profile once, even if some pages are empty."""
    seen: list[str] = []
    cursor = None
    for _ in range(2 * SHARERS):
        response, documents, _ = world.search(_body(criteria, operator, cursor) | {"limit": 30})
        assert documents <= 2 * SCANNED + 10 * 31
        seen += [item["profile"]["profile_id"] for item in response["items"]]
        cursor = response["next_cursor"]
        if cursor is None:
            break
    expected = 0 if operator == "and" and NO_PROFILE in criteria else SHARERS
    assert len(seen) == len(set(seen)) == expected


def test_a_profile_after_thousands_of_excluded_ones_is_found(world: World) -> None:
    """The cursors of empty pages lead to the profile."""
    other = {"first_name": "Ann", "keys": {"plan": ["gold"]}}
    profile_id = world.client.post("/v1/profiles", json=other).get_json()["profile_id"]
    cursor = _invented_cursor(1, "0" * 32)
    ids: list[str] = []
    for _ in itertools.count():
        response, documents, _ = world.search(_body([PLAN, PHONE], "or", cursor))
        assert documents <= BOUND
        ids += [item["profile"]["profile_id"] for item in response["items"]]
        cursor = response["next_cursor"]
        if cursor is None:
            break
    assert ids == [profile_id]
    world.client.delete(f"/v1/profiles/{profile_id}")
