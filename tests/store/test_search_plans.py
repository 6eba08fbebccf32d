"""Query plans of searches. The tests call the application over HTTP and explain its commands."""

import itertools

import pytest
from flask.testing import FlaskClient
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from service.config import Settings
from service.model.match import Tier
from service.store.client import page_scan
from service.store.profiles import queries
from service.use_cases import cursors
from tests.store.planning import (
    ACCOUNT,
    COMMON_PHONE,
    COMMON_PLAN,
    EMAIL,
    JOHN,
    JOHN_SMITH,
    LIMIT,
    MATCH,
    NO_PROFILE,
    PHONE_NUMBER,
    RARE_NAME,
    RARE_PHONE,
    RARE_PLAN,
    SEARCH,
    SMITH,
    SSN,
    Criterion,
    Document,
    InsertProfiles,
    World,
    criterion_body,
    define_custom_keys,
    orders,
    people,
    search_body,
    size_of,
)


@pytest.mark.parametrize(
    "criterion",
    [JOHN, JOHN_SMITH, RARE_NAME, COMMON_PHONE, RARE_PHONE, EMAIL, COMMON_PLAN, SSN, ACCOUNT, NO_PROFILE],
    ids=str,
)
def test_a_single_criterion_reads_its_page_and_one_more_profile(world: World, criterion: Criterion) -> None:
    """MongoDB examines the documents of the page, and one more for the cursor.

    If the first command finds more than a page and there are several tiers, one more command for each tier
    reads the page.
    """
    response, plans = world.plans_of(SEARCH, search_body(criterion))
    read = len(response["items"]) + (response["next_cursor"] is not None)
    assert plans[0].documents == read
    assert sum(plan.documents for plan in plans[1:]) in {0, read}
    assert bool(plans[1:]) == (criterion == JOHN)


@pytest.mark.parametrize("depth", [0, 2500, 4999])
@pytest.mark.parametrize(
    ("criterion", "tier"), [(JOHN, Tier.PARTIAL_NAME), (COMMON_PHONE, Tier.EXACT)], ids=str
)
def test_a_deep_page_costs_the_same_as_the_first(
    world: World, criterion: Criterion, tier: Tier, depth: int
) -> None:
    """MongoDB does not read the profiles before the page."""
    cursor = cursors.of_search(1 + tier.rank, world.ids[depth])
    response, plans = world.plans_of(SEARCH, search_body(criterion, cursor=cursor))
    read = sum(plan.documents for plan in plans)
    assert read == len(response["items"]) + (response["next_cursor"] is not None)
    # MongoDB examines one more key for each empty interval and for each profile with two of the terms.
    assert sum(plan.keys for plan in plans) <= read + 6


@pytest.mark.parametrize("depth", [10, 4900])
def test_a_deep_page_of_several_criteria_skips_profiles_of_better_tiers(world: World, depth: int) -> None:
    """MongoDB reads at most five pages of documents."""
    criteria = [JOHN, COMMON_PLAN, COMMON_PHONE]
    cursor = cursors.of_search(1 + Tier.PARTIAL_NAME.rank, world.ids[depth])
    response, plans = world.plans_of(SEARCH, search_body(*criteria, cursor=cursor))
    assert len(response["items"]) in {LIMIT, 0} or response["next_cursor"] is None
    assert sum(plan.documents for plan in plans) <= 5 * (LIMIT + 1)


def test_five_alternative_criteria_are_merged_not_sorted(world: World) -> None:
    """MongoDB reads at most three pages, although some values are common."""
    response, plans = world.plans_of(SEARCH, search_body(JOHN, EMAIL, COMMON_PHONE, COMMON_PLAN, ACCOUNT))
    assert (len(response["items"]), plans[0].documents) == (LIMIT, LIMIT + 1)
    assert sum(plan.documents for plan in plans) <= 3 * (LIMIT + 1)
    assert "SORT_MERGE" in plans[0].stages


def test_fifty_values_with_two_terms_each_are_merged_not_sorted(world: World) -> None:
    """A search has at most 100 terms, and the planner can merge 200."""
    numbers = [("phone", [f"212-556-{n:02}{i:02}" for i in range(10)]) for n in range(2)]
    names = [("name", ["John", "Smith", *(f"Family{n}{i}" for i in range(8))]) for n in range(3)]
    body = search_body(*numbers, *names, operator="or")
    _, (command, *_) = world.post_twice(SEARCH, body)
    assert len(command["filter"]["lookup"]["$in"]) > 80
    response, plans = world.plans_of(SEARCH, body)
    assert (len(response["items"]), plans[0].documents) == (LIMIT, LIMIT + 1)
    assert "SORT_MERGE" in plans[0].stages


@pytest.mark.parametrize(
    "criteria",
    [
        [COMMON_PHONE, RARE_NAME],
        [JOHN, RARE_NAME],
        [COMMON_PLAN, RARE_PLAN],
        [COMMON_PHONE, SSN],
        [JOHN, NO_PROFILE],
        [JOHN, SMITH, RARE_PHONE],
        [JOHN_SMITH, COMMON_PLAN, COMMON_PHONE, SSN],
        [RARE_NAME, RARE_PHONE, EMAIL],
        [JOHN, SMITH, COMMON_PHONE, COMMON_PLAN, ACCOUNT],
    ],
    ids=str,
)
def test_all_of_several_criteria_read_only_the_profiles_of_the_rarest_criterion(
    world: World, criteria: list[Criterion]
) -> None:
    """One command is enough. The order of the criteria does not matter."""
    rarest = min(size_of(world, criterion) for criterion in criteria)
    assert rarest <= queries.RARE
    responses = []
    for ordered in orders(criteria):
        response, sent = world.post_twice(SEARCH, search_body(*ordered, operator="and"))
        plan = world.explain(*sent)
        assert plan.documents <= rarest, ordered
        # The profiles of the rarest criterion are read by their IDs.
        assert plan.indexes <= {"lookup", "_id_"}
        assert plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"})
        assert plan.keys <= (queries.RARE + 3) * len(criteria) + rarest * 4
        responses.append([item["profile"]["profile_id"] for item in response["items"]])
    assert all(response == responses[0] for response in responses)


@pytest.mark.parametrize("depth", [0, 2500, 4990])
def test_a_deep_page_of_several_criteria_reads_only_the_profiles_of_the_rarest_criterion(
    world: World, depth: int
) -> None:
    """The page can be near the end, where a scan of the ``_id`` index would be short."""
    criteria = [COMMON_PLAN, ("name", ["Family21", "Family23", "Family24", "Family26"])]
    rarest = size_of(world, criteria[1])
    for ordered in orders(criteria):
        body = search_body(*ordered, operator="and", cursor=cursors.of_search(0, world.ids[depth]))
        _, sent = world.post_twice(SEARCH, body)
        assert [_stage_names(command) for command in sent] == [_FIRST_STAGES]
        assert world.explain(*sent).documents <= rarest


_FIRST_STAGES = [
    "$match",
    "$limit",
    "$project",
    "$unionWith",
    "$group",
    "$group",
    "$match",
    "$project",
    "$lookup",
]


def _stage_names(command: Document) -> list[str]:
    return [name for stage in command["pipeline"][: len(_FIRST_STAGES)] for name in stage]


@pytest.mark.parametrize("depth", [None, 4990])
@pytest.mark.parametrize(
    "criteria", [[JOHN, SMITH], [COMMON_PHONE, JOHN, COMMON_PLAN], [SMITH, COMMON_PLAN]], ids=str
)
def test_criteria_that_are_all_common_cost_two_more_commands(
    world: World, criteria: list[Criterion], depth: int | None
) -> None:
    """If each criterion has more than 200 profiles, the rarest criterion gives the index bounds."""
    smallest = min(size_of(world, criterion) for criterion in criteria)
    assert smallest > queries.RARE
    cursor = None if depth is None else cursors.of_search(0, world.ids[depth])
    for ordered in orders(criteria):
        _, sent = world.post_twice(SEARCH, search_body(*ordered, operator="and", cursor=cursor))
        assert [next(iter(command)) for command in sent] == ["aggregate", "aggregate", "aggregate"]
        lists, sizes, found = (world.explain(command) for command in sent)
        assert (lists.documents, sizes.documents) == (0, 0)
        assert found.documents <= smallest
        assert found.indexes == {"lookup"}
        assert found.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"})
        bounds = sent[-1]["pipeline"][0]["$match"]["lookup"]["$in"]
        assert world.database["profiles"].count_documents({"lookup": {"$in": bounds}}) == smallest


@pytest.mark.parametrize("depth", [None, 4990])
@pytest.mark.parametrize("max_scanned", [300, 900])
@pytest.mark.parametrize("criteria", [[JOHN, SMITH], [COMMON_PHONE, JOHN, COMMON_PLAN]], ids=str)
def test_criteria_that_are_all_very_common_cost_a_bounded_scan(
    world: World,
    criteria: list[Criterion],
    depth: int | None,
    max_scanned: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither the count nor the scan reads more than the limit."""
    monkeypatch.setattr(page_scan, "MAX_SCANNED", max_scanned)
    cursor = None if depth is None else cursors.of_search(0, world.ids[depth])
    _, sent = world.post_twice(SEARCH, search_body(*criteria, operator="and", cursor=cursor))
    is_long = min(size_of(world, criterion) for criterion in criteria) > max_scanned
    end_of_scan = ["find"] if is_long else []
    assert [next(iter(command)) for command in sent] == ["aggregate", "aggregate", *end_of_scan, "aggregate"]
    lists, sizes, *end, found = (world.explain(command) for command in sent)
    assert (lists.documents, sizes.documents) == (0, 0)
    assert sizes.keys <= (max_scanned + 4) * len(criteria)
    for plan in end:
        assert plan.documents == 0
        assert plan.keys <= max_scanned + 4
    assert found.documents <= max_scanned
    # A profile can have two of the terms. MongoDB skips the second entry.
    assert found.keys <= 2 * max_scanned + 4
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
def test_a_prefix_reads_its_page_and_one_more_profile(
    world: World, criterion: Criterion, *, found: bool
) -> None:
    """MongoDB reads a range of the index."""
    response, plan = world.plan_of(SEARCH, search_body(criterion, mode="prefix"))
    assert bool(response["items"]) == found
    assert plan.documents == len(response["items"]) + response["truncated"]
    # A range reads one entry beyond its end, and a profile can have two terms with the prefix.
    assert plan.keys <= 2 * plan.documents + 4


@pytest.mark.parametrize("key", ["plan", "ssn", "undefined"])
def test_one_index_entry_shows_whether_a_search_key_has_values(world: World, key: str) -> None:
    """A removal checks this first, because a search key with values cannot be removed."""
    world.commands.sent.clear()
    world.client.delete(f"/v1/search-keys/{key}")
    (command,) = [c for c in world.commands.sent if "profiles" in c.values()]
    plan = world.explain(command)
    assert (plan.indexes, plan.documents) == ({"lookup"}, 0)
    assert plan.keys <= 2


@pytest.mark.parametrize("page", ["", f"&cursor={cursors.of_profile('8' * 32)}"], ids=["first", "deep"])
def test_the_holders_of_a_search_key_are_read_by_page(world: World, page: str) -> None:
    """MongoDB reads the page and one more profile in the order of the index, without a sort."""
    world.commands.sent.clear()
    response = world.client.get(f"/v1/search-keys/plan/profiles?limit={LIMIT}{page}").get_json()
    (command,) = [c for c in world.commands.sent if "profiles" in c.values()]
    plan = world.explain(command)
    assert len(response["items"]) == LIMIT
    assert (plan.indexes, plan.documents, plan.keys) == ({"lookup"}, LIMIT + 1, LIMIT + 1)
    assert plan.stages.isdisjoint({"COLLSCAN", "SORT", "$sort"})


def test_plans_for_little_data_work_after_growth(
    database: Database[Document],
    settings: Settings,
    client: FlaskClient,
    insert_profiles: InsertProfiles,
) -> None:
    """MongoDB caches plans for two profiles and uses them for 2,000 profiles.

    The profiler counts the documents, because ``explain`` does not use cached plans.
    """
    define_custom_keys(client)
    bodies = [
        # The first command reads 201 profiles, the second the profile with the e-mail address.
        (MATCH, {"channel": "chat", "email_address": EMAIL[1][0], "name": "John"}, [201, 1]),
        (MATCH, {"channel": "voice", **PHONE_NUMBER, "criteria": [criterion_body(SSN)]}, [1, 0]),
        (SEARCH, search_body(JOHN), [21, 0, 21]),
        (SEARCH, search_body(JOHN, RARE_NAME), [21, 2, 0, 21]),
        (SEARCH, search_body(JOHN, RARE_NAME, operator="and"), [2]),
        (SEARCH, search_body(COMMON_PLAN, SSN, operator="and"), [1]),
        (SEARCH, search_body(COMMON_PLAN, SSN, operator="and", cursor=cursors.of_search(0, "0" * 32)), [1]),
        (SEARCH, search_body(("name", ["Fam"]), mode="prefix"), [21]),
    ]
    profiles = list(itertools.islice(people(), 2002))
    insert_profiles(database, settings, profiles[:2])
    for path, body, _ in bodies * 3:
        assert client.post(path, json=body).status_code == 200
    insert_profiles(database, settings, profiles[2:])
    database.command("profile", 2)
    for path, body, _ in bodies:
        assert client.post(path, json=body).status_code == 200
    database.command("profile", 0)
    namespace = {"ns": f"{database.name}.profiles", "op": {"$in": ["query", "command"]}}
    profiler = database.get_collection("system.profile", read_concern=ReadConcern("local"))
    read = [entry["docsExamined"] for entry in profiler.find(namespace).sort("$natural")]
    bounds = [each for *_, documents in bodies for each in documents]
    assert len(read) == len(bounds)
    assert all(documents <= bound for documents, bound in zip(read, bounds, strict=True)), read
