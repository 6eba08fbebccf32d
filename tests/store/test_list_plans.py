"""Each page of the lists of all profiles and of their changes is one scan of an index, early or late."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from bson import Timestamp

from service.app import create_app
from service.config import Settings
from service.model.changes import ChangePosition
from service.store.client.connection import connect
from service.store.profiles import ticks
from service.use_cases import cursors
from tests.commands import Commands
from tests.store.planning import LIMIT, MIDNIGHT, Document, Plan, World

_CHANGES = "/v1/profiles/changes"
_PROFILES = 500
_SAME_TIME = 4


@pytest.fixture(scope="module")
def world(mongodb_uri: str, mongodb_client: pymongo.MongoClient[Document]) -> Iterator[World]:
    """Return an application with copies of a profile. Several were created in the same millisecond."""
    settings = Settings(mongodb_uri=mongodb_uri, mongodb_database=f"test_{uuid4().hex}", auth=False)
    commands = Commands()
    database = connect(settings, listeners=[commands])
    client = create_app(settings, database=database).test_client()
    client.post("/v1/profiles", json={"first_name": "Ada"})
    profile = database["profiles"].find_one_and_delete({})
    copies = [
        {
            **(profile or {}),
            "_id": f"{number:032x}",
            "created_at": MIDNIGHT + timedelta(milliseconds=number // _SAME_TIME),
            "changed": Timestamp(MIDNIGHT, number + 1),
        }
        for number in range(_PROFILES)
    ]
    database["profiles"].insert_many(copies)
    yield World(client, database, commands, [each["_id"] for each in copies])
    database.client.close()
    mongodb_client.drop_database(database.name)


def _plans(world: World, path: str) -> tuple[Any, list[Plan]]:
    """Return the response and the plans of its reads. Assert that they use indexes and do not sort."""
    world.client.get(path)
    world.commands.sent.clear()
    response = world.client.get(path)
    assert response.status_code == 200, response.text
    collections = {"profiles", "deletions"}
    commands = [command for command in world.commands.sent if collections & set(map(str, command.values()))]
    plans = [world.explain({n: v for n, v in each.items() if n != "readConcern"}) for each in commands]
    assert all(plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"}) for plan in plans)
    return response.json, plans


def _cursor(world: World, sort: str, depth: int) -> str:
    """Return the cursor after this number of profiles."""
    field = {"created_at": "created_at", "updated_at": "changed", "changes": "changed"}[sort]
    documents = world.database["profiles"].find({}, [field]).sort([(field, 1), ("_id", 1)])
    document: Document = documents.skip(depth)[0]
    if sort == "created_at":
        return cursors.of_creation(document["created_at"], document["_id"])
    position = ChangePosition(ticks.to_number(document["changed"]), document["_id"])
    return cursors.of_update(position) if sort == "updated_at" else cursors.of_change(position)


@pytest.mark.parametrize("depth", [0, 251, _PROFILES - LIMIT - 2])
@pytest.mark.parametrize(("sort", "index"), [("created_at", "oldest"), ("updated_at", "changed")])
def test_a_page_of_all_profiles_reads_its_profiles_and_one_more(
    world: World, sort: str, index: str, depth: int
) -> None:
    """A late page costs the same as the first."""
    cursor = _cursor(world, sort, depth)
    response, (plan,) = _plans(world, f"/v1/profiles?sort={sort}&limit={LIMIT}&cursor={cursor}")
    assert len(response["items"]) == LIMIT
    assert plan.indexes == {index}
    # Also the cursor's profile, and those that were created in the same millisecond.
    assert plan.keys == plan.documents <= LIMIT + 1 + _SAME_TIME


@pytest.mark.parametrize("depth", [0, 251])
def test_a_page_of_changes_reads_its_profiles_and_one_more(world: World, depth: int) -> None:
    """One more command reads the deletions."""
    path = f"{_CHANGES}?limit={LIMIT}&cursor={_cursor(world, 'changes', depth)}"
    _, (profiles, deletions) = _plans(world, path)
    assert profiles.indexes == {"changed"}
    # Also the cursor's profile.
    assert profiles.documents == profiles.keys == LIMIT + 2
    assert deletions.indexes == {"deleted"}
    assert (deletions.documents, deletions.keys) == (0, 0)


def test_profiles_of_older_releases_are_found_in_the_index(world: World) -> None:
    """The first page looks for them. None is left, so no document is read for them."""
    _, (older, profiles, _) = _plans(world, f"{_CHANGES}?limit={LIMIT}")
    assert older.indexes == profiles.indexes == {"changed"}
    assert older.documents == 0
    assert older.keys <= 2


def test_a_count_reads_no_document(world: World) -> None:
    """It reads the index alone, and stops at the limit."""
    response, (plan,) = _plans(world, "/v1/profiles/count")
    assert response == {"count": _PROFILES, "estimated": False}
    assert plan.indexes == {"oldest"}
    assert plan.documents == 0
    assert plan.keys <= _PROFILES + 1


def test_the_indexes_of_the_lists_serve_no_other_query(world: World) -> None:
    """The planner has no other choice, so that a stage without a hint cannot scan the whole domain."""
    query = {"domain": "default", "lookup": {"$in": ["name:ada", "name.part:ada"]}}
    planner = world.database["profiles"].find(query).explain()["queryPlanner"]
    assert planner["rejectedPlans"] == []
    assert world.explain({"find": "profiles", "filter": query}).indexes == {"lookup"}
