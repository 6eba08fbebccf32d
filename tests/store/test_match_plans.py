"""Query plans of matches. The tests call the application over HTTP and explain its commands."""

from datetime import timedelta

import pytest
from pymongo.database import Database

from service.app import create_app
from service.config import Settings
from service.model.domain_settings import DEFAULT_SHARED_ABOVE
from service.store.client.connection import connect
from service.store.profiles import queries
from service.use_cases import match
from tests.commands import Commands
from tests.store.planning import (
    ACCOUNT,
    COMMON_PLAN,
    EMAIL,
    JOHN,
    MATCH,
    MIDNIGHT,
    NO_PROFILE,
    PHONE_NUMBER,
    RARE_NAME,
    RARE_PHONE,
    RARE_PLAN,
    SMITH,
    SSN,
    Criterion,
    Document,
    InsertProfiles,
    World,
    contact_document,
    contact_terms,
    criterion_body,
    orders,
    size_of,
)

FEW: dict[str, Document] = {
    "a number of one profile": {"channel": "voice", "phone_number": RARE_PHONE[1][0]},
    "a number that no profile has": {"channel": "voice", "phone_number": "+14155550100"},
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
def test_a_match_reads_only_the_candidates(world: World, contact: Document) -> None:
    """One command reads each candidate of all match keys once, without a sort."""
    _, (plan,) = world.plans_of(MATCH, contact)
    terms = {"$in": contact_terms(contact)}
    assert plan.documents == world.database["profiles"].count_documents({"lookup": terms}) <= 10


# For each contact, its commands, and whether the deciding match key has too many profiles.
MANY: dict[str, tuple[Document, list[str], bool]] = {
    "a number of many profiles": ({"channel": "voice", **PHONE_NUMBER}, ["aggregate"], True),
    "a common name alone": ({"channel": "chat", "name": "John Smith"}, ["aggregate", "aggregate"], True),
    "an e-mail, then a common name": (
        {"channel": "chat", "email_address": EMAIL[1][0], "name": "Smith"},
        ["aggregate", "aggregate"],
        False,
    ),
    "no e-mail, then a common name": (
        {"channel": "chat", "email_address": NO_PROFILE[1][0], "name": "John"},
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
def test_a_match_with_too_many_candidates_reads_201_and_those_with_rare_values(
    world: World, contact: Document, commands: list[str], page: int, *, truncated: bool
) -> None:
    """The cost does not depend on the number of candidates or the page. MongoDB sorts nothing."""
    cursor = None
    for _ in range(page * truncated):
        cursor = world.post_twice(MATCH, {**contact, "cursor": cursor, "limit": 1})[0]["next_cursor"]
    response, sent = world.post_twice(MATCH, {**contact, "cursor": cursor, "limit": 1})
    assert [next(iter(command)) for command in sent] == commands
    assert response["truncated"] is truncated
    first, *best = (world.explain(command) for command in sent)
    assert first.documents == match.MAX_RANKED + 1
    # A profile with two values has two entries. Each interval has one more entry at its end.
    assert first.keys <= 2 * (match.MAX_RANKED + 1) + 2 * len(contact_terms(contact))
    for plan in (first, *best):
        assert plan.stages.isdisjoint({"COLLSCAN", "SORT"})
        assert plan.indexes <= {"lookup", "_id_"}
    # Only the profile with the e-mail address has a rare value.
    for plan in best:
        assert plan.documents <= 1
        assert plan.keys <= (DEFAULT_SHARED_ABOVE + 2) * len(contact_terms(contact)) + 1


@pytest.mark.parametrize("limit", [10, 200])
@pytest.mark.parametrize("must", [[], [["plan:gold"]]], ids=["alone", "narrowed"])
def test_the_best_candidates_are_read_up_to_the_limit(
    world: World, must: list[list[str]], limit: int
) -> None:
    """The contact has the maximum number of terms."""
    many = [f"phone:+1212556{n:04}" for n in range(1, 400)]
    pipeline = queries.best_first("default", ["phone:+12125550100", *many[:60]], must, 20, limit)
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
        ({"channel": "chat", "name": "John"}, [NO_PROFILE]),
    ],
    ids=str,
)
def test_a_narrowed_match_reads_at_most_the_profiles_of_the_rarest_criterion(
    world: World, contact: Document, criteria: list[Criterion]
) -> None:
    """The order of the criteria does not matter. Profiles that share a value are counted in the index."""
    own = world.database["profiles"].count_documents({"lookup": {"$in": contact_terms(contact)}})
    rarest = min(own, *(size_of(world, criterion) for criterion in criteria))
    for ordered in orders(criteria):
        bodies = list(map(criterion_body, ordered))
        response, commands = world.post_twice(MATCH, {**contact, "criteria": bodies})
        search_plan, *count_plans = (world.explain(command) for command in commands)
        assert search_plan.documents <= rarest <= queries.RARE
        assert len(count_plans) == bool(response["candidates"])
        for plan in (search_plan, *count_plans):
            assert plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"})
            assert plan.indexes <= {"lookup", "_id_"}
        for plan in count_plans:
            assert plan.documents == 0
            assert plan.keys <= (DEFAULT_SHARED_ABOVE + 2) * (len(bodies) + 8)


def test_a_match_reads_the_contact_by_its_id(world: World) -> None:
    """One command reads the contact and the candidates. The planner needs no hint for the contact."""
    contacts = [contact_document(n, world.ids[0], MIDNIGHT + timedelta(minutes=n)) for n in range(2000)]
    world.database["associations"].insert_many(contacts)
    for contact_id, exists in ((contacts[0]["contact_id"], True), ("unknown", False)):
        response, (plan,) = world.plans_of(f"/v1/contacts/{contact_id}/match", FEW["a number of one profile"])
        assert bool(response["association"]) is exists
        assert plan.indexes == {"lookup", "_id_"}
        assert plan.documents == len(response["candidates"]) + exists
        assert plan.keys <= 4 + exists
    world.database["associations"].delete_many({"_id": {"$regex": "^default/m-"}})


@pytest.mark.parametrize("holders", [2, 200])
def test_the_last_association_of_each_profile_costs_one_index_entry(
    database: Database[Document], settings: Settings, insert_profiles: InsertProfiles, holders: int
) -> None:
    """The number of earlier contacts of the tied profiles does not matter."""
    commands = Commands()
    recorded_database = connect(settings, listeners=[commands])
    client = create_app(settings, database=recorded_database).test_client()
    client.get("/v1/settings")
    people = [{"first_name": "Ann", "phone_numbers": [{"value": "+12125550100"}]}] * holders
    ids = insert_profiles(database, settings, people)
    contacts = [
        contact_document(n, profile_id, MIDNIGHT + timedelta(minutes=n * 7919 % 10_000))
        for n, profile_id in enumerate(ids[: min(holders, 5)] * 200)
    ]
    database["associations"].insert_many(contacts)
    latest = max(contacts, key=lambda contact: contact["association"]["associated_at"])
    commands.sent.clear()
    response = client.post(MATCH, json={"channel": "voice", **PHONE_NUMBER}).get_json()
    (command,) = [c for c in commands.sent if c.get("aggregate") == "associations"]
    plan = World(client, database, commands, ids).explain(command)
    assert response["candidates"][0]["profile"]["profile_id"] == latest["association"]["profile_id"]
    assert "DISTINCT_SCAN" in plan.stages
    assert plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort", "FETCH"})
    assert (plan.indexes, plan.documents) == ({"last_of_profile"}, 0)
    assert plan.keys <= holders + 1
    recorded_database.client.close()
