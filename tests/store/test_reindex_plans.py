"""Stale profiles are found through an index, in commands of bounded size."""

from collections.abc import Callable

import pytest
from pymongo.database import Database

from service.config import Settings
from service.store.indexes.definitions import RULES
from service.store.stores import Stores
from tests.commands import Commands
from tests.store.planning import explain
from tests.store.reindexing import (
    OTHER_RULES,
    Document,
    create,
    make_stale,
    reindex_all,
)
from tests.store.stale import any_stale


@pytest.mark.parametrize("stale", [0, 5])
def test_stale_profiles_are_found_in_the_index(
    database: Database[Document],
    settings: Settings,
    stores_with_commands: tuple[Stores, Commands],
    insert_profiles: Callable[..., list[str]],
    stale: int,
) -> None:
    """One index entry shows whether there are stale profiles. The pages read only stale profiles."""
    ids = insert_profiles(database, settings, ({"first_name": f"N{n}"} for n in range(1000)))
    for position, profile_id in enumerate(ids[:stale]):
        make_stale(database, profile_id, rules=OTHER_RULES[position % len(OTHER_RULES)])
    stores, commands = stores_with_commands
    assert any_stale(stores) == bool(stale)
    assert stores.stale_profiles.count() == stale
    assert sum(map(len, stores.stale_profiles.batches(2))) == stale
    by_rules = [command for command in commands.sent if command.get("hint") == RULES]
    first, count, *pages = (explain(database, command) for command in by_rules)
    assert first.stages == {"LIMIT", "PROJECTION_COVERED", "IXSCAN"}
    assert (first.documents, first.keys <= 2) == (0, True)
    assert count.stages.isdisjoint({"COLLSCAN", "FETCH"})
    assert (count.documents, count.keys <= stale + 2) == (0, True)
    assert all(plan.indexes == {"rules_and_id"} for plan in (first, count, *pages))
    assert all(plan.stages.isdisjoint({"COLLSCAN", "SORT"}) for plan in pages)
    assert sum(plan.documents for plan in pages) == stale
    assert all(plan.keys <= plan.documents + len(OTHER_RULES) + 1 for plan in pages)


def test_a_batch_costs_two_commands(
    database: Database[Document], stores: Stores, stores_with_commands: tuple[Stores, Commands]
) -> None:
    """One command reads the batch, one command writes it. Each read has its own time limit."""
    for _ in range(10):
        make_stale(database, create(stores))
    other_stores, commands = stores_with_commands
    reindex_all(other_stores, batch_size=4)
    on_profiles = [command for command in commands.sent if "profiles" in command.values()]
    names = [next(iter(command)) for command in on_profiles]
    # The first command finds the outdated rules. The last four find no other rules and no other
    # definitions, and count the stale profiles of both kinds.
    assert names == ["find", *["find", "update"] * 3, "find", "find", "aggregate", "aggregate"]
    assert all("maxTimeMS" in command for command in on_profiles if "find" in command)


@pytest.mark.parametrize("size", [1, 3, 250])
def test_each_stale_profile_is_returned_once(
    database: Database[Document],
    settings: Settings,
    stores: Stores,
    insert_profiles: Callable[..., list[str]],
    size: int,
) -> None:
    """The profiles have rules of several releases and stay stale during the test."""
    ids = insert_profiles(database, settings, ({"first_name": f"N{n}"} for n in range(250)))
    for position, profile_id in enumerate(ids[10:]):
        make_stale(database, profile_id, rules=OTHER_RULES[position % len(OTHER_RULES)])
    stale_ids = [
        stale.profile["profile_id"] for batch in stores.stale_profiles.batches(size) for stale in batch
    ]
    assert sorted(stale_ids) == ids[10:]
