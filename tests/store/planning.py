"""Explain the commands of look-ups on 5,000 profiles. Many profiles share a name or a number."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask.testing import FlaskClient
from pymongo.database import Database

from service.config import Settings
from service.matching import search_keys
from service.model.search_key import BUILT_IN, KeyType, SearchKey
from tests.commands import Commands

Document = dict[str, Any]

InsertProfiles = Callable[[Database[Document], Settings, Iterable[Mapping[str, Any]]], list[str]]

Criterion = tuple[str, Sequence[str]]

PROFILES = 5000

LIMIT = 20

SEARCH = "/v1/profiles/search"

MATCH = "/v1/contacts/c-1/match"

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)

PHONE_NUMBER = {"phone_number": "+12125550100"}


@dataclass
class Plan:
    """The stages and indexes of a command's winning plans, and how much they read."""

    stages: set[str] = field(default_factory=set)
    indexes: set[str] = field(default_factory=set)
    documents: int = 0
    keys: int = 0

    def add(self, part: object) -> None:
        """Add a part of the output of ``explain``. Rejected plans are ignored."""
        if isinstance(part, list):
            for inner in part:
                self.add(inner)
        elif isinstance(part, dict):
            self._add_names(part)
            self.documents += part.get("totalDocsExamined", 0)
            self.keys += part.get("totalKeysExamined", 0)
            for name, inner in part.items():
                if name not in {"rejectedPlans", "command"}:
                    self.add(inner)

    def _add_names(self, part: Document) -> None:
        if isinstance(part.get("stage"), str):
            self.stages.add(part["stage"])
        if "indexName" in part:
            self.indexes.add(part["indexName"])
        # Indexes of $lookup, and the sort of an aggregation.
        self.indexes.update(part.get("indexesUsed", ()))
        self.stages.update({"$sort"} & part.keys())
        if part.get("collectionScans"):
            self.stages.add("COLLSCAN")


def explain(database: Database[Document], command: Mapping[str, Any]) -> Plan:
    """Return the plan of a recorded command."""
    bare = {n: v for n, v in command.items() if n not in {"lsid", "maxTimeMS"} and not n.startswith("$")}
    plan = Plan()
    plan.add(database.command({"explain": bare, "verbosity": "executionStats"}))
    return plan


@dataclass(frozen=True)
class World:
    """The application, its database and commands, and the sorted IDs of all profiles."""

    client: FlaskClient
    database: Database[Document]
    commands: Commands
    ids: list[str]

    def post_twice(self, path: str, body: Document) -> tuple[Any, list[Document]]:
        """Send a request twice to warm the caches. Return the second response and its commands."""
        for _ in range(2):
            self.commands.sent.clear()
            response = self.client.post(path, json=body)
        assert response.status_code == 200, response.json
        return response.json, [c for c in self.commands.sent if "profiles" in c.values()]

    def explain(self, command: Mapping[str, Any]) -> Plan:
        """Return the plan of a command."""
        return explain(self.database, command)

    def plans_of(self, path: str, body: Document) -> tuple[Any, list[Plan]]:
        """Return the response and the plans of all commands. Assert that they use indexes and do not sort."""
        response, commands = self.post_twice(path, body)
        plans = [self.explain(command) for command in commands]
        assert all(plan.indexes <= {"lookup", "_id_"} for plan in plans)
        assert all(plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"}) for plan in plans)
        return response, plans

    def plan_of(self, path: str, body: Document) -> tuple[Any, Plan]:
        """Return the response and the plan of its only command. Assert that it uses the lookup index."""
        response, (plan,) = self.plans_of(path, body)
        assert plan.indexes == {"lookup"}
        return response, plan


def define_custom_keys(client: FlaskClient) -> None:
    """Define the search keys in ``CUSTOM``."""
    for key in CUSTOM.values():
        client.put(
            f"/v1/search-keys/{key.name}",
            json={"label": key.label, "type": key.type.value, "unique": key.unique},
        )


def people() -> Iterator[Document]:
    """Yield profiles. A third have the first name John, a quarter the last name Smith.

    A fifth share a phone number. Half have the same value of the search key ``plan``.
    """
    for n in range(PROFILES):
        yield {
            "first_name": ("John", f"Given{n}", f"佐{n}")[n % 3],
            "last_name": "Smith" if n % 4 == 0 else f"Family{n % 1500}",
            "phone_numbers": [{"value": "+12125550100" if n % 5 == 0 else f"+1212{5560000 + n}"}],
            "email_addresses": [{"value": f"u{n}@example.com"}],
            "account_number": f"A-{n}",
            "keys": {"plan": ["gold" if n % 2 == 0 else f"p{n}"], "ssn": [f"{n:09}"]},
        }


CUSTOM = {
    "plan": SearchKey(name="plan", label="Plan", type=KeyType.TEXT),
    "ssn": SearchKey(name="ssn", label="SSN", type=KeyType.DIGITS, unique=True),
}

JOHN: Criterion = ("name", ["John"])

SMITH: Criterion = ("name", ["Smith"])

JOHN_SMITH: Criterion = ("name", ["John Smith"])

RARE_NAME: Criterion = ("name", ["Family21"])

COMMON_PHONE: Criterion = ("phone", ["(212) 555-0100"])

RARE_PHONE: Criterion = ("phone", ["212-556-0021"])

EMAIL: Criterion = ("email", ["U21@example.com"])

COMMON_PLAN: Criterion = ("plan", ["gold"])

RARE_PLAN: Criterion = ("plan", ["p21", "p1521"])

SSN: Criterion = ("ssn", ["000-00-0060"])

ACCOUNT: Criterion = ("account", ["a-60"])

NO_PROFILE: Criterion = ("email", ["unknown@example.com"])


def search_body(*criteria: Criterion, **more: Any) -> Document:
    """Return the body of a search."""
    return {"criteria": list(map(criterion_body, criteria)), "limit": LIMIT, **more}


def criterion_body(criterion: Criterion) -> Document:
    """Return a criterion as a JSON object."""
    key, values = criterion
    return {"key": key, "values": list(values)}


def orders(criteria: Sequence[Criterion]) -> Iterator[Sequence[Criterion]]:
    """Yield all orders of up to three criteria. For more criteria, yield rotations in both directions."""
    if len(criteria) <= 3:
        yield from itertools.permutations(criteria)
        return
    for directed in (criteria, criteria[::-1]):
        for start in range(len(directed)):
            yield [*directed[start:], *directed[:start]]


def size_of(world: World, criterion: Criterion) -> int:
    """Return the number of profiles that meet the criterion."""
    key, values = criterion
    defined = BUILT_IN.get(key) or CUSTOM[key]
    terms = [term.lookup for value in values for term in search_keys.query_terms(defined, value, "US")]
    return world.database["profiles"].count_documents({"lookup": {"$in": terms}})


def contact_terms(contact: Document) -> list[str]:
    """Return the query terms of a contact."""
    attributes = contact.get("attributes", {})
    values = {
        "phone": contact.get("phone_number"),
        "email": contact.get("email_address"),
        "name": contact.get("name"),
        attributes.get("profileSearchKey"): attributes.get("profileSearchValue"),
    }
    defined = {**BUILT_IN, **CUSTOM}
    return [
        term.lookup
        for key, value in values.items()
        if key and value
        for term in search_keys.query_terms(defined[key], value, "US")
    ]


def contact_document(n: int, profile_id: str, associated_at: datetime) -> Document:
    """Return the document of contact ``m-<n>``, a call that is associated with the profile."""
    association = {
        "profile_id": profile_id,
        "agent_id": "bo",
        "associated_at": associated_at,
        "disassociated_at": None,
    }
    return {
        "_id": f"default/m-{n}",
        "domain": "default",
        "contact_id": f"m-{n}",
        "channel": "voice",
        "created_at": MIDNIGHT,
        "cleared_at": None,
        "association": association,
        "associations": [association],
    }
