"""The plans of matches: the application is called over HTTP, and its commands are explained."""

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
    """Each once, in one command, merged and not sorted; also those of later match keys."""
    _, (plan,) = world.plans_of(MATCH, contact)
    entries = {"$in": contact_terms(contact)}
    assert plan.documents == world.database["profiles"].count_documents({"lookup": entries}) <= 10


# Each with its commands, and whether the match key that decides has too many profiles.
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
def test_a_match_of_too_many_reads_201_and_those_of_rare_values(
    world: World, contact: Document, commands: list[str], page: int, *, truncated: bool
) -> None:
    """However many share a value. A further page reads the same again, and nothing is sorted."""
    cursor = None
    for _ in range(page * truncated):
        cursor = world.ask(MATCH, {**contact, "cursor": cursor, "limit": 1})[0]["next_cursor"]
    response, sent = world.ask(MATCH, {**contact, "cursor": cursor, "limit": 1})
    assert [next(iter(command)) for command in sent] == commands
    assert response["truncated"] is truncated
    first, *best = (world.explain(command) for command in sent)
    assert first.documents == match.MAX_RANKED + 1
    # A profile that another value led to is skipped, and each interval has an end.
    assert first.keys <= 2 * (match.MAX_RANKED + 1) + 2 * len(contact_terms(contact))
    for plan in (first, *best):
        assert plan.stages.isdisjoint({"COLLSCAN", "SORT"})
        assert plan.indexes <= {"lookup", "_id_"}
    # Here only the profile with the e-mail address.
    for plan in best:
        assert plan.documents <= 1
        assert plan.keys <= (DEFAULT_SHARED_ABOVE + 2) * len(contact_terms(contact)) + 1


@pytest.mark.parametrize("limit", [10, 200])
@pytest.mark.parametrize("must", [[], [["plan:gold"]]], ids=["alone", "narrowed"])
def test_the_best_of_too_many_are_read_up_to_the_limit(
    world: World, must: list[list[str]], limit: int
) -> None:
    """From the maximum number of terms of a contact, each with the maximum number of profiles."""
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
def test_a_narrowed_match_reads_no_more_than_the_rarest_criterion_has(
    world: World, contact: Document, criteria: list[Criterion]
) -> None:
    """In whatever order the criteria are. How many profiles share a value is counted from the index alone."""
    own = world.database["profiles"].count_documents({"lookup": {"$in": contact_terms(contact)}})
    rarest = min(own, *(size_of(world, criterion) for criterion in criteria))
    for ordered in orders(criteria):
        asked = list(map(criterion_body, ordered))
        response, sent = world.ask(MATCH, {**contact, "criteria": asked})
        found, *counted = (world.explain(command) for command in sent)
        assert found.documents <= rarest <= queries.RARE
        assert len(counted) == bool(response["candidates"])
        for plan in (found, *counted):
            assert plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"})
            assert plan.indexes <= {"lookup", "_id_"}
        for plan in counted:
            assert plan.documents == 0
            assert plan.keys <= (DEFAULT_SHARED_ABOVE + 2) * (len(asked) + 8)


def test_a_match_reads_the_contact_by_its_id(world: World) -> None:
    """In the command that reads the candidates. A hint does not apply there, and the planner needs none."""
    contacts = [contact_document(n, world.ids[0], MIDNIGHT + timedelta(minutes=n)) for n in range(2000)]
    world.database["associations"].insert_many(contacts)
    for contact_id, known in ((contacts[0]["contact_id"], True), ("unheard-of", False)):
        response, (plan,) = world.plans_of(f"/v1/contacts/{contact_id}/match", FEW["a number of one profile"])
        assert bool(response["association"]) is known
        assert plan.indexes == {"lookup", "_id_"}
        assert plan.documents == len(response["candidates"]) + known
        assert plan.keys <= 4 + known
    world.database["associations"].delete_many({"_id": {"$regex": "^default/m-"}})


@pytest.mark.parametrize("holders", [2, 200])
def test_the_last_association_is_read_from_the_index_one_entry_each(
    database: Database[Document], settings: Settings, insert_profiles: InsertProfiles, holders: int
) -> None:
    """Also if the profiles that tie have had thousands of contacts."""
    commands = Commands()
    listened = connect(settings, listeners=[commands])
    client = create_app(settings, database=listened).test_client()
    client.get("/v1/settings")
    people = [{"first_name": "Ann", "phone_numbers": [{"value": "+12125550100"}]}] * holders
    ids = insert_profiles(database, settings, people)
    contacts = [
        contact_document(n, profile_id, MIDNIGHT + timedelta(minutes=n * 7919 % 10_000))
        for n, profile_id in enumerate(ids[: min(holders, 5)] * 2000)
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
    listened.client.close()
