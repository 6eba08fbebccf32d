"""What MongoDB's planner makes of each look-up, on 5,000 profiles of which many share a name or a number.

The application is asked over HTTP; what it sent is what is explained.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from flask.testing import FlaskClient
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from service.app import create_app
from service.config import Settings
from service.matching import search_keys
from service.model.domain_settings import DEFAULT_SHARED_ABOVE
from service.model.match import Tier
from service.model.search_key import BUILT_IN, KeyType, SearchKey
from service.store.client import page_scan
from service.store.client.connection import connect
from service.store.profiles import queries
from service.use_cases import candidates, cursors
from tests.commands import Commands

Document = dict[str, Any]
InsertProfiles = Callable[[Database[Document], Settings, Iterable[Mapping[str, Any]]], list[str]]
Criterion = tuple[str, Sequence[str]]

PROFILES = 5000
LIMIT = 20
SEARCH = "/v1/profiles/search"


@dataclass
class Plan:
    """What ``explain`` tells of a command: the stages and indexes of winning plans, and what they read."""

    stages: set[str] = field(default_factory=set)
    indexes: set[str] = field(default_factory=set)
    documents: int = 0
    keys: int = 0

    def take(self, part: Any) -> None:
        """Take in a part of an explanation; plans that were rejected do not count."""
        if isinstance(part, list):
            for inner in part:
                self.take(inner)
        elif isinstance(part, dict):
            self._take_names(part)
            self.documents += part.get("totalDocsExamined", 0)
            self.keys += part.get("totalKeysExamined", 0)
            for name, inner in part.items():
                if name not in {"rejectedPlans", "command"}:
                    self.take(inner)

    def _take_names(self, part: Document) -> None:
        if isinstance(part.get("stage"), str):
            self.stages.add(part["stage"])
        if "indexName" in part:
            self.indexes.add(part["indexName"])
        # Those of $lookup, and an aggregation's own sort.
        self.indexes.update(part.get("indexesUsed", ()))
        self.stages.update({"$sort"} & part.keys())
        if part.get("collectionScans"):
            self.stages.add("COLLSCAN")


@dataclass(frozen=True)
class World:
    """The application, its database and commands, and the IDs of all profiles in order."""

    client: FlaskClient
    database: Database[Document]
    commands: Commands
    ids: list[str]

    def ask(self, path: str, body: Document) -> tuple[Any, list[Document]]:
        """Return the answer and the commands, the second time: caches are warm, plans are remembered."""
        for _ in range(2):
            self.commands.sent.clear()
            response = self.client.post(path, json=body)
        assert response.status_code == 200, response.json
        return response.json, [c for c in self.commands.sent if "profiles" in c.values()]

    def explain(self, command: Mapping[str, Any]) -> Plan:
        """Return what MongoDB's planner makes of the very command."""
        bare = {n: v for n, v in command.items() if n not in {"lsid", "maxTimeMS"} and not n.startswith("$")}
        plan = Plan()
        plan.take(self.database.command({"explain": bare, "verbosity": "executionStats"}))
        return plan

    def plans_of(self, path: str, body: Document) -> tuple[Any, list[Plan]]:
        """Return the answer, and the plans of all commands that looked it up, which must be good ones."""
        answer, sent = self.ask(path, body)
        plans = [self.explain(command) for command in sent]
        assert all(plan.indexes <= {"lookup", "_id_"} for plan in plans)
        assert all(plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"}) for plan in plans)
        return answer, plans

    def plan_of(self, path: str, body: Document) -> tuple[Any, Plan]:
        """Return the answer, and the plan of the one command that looked it up, which must be a good one."""
        answer, sent = self.ask(path, body)
        assert len(sent) == 1
        plan = self.explain(sent[0])
        assert plan.indexes == {"lookup"}
        assert plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"})
        return answer, plan


def _people() -> Iterator[Document]:
    """Yield profiles: a third John, one 佐, a quarter Smith, a fifth share a number, half share a plan."""
    for n in range(PROFILES):
        yield {
            "first_name": ("John", f"Given{n}", f"佐{n}")[n % 3],
            "last_name": "Smith" if n % 4 == 0 else f"Family{n % 1500}",
            "phone_numbers": [{"value": "+12125550100" if n % 5 == 0 else f"+1212{5560000 + n}"}],
            "email_addresses": [{"value": f"u{n}@example.com"}],
            "account_number": f"A-{n}",
            "keys": {"plan": ["gold" if n % 2 == 0 else f"p{n}"], "ssn": [f"{n:09}"]},
        }


@pytest.fixture(scope="module")
def world(
    mongodb_uri: str,
    mongodb_client: pymongo.MongoClient[Document],
    insert_profiles: InsertProfiles,
) -> Iterator[World]:
    """Return an application over the 5,000."""
    name = f"test_{uuid4().hex}"
    settings = Settings(
        mongodb_uri=mongodb_uri, mongodb_database=name, settings_cache_seconds=3600, auth=False
    )
    commands = Commands()
    database = connect(settings, listeners=[commands])
    client = create_app(settings, database=database).test_client()
    for key in CUSTOM.values():
        client.put(
            f"/v1/search-keys/{key.name}",
            json={"label": key.label, "type": key.type.value, "unique": key.unique},
        )
    ids = insert_profiles(database, settings, _people())
    yield World(client, database, commands, ids)
    database.client.close()
    mongodb_client.drop_database(name)


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
NOBODY: Criterion = ("email", ["nobody@example.com"])


def _search(*criteria: Criterion, **more: Any) -> Document:
    return {"criteria": list(map(_criterion, criteria)), "limit": LIMIT, **more}


def _criterion(criterion: Criterion) -> Document:
    key, values = criterion
    return {"key": key, "values": list(values)}


def _size(world: World, criterion: Criterion) -> int:
    """Return how many profiles the criterion alone finds."""
    key, values = criterion
    defined = BUILT_IN.get(key) or CUSTOM[key]
    entries = [token.lookup for value in values for token in search_keys.query_terms(defined, value, "US")]
    return world.database["profiles"].count_documents({"lookup": {"$in": entries}})


@pytest.mark.parametrize(
    "criterion",
    [JOHN, JOHN_SMITH, RARE_NAME, COMMON_PHONE, RARE_PHONE, EMAIL, COMMON_PLAN, SSN, ACCOUNT, NOBODY],
    ids=str,
)
def test_a_single_key_reads_what_it_returns_and_one_more(world: World, criterion: Criterion) -> None:
    """No more documents are examined than the page has, plus one for the cursor.

    Where there is more than a page, and not of the best tier alone, a command saw that, and one for each tier
    reads the page in its order.
    """
    answer, plans = world.plans_of(SEARCH, _search(criterion))
    read = len(answer["items"]) + (answer["next_cursor"] is not None)
    assert plans[0].documents == read
    assert sum(plan.documents for plan in plans[1:]) in {0, read}
    assert bool(plans[1:]) == (criterion == JOHN)


@pytest.mark.parametrize("depth", [0, 10, 2500, 4900, 4999])
@pytest.mark.parametrize(
    ("criterion", "tier"), [(JOHN, Tier.PARTIAL_NAME), (COMMON_PHONE, Tier.EXACT)], ids=str
)
def test_a_deep_page_costs_what_the_first_costs(
    world: World, criterion: Criterion, tier: Tier, depth: int
) -> None:
    """However many profiles stand before the page, none of them is read."""
    cursor = cursors.of_search(1 + tier.rank, world.ids[depth])
    answer, plans = world.plans_of(SEARCH, _search(criterion, cursor=cursor))
    read = sum(plan.documents for plan in plans)
    assert read == len(answer["items"]) + (answer["next_cursor"] is not None)
    # One more for each interval that is empty, or where two entries lead to one profile.
    assert sum(plan.keys for plan in plans) <= read + 6


@pytest.mark.parametrize("depth", [10, 2500, 4900])
def test_a_deep_page_of_several_keys_passes_over_those_who_came_before(world: World, depth: int) -> None:
    """Those between its first and its last who have a better key, or all; no more than a few pages."""
    criteria = [JOHN, COMMON_PLAN, COMMON_PHONE]
    cursor = cursors.of_search(1 + Tier.PARTIAL_NAME.rank, world.ids[depth])
    answer, plans = world.plans_of(SEARCH, _search(*criteria, cursor=cursor))
    assert len(answer["items"]) in {LIMIT, 0} or answer["next_cursor"] is None
    assert sum(plan.documents for plan in plans) <= 5 * (LIMIT + 1)


def test_any_of_five_keys_is_merged_not_sorted(world: World) -> None:
    """A common name beside a rare e-mail costs a page to see, and one to read, too."""
    answer, plans = world.plans_of(SEARCH, _search(JOHN, EMAIL, COMMON_PHONE, COMMON_PLAN, ACCOUNT))
    assert (len(answer["items"]), plans[0].documents) == (LIMIT, LIMIT + 1)
    assert sum(plan.documents for plan in plans) <= 3 * (LIMIT + 1)
    assert "SORT_MERGE" in plans[0].stages


def test_fifty_values_of_two_forms_each_are_merged_not_sorted(world: World) -> None:
    """The most that a search can ask for, 100 entries, stays below the planner's limit of 200 merges."""
    numbers = [("phone", [f"212-556-{n:02}{i:02}" for i in range(10)]) for n in range(2)]
    names = [("name", ["John", "Smith", *(f"Family{n}{i}" for i in range(8))]) for n in range(3)]
    body = _search(*numbers, *names, operator="or")
    _, (command, *_) = world.ask(SEARCH, body)
    assert len(command["filter"]["lookup"]["$in"]) > 80
    answer, plans = world.plans_of(SEARCH, body)
    assert (len(answer["items"]), plans[0].documents) == (LIMIT, LIMIT + 1)
    assert "SORT_MERGE" in plans[0].stages


@pytest.mark.parametrize(
    "criteria",
    [
        [COMMON_PHONE, RARE_NAME],
        [JOHN, RARE_NAME],
        [COMMON_PLAN, RARE_PLAN],
        [COMMON_PHONE, SSN],
        [JOHN, NOBODY],
        [JOHN, SMITH, RARE_PHONE],
        [JOHN_SMITH, COMMON_PLAN, COMMON_PHONE, SSN],
        [RARE_NAME, RARE_PHONE, EMAIL],
        [JOHN, SMITH, COMMON_PHONE, COMMON_PLAN, ACCOUNT],
    ],
    ids=str,
)
def test_all_of_several_keys_read_no_more_than_the_rarest_has(
    world: World, criteria: list[Criterion]
) -> None:
    """In every order of the criteria, one command reads at most the profiles of the rarest."""
    rarest = min(_size(world, criterion) for criterion in criteria)
    assert rarest <= queries.RARE
    answers = []
    for ordered in itertools.permutations(criteria):
        answer, sent = world.ask(SEARCH, _search(*ordered, operator="and"))
        plan = world.explain(*sent)
        assert plan.documents <= rarest, ordered
        # The rarest are read by their IDs.
        assert plan.indexes <= {"lookup", "_id_"}
        assert plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"})
        assert plan.keys <= (queries.RARE + 3) * len(criteria) + rarest * 4
        answers.append([item["profile"]["profile_id"] for item in answer["items"]])
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("depth", [0, 2500, 4900, 4990, 4999])
def test_a_deep_page_of_several_keys_reads_no_more_than_the_rarest_has(world: World, depth: int) -> None:
    """Near the end, where a walk along _id would be short, it is not taken either."""
    criteria = [COMMON_PLAN, ("name", ["Family21", "Family23", "Family24", "Family26"])]
    rarest = _size(world, criteria[1])
    for ordered in itertools.permutations(criteria):
        body = _search(*ordered, operator="and", cursor=cursors.of_search(0, world.ids[depth]))
        _, sent = world.ask(SEARCH, body)
        assert [_stage_names(command) for command in sent] == [_EVERY]
        assert world.explain(*sent).documents <= rarest


_EVERY = ["$match", "$limit", "$project", "$unionWith", "$group", "$group", "$match", "$project", "$lookup"]


def _stage_names(command: Document) -> list[str]:
    return [name for stage in command["pipeline"][: len(_EVERY)] for name in stage]


@pytest.mark.parametrize("depth", [None, 10, 2500, 4990])
@pytest.mark.parametrize(
    "criteria", [[JOHN, SMITH], [COMMON_PHONE, JOHN, COMMON_PLAN], [SMITH, COMMON_PLAN]], ids=str
)
def test_keys_that_are_all_common_cost_two_commands_more(
    world: World, criteria: list[Criterion], depth: int | None
) -> None:
    """With more than 200 profiles each, the smallest of them gives the bounds."""
    smallest = min(_size(world, criterion) for criterion in criteria)
    assert smallest > queries.RARE
    cursor = None if depth is None else cursors.of_search(0, world.ids[depth])
    for ordered in itertools.permutations(criteria):
        _, sent = world.ask(SEARCH, _search(*ordered, operator="and", cursor=cursor))
        assert [next(iter(command)) for command in sent] == ["aggregate", "aggregate", "aggregate"]
        lists, sizes, found = (world.explain(command) for command in sent)
        assert (lists.documents, sizes.documents) == (0, 0)
        assert found.documents <= smallest
        assert found.indexes == {"lookup"}
        assert found.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"})
        bounds = sent[-1]["pipeline"][0]["$match"]["lookup"]["$in"]
        assert world.database["profiles"].count_documents({"lookup": {"$in": bounds}}) == smallest


@pytest.mark.parametrize("depth", [None, 10, 2500, 4990])
@pytest.mark.parametrize("walked", [300, 900])
@pytest.mark.parametrize("criteria", [[JOHN, SMITH], [COMMON_PHONE, JOHN, COMMON_PLAN]], ids=str)
def test_keys_that_are_all_very_common_cost_a_walk_of_bounded_length(
    world: World,
    criteria: list[Criterion],
    depth: int | None,
    walked: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many have each: neither counting nor walking goes on beyond the bound."""
    monkeypatch.setattr(page_scan, "MAX_SCANNED", walked)
    cursor = None if depth is None else cursors.of_search(0, world.ids[depth])
    _, sent = world.ask(SEARCH, _search(*criteria, operator="and", cursor=cursor))
    is_long = min(_size(world, criterion) for criterion in criteria) > walked
    end_of_walk = ["find"] if is_long else []
    assert [next(iter(command)) for command in sent] == ["aggregate", "aggregate", *end_of_walk, "aggregate"]
    lists, sizes, *end, found = (world.explain(command) for command in sent)
    assert (lists.documents, sizes.documents) == (0, 0)
    assert sizes.keys <= (walked + 4) * len(criteria)
    for plan in end:
        assert plan.documents == 0
        assert plan.keys <= walked + 4
    assert found.documents <= walked
    # Where two entries lead to one profile it is passed over the second time.
    assert found.keys <= 2 * walked + 4
    for plan in (*end, found):
        assert plan.indexes == {"lookup"}
        assert plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"})


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        (("name", ["Fam"]), True),
        (("name", ["smith j"]), True),
        (("name", ["佐"]), True),
        (("name", ["林様"]), False),
        (("name", ["zz"]), False),
        (("phone", ["+1212"]), True),
        (("phone", ["212"]), True),
        (("email", ["u1"]), True),
        (("plan", ["g+$"]), False),
        (("plan", ["go"]), True),
        (("account", ["a-1"]), True),
        (("account", ["(a|"]), False),
    ],
    ids=str,
)
def test_a_prefix_reads_one_page_and_one_more(world: World, criterion: Criterion, *, found: bool) -> None:
    """A prefix is a range of the index: what does not begin so is not even looked at."""
    answer, plan = world.plan_of(SEARCH, _search(criterion, mode="prefix"))
    assert bool(answer["items"]) == found
    assert plan.documents == len(answer["items"]) + answer["truncated"]
    # A range ends at its first key beyond, and a profile may begin so twice.
    assert plan.keys <= 2 * plan.documents + 4


MATCH = "/v1/contacts/c-1/match"
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
PHONE_NUMBER = {"phone_number": "+12125550100"}
FEW: dict[str, Document] = {
    "a number that one has": {"channel": "voice", "phone_number": RARE_PHONE[1][0]},
    "a number that nobody has": {"channel": "voice", "phone_number": "+14155550100"},
    "an e-mail, then a rare name": {
        "channel": "chat",
        "email_address": EMAIL[1][0],
        "name": RARE_NAME[1][0],
    },
    "a custom key, then a number": {
        "channel": "voice",
        "phone_number": RARE_PHONE[1][0],
        "attributes": {"profileSearchKey": "plan", "profileSearchValue": "p21"},
    },
}


@pytest.mark.parametrize("contact", FEW.values(), ids=FEW)
def test_a_match_reads_the_candidates_alone(world: World, contact: Document) -> None:
    """Those whom a later key finds included; each once, in one command, merged and not sorted."""
    _, (plan,) = world.plans_of(MATCH, contact)
    entries = {"$in": _entries(contact)}
    assert plan.documents == world.database["profiles"].count_documents({"lookup": entries}) <= 10


def _entries(contact: Document) -> list[str]:
    """Return the entries that a contact is looked up by."""
    attributes = contact.get("attributes", {})
    said = {
        "phone": contact.get("phone_number"),
        "email": contact.get("email_address"),
        "name": contact.get("name"),
        attributes.get("profileSearchKey"): attributes.get("profileSearchValue"),
    }
    known = {**BUILT_IN, **CUSTOM}
    found = (search_keys.query_terms(known[key], value, "US") for key, value in said.items() if key and value)
    return [token.lookup for tokens in found for token in tokens]


# Each with the commands that it takes, and with whether the key that decides has found too many.
MANY: dict[str, tuple[Document, list[str], bool]] = {
    "a number that many have": ({"channel": "voice", **PHONE_NUMBER}, ["aggregate"], True),
    "a common name alone": ({"channel": "chat", "name": "John Smith"}, ["aggregate", "aggregate"], True),
    "an e-mail, then a common name": (
        {"channel": "chat", "email_address": EMAIL[1][0], "name": "Smith"},
        ["aggregate", "aggregate"],
        False,
    ),
    "no e-mail, then a common name": (
        {"channel": "chat", "email_address": NOBODY[1][0], "name": "John"},
        ["aggregate", "aggregate"],
        True,
    ),
    "a common number, then an e-mail": (
        {"channel": "task", "email_address": EMAIL[1][0], **PHONE_NUMBER},
        ["aggregate", "aggregate"],
        False,
    ),
    "a common value of a custom key, an e-mail, then a common name": (
        {
            "channel": "chat",
            "email_address": EMAIL[1][0],
            "name": "Smith",
            "attributes": {"profileSearchKey": "plan", "profileSearchValue": "gold"},
        },
        ["aggregate", "aggregate"],
        False,
    ),
}


@pytest.mark.parametrize("page", [0, 1])
@pytest.mark.parametrize(("contact", "commands", "truncated"), MANY.values(), ids=MANY)
def test_a_match_of_too_many_reads_201_and_those_whom_few_values_find(
    world: World, contact: Document, commands: list[str], page: int, *, truncated: bool
) -> None:
    """However many share a value; a further page reads the same again, and nothing is sorted but entries."""
    cursor = None
    for _ in range(page * truncated):
        cursor = world.ask(MATCH, {**contact, "cursor": cursor, "limit": 1})[0]["next_cursor"]
    answer, sent = world.ask(MATCH, {**contact, "cursor": cursor, "limit": 1})
    assert [next(iter(command)) for command in sent] == commands
    assert answer["truncated"] is truncated
    first, *best = (world.explain(command) for command in sent)
    assert first.documents == candidates.RANKED + 1
    # A value that leads to a profile which another has led to is skipped, and each interval has an end.
    assert first.keys <= 2 * (candidates.RANKED + 1) + 2 * len(_entries(contact))
    for plan in (first, *best):
        assert plan.stages.isdisjoint({"COLLSCAN", "SORT"})
        assert plan.indexes <= {"lookup", "_id_"}
    # Here the e-mail, and nobody else.
    for plan in best:
        assert plan.documents <= 1
        assert plan.keys <= (DEFAULT_SHARED_ABOVE + 2) * len(_entries(contact)) + 1


@pytest.mark.parametrize("limit", [10, 200])
@pytest.mark.parametrize("must", [[], [["plan:gold"]]], ids=["alone", "narrowed"])
def test_the_best_of_too_many_are_read_up_to_the_limit(
    world: World, must: list[list[str]], limit: int
) -> None:
    """From as many entries as a contact has at the most, each of as many profiles as may share a value."""
    many = [f"phone:+1212556{n:04}" for n in range(1, 400)]
    pipeline = queries.best_first("profiles", "default", ["phone:+12125550100", *many[:60]], must, 20, limit)
    plan = world.explain({"aggregate": "profiles", "pipeline": pipeline, "cursor": {}, "hint": "lookup"})
    assert plan.documents <= limit + 61
    assert plan.stages.isdisjoint({"COLLSCAN", "SORT"})
    assert plan.indexes == {"lookup", "_id_"}


@pytest.mark.parametrize(
    ("contact", "criteria"),
    [
        ({"channel": "voice", **PHONE_NUMBER}, [ACCOUNT]),
        ({"channel": "voice", **PHONE_NUMBER}, [COMMON_PLAN, ACCOUNT]),
        ({"channel": "voice", **PHONE_NUMBER}, [JOHN, COMMON_PLAN, SSN]),
        ({"channel": "chat", "name": "John"}, [RARE_NAME]),
        ({"channel": "chat", "name": "John"}, [RARE_PLAN, SMITH]),
        ({"channel": "voice", "phone_number": RARE_PHONE[1][0]}, [COMMON_PLAN, JOHN]),
        ({"channel": "chat", "name": "John"}, [NOBODY]),
    ],
    ids=str,
)
def test_a_narrowed_match_reads_no_more_than_the_rarest_criterion_has(
    world: World, contact: Document, criteria: list[Criterion]
) -> None:
    """In every order of the criteria; how many share what agreed is counted from the index alone."""
    own = world.database["profiles"].count_documents({"lookup": {"$in": _entries(contact)}})
    rarest = min(own, *(_size(world, criterion) for criterion in criteria))
    for ordered in itertools.permutations(criteria):
        asked = list(map(_criterion, ordered))
        answer, sent = world.ask(MATCH, {**contact, "criteria": asked})
        found, *counted = (world.explain(command) for command in sent)
        assert found.documents <= rarest <= queries.RARE
        assert len(counted) == bool(answer["candidates"])
        for plan in (found, *counted):
            assert plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"})
            assert plan.indexes <= {"lookup", "_id_"}
        for plan in counted:
            assert plan.documents == 0
            assert plan.keys <= (DEFAULT_SHARED_ABOVE + 2) * (len(asked) + 8)


def test_a_match_reads_the_contact_by_its_id_however_many_there_are(world: World) -> None:
    """In the command that reads the candidates: no hint reaches that far, and the planner needs none."""
    contacts = [_contact(n, world.ids[0], MIDNIGHT + timedelta(minutes=n)) for n in range(2000)]
    world.database["associations"].insert_many(contacts)
    for contact_id, known in ((contacts[0]["contact_id"], True), ("unheard-of", False)):
        answer, (plan,) = world.plans_of(f"/v1/contacts/{contact_id}/match", FEW["a number that one has"])
        assert bool(answer["association"]) is known
        assert plan.indexes == {"lookup", "_id_"}
        assert plan.documents == len(answer["candidates"]) + known
        assert plan.keys <= 4 + known
    world.database["associations"].delete_many({})


@pytest.mark.parametrize("holders", [2, 200])
def test_the_last_association_is_read_from_the_index_one_entry_each(
    database: Database[Document], settings: Settings, insert_profiles: InsertProfiles, holders: int
) -> None:
    """Also where the profiles that tie have had thousands of contacts."""
    commands = Commands()
    listened = connect(settings, listeners=[commands])
    client = create_app(settings, database=listened).test_client()
    client.get("/v1/settings")
    people = [{"first_name": "Ann", "phone_numbers": [{"value": "+12125550100"}]}] * holders
    ids = insert_profiles(database, settings, people)
    contacts = [
        _contact(n, profile_id, MIDNIGHT + timedelta(minutes=n * 7919 % 10_000))
        for n, profile_id in enumerate(ids[: min(holders, 5)] * 2000)
    ]
    database["associations"].insert_many(contacts)
    latest = max(contacts, key=lambda contact: contact["association"]["associated_at"])
    commands.sent.clear()
    answer = client.post(MATCH, json={"channel": "voice", **PHONE_NUMBER}).get_json()
    (command,) = [c for c in commands.sent if c.get("aggregate") == "associations"]
    plan = World(client, database, commands, ids).explain(command)
    assert answer["candidates"][0]["profile"]["profile_id"] == latest["association"]["profile_id"]
    assert "DISTINCT_SCAN" in plan.stages
    assert plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort", "FETCH"})
    assert (plan.indexes, plan.documents) == ({"last_of_profile"}, 0)
    assert plan.keys <= holders + 1
    listened.client.close()


def _contact(n: int, profile_id: str, associated_at: datetime) -> Document:
    association = {
        "profile_id": profile_id,
        "agent_id": "bo",
        "associated_at": associated_at,
        "disassociated_at": None,
    }
    return {
        "_id": f"default/c-{n}",
        "domain": "default",
        "contact_id": f"c-{n}",
        "channel": "voice",
        "created_at": MIDNIGHT,
        "cleared_at": None,
        "association": association,
        "associations": [association],
    }


@pytest.mark.parametrize("key", ["plan", "ssn", "nothing_of_this"])
def test_whether_a_key_is_held_takes_one_entry(world: World, key: str) -> None:
    """A key cannot be removed while one profile holds a value of it; one is looked at."""
    world.commands.sent.clear()
    world.client.delete(f"/v1/search-keys/{key}")
    (command,) = [c for c in world.commands.sent if "profiles" in c.values()]
    plan = world.explain(command)
    assert (plan.indexes, plan.documents) == ({"lookup"}, 0)
    assert plan.keys <= 2


@pytest.mark.parametrize("page", ["", f"&cursor={cursors.of_profile('8' * 32)}"], ids=["first", "deep"])
def test_the_holders_of_a_key_are_read_a_page_and_one_more(world: World, page: str) -> None:
    """Along the index, in the order of their IDs, however many there are and wherever the page begins."""
    world.commands.sent.clear()
    answer = world.client.get(f"/v1/search-keys/plan/profiles?limit={LIMIT}{page}").get_json()
    (command,) = [c for c in world.commands.sent if "profiles" in c.values()]
    plan = world.explain(command)
    assert len(answer["items"]) == LIMIT
    assert (plan.indexes, plan.documents, plan.keys) == ({"lookup"}, LIMIT + 1, LIMIT + 1)
    assert plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"})


def test_plans_made_on_little_data_hold_when_it_has_grown(
    database: Database[Document],
    settings: Settings,
    client: FlaskClient,
    insert_profiles: InsertProfiles,
) -> None:
    """Plans are remembered; those of a database with two profiles serve one with 2,000 as well.

    The profiler tells what was really read, where ``explain`` plans anew.
    """
    for key in CUSTOM.values():
        client.put(
            f"/v1/search-keys/{key.name}",
            json={"label": key.label, "type": key.type.value, "unique": key.unique},
        )
    bodies = [
        # 201, and the one whose e-mail it is.
        (MATCH, {"channel": "chat", "email_address": EMAIL[1][0], "name": "John"}, [201, 1]),
        (MATCH, {"channel": "voice", **PHONE_NUMBER, "criteria": [_criterion(SSN)]}, [1, 0]),
        (SEARCH, _search(JOHN), [21, 0, 21]),
        (SEARCH, _search(JOHN, RARE_NAME), [21, 2, 0, 21]),
        (SEARCH, _search(JOHN, RARE_NAME, operator="and"), [2]),
        (SEARCH, _search(COMMON_PLAN, SSN, operator="and"), [1]),
        (SEARCH, _search(COMMON_PLAN, SSN, operator="and", cursor=cursors.of_search(0, "0" * 32)), [1]),
        (SEARCH, _search(("name", ["Fam"]), mode="prefix"), [21]),
    ]
    people = list(itertools.islice(_people(), 2002))
    insert_profiles(database, settings, people[:2])
    for path, body, _ in bodies * 3:
        assert client.post(path, json=body).status_code == 200
    insert_profiles(database, settings, people[2:])
    database.command("profile", 2)
    for path, body, _ in bodies:
        assert client.post(path, json=body).status_code == 200
    database.command("profile", 0)
    namespace = {"ns": f"{database.name}.profiles", "op": {"$in": ["query", "command"]}}
    profiler = database.get_collection("system.profile", read_concern=ReadConcern("local"))
    read = [entry["docsExamined"] for entry in profiler.find(namespace).sort("$natural")]
    most = [each for *_, documents in bodies for each in documents]
    assert len(read) == len(most)
    assert all(documents <= bound for documents, bound in zip(read, most, strict=True)), read


PROFILE = "a" * 32
CONTACTS: dict[str, tuple[Document, str, int]] = {
    "all": ({}, "newest", 1),
    "of a profile": ({"profile_id": PROFILE}, "newest_of_profile", 1),
    "of an agent": ({"agent_id": "bo"}, "newest_of_agent", 1),
    "of a channel": ({"channel": "voice"}, "newest_of_channel", 1),
    # Two conditions share one index: the rest of what the first lets through is read and passed over. Here
    # the agent takes every second contact, so a quarter of the profile's contacts are Bo's calls.
    "of a profile and a channel": ({"profile_id": PROFILE, "channel": "voice"}, "newest_of_profile", 4),
    "of a profile and an agent": ({"profile_id": PROFILE, "agent_id": "bo"}, "newest_of_profile", 2),
    "of an agent and a channel": ({"agent_id": "bo", "channel": "voice"}, "newest_of_agent", 2),
    "of all three": (
        {"profile_id": PROFILE, "agent_id": "bo", "channel": "voice"},
        "newest_of_profile",
        4,
    ),
}


@pytest.fixture(scope="module")
def contacts(world: World) -> World:
    """Return the world with 4,000 contacts, a minute apart: every third the same profile's."""

    def contact(n: int) -> Document:
        association = {
            "profile_id": PROFILE if n % 3 == 0 else f"{n:032x}",
            "agent_id": "bo" if n % 2 == 0 else f"agent{n % 50}",
            "associated_at": MIDNIGHT,
            "disassociated_at": None,
        }
        return {
            "_id": f"default/c-{n}",
            "domain": "default",
            "contact_id": f"c-{n}",
            "channel": ("voice", "chat", "task", "email")[n % 4],
            "created_at": MIDNIGHT + timedelta(minutes=n),
            "cleared_at": None,
            "association": association,
            "associations": [association],
        }

    world.database["associations"].insert_many([contact(n) for n in range(4000)])
    return world


PERIOD = {
    "from": (MIDNIGHT + timedelta(hours=10)).isoformat(),
    "to": (MIDNIGHT + timedelta(days=2)).isoformat(),
}


@pytest.mark.parametrize("period", [{}, PERIOD], ids=["ever", "period"])
@pytest.mark.parametrize("deep", [False, True], ids=["first page", "deep page"])
@pytest.mark.parametrize(("which", "index", "share"), CONTACTS.values(), ids=CONTACTS)
def test_past_contacts_are_walked_along_the_index_of_what_narrows_most(
    contacts: World, which: Document, index: str, share: int, period: Document, *, deep: bool
) -> None:
    """No page is sorted, and a deep one costs what the first one costs."""
    cursor = cursors.of_contact(MIDNIGHT + timedelta(minutes=2400), "c-2400") if deep else None
    contacts.commands.sent.clear()
    body = {**which, **period, "limit": LIMIT, "cursor": cursor}
    answer = contacts.client.post("/v1/contacts/search", json=body).get_json()
    plan = contacts.explain(contacts.commands.sent[-1])
    assert len(answer["items"]) == LIMIT
    assert plan.indexes == {index}
    assert plan.stages.isdisjoint({"COLLSCAN", "SORT"})
    # The last command reads a page, or four where the index does not cover all conditions; and one more where
    # the page before ended within the same millisecond.
    pages = 1 if share == 1 else 4
    assert plan.documents <= (LIMIT + 1) * pages + 1


def test_a_profile_s_contacts_are_walked_along_its_index(contacts: World) -> None:
    """The list of a profile costs a look whether it is there, and one page."""
    profile_id = contacts.ids[0]
    contacts.commands.sent.clear()
    response = contacts.client.get(f"/v1/profiles/{profile_id}/contacts?limit={LIMIT}")
    assert response.status_code == 200
    exists, found = (contacts.explain(command) for command in list(contacts.commands.sent))
    assert (exists.documents, found.documents) == (1, 0)
    assert found.indexes == {"newest_of_profile"}


def test_a_profile_is_read_along_its_id(contacts: World) -> None:
    """Not along the index of all values, whose first ones many profiles share."""
    for profile_id in contacts.ids[:3]:
        for path in ("", "/contacts"):
            contacts.commands.sent.clear()
            assert contacts.client.get(f"/v1/profiles/{profile_id}{path}").status_code == 200
            plan = contacts.explain(contacts.commands.sent[0])
            assert (plan.indexes, plan.keys) == ({"_id_"}, 1)


def test_forgetting_a_profile_reads_its_contacts_alone(contacts: World) -> None:
    """Taking a deleted profile out of every history goes along an index."""
    update = {
        "update": "associations",
        "updates": [
            {"q": {"domain": "default", "associations.profile_id": f"{1:032x}"}, "u": [{"$set": {}}]}
        ],
    }
    plan = contacts.explain(update)
    assert (plan.indexes, plan.documents) == ({"history_of_profile"}, 1)
