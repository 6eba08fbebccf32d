"""Each page of the lists of all profiles and of their changes is one scan of an index, early or late."""

from typing import Any

import pytest

from service.model.changes import ChangePosition
from service.store.profiles import ticks
from service.use_cases import cursors
from tests.store.planning import LIMIT, PROFILES, Document, Plan, World

_CHANGES = "/v1/profiles/changes"


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


@pytest.mark.parametrize("depth", [0, 2500, PROFILES - LIMIT - 2])
@pytest.mark.parametrize(("sort", "index"), [("created_at", "oldest"), ("updated_at", "changed")])
def test_a_page_of_all_profiles_reads_its_profiles_and_one_more(
    world: World, sort: str, index: str, depth: int
) -> None:
    """A late page costs the same as the first."""
    cursor = _cursor(world, sort, depth)
    response, (plan,) = _plans(world, f"/v1/profiles?sort={sort}&limit={LIMIT}&cursor={cursor}")
    assert len(response["items"]) == LIMIT
    assert plan.indexes == {index}
    assert plan.documents == LIMIT + 1
    # The entry of the cursor's profile, and those of profiles that were created in the same millisecond.
    same = world.database["profiles"].count_documents({"created_at": _created_at(world, response)})
    assert plan.keys <= LIMIT + 2 + same


def _created_at(world: World, response: Any) -> Any:
    first = world.database["profiles"].find_one({"_id": response["items"][0]["profile_id"]})
    assert first is not None
    return first["created_at"]


@pytest.mark.parametrize("depth", [0, 2500])
def test_a_page_of_changes_reads_its_profiles_and_one_more(world: World, depth: int) -> None:
    """One more command reads the deletions."""
    path = f"{_CHANGES}?limit={LIMIT}&cursor={_cursor(world, 'changes', depth)}"
    _, (profiles, deletions) = _plans(world, path)
    assert profiles.indexes == {"changed"}
    assert profiles.documents <= LIMIT + 1
    assert profiles.keys <= LIMIT + 2
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
    assert response == {"count": PROFILES, "estimated": False}
    assert plan.indexes == {"oldest"}
    assert plan.documents == 0
    assert plan.keys <= PROFILES + 1
