"""The search for duplicates in a domain: its memory, interruptions, and profiles erased meanwhile."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from pymongo.errors import ServerSelectionTimeoutError

from service.cli.duplicate_formats import ndjson
from service.config import Settings
from service.errors.datastore import DatastoreUnavailable
from service.matching.duplicates.comparison import Comparable
from service.store.client.connection import connect
from service.store.duplicates.groups import all_groups
from service.store.duplicates.work_file import WorkFile, open_work_file
from service.store.stores import Stores
from service.use_cases.domain_duplicates import Advance, DuplicateSearch, Processes, Step
from service.use_cases.duplicate_tasks import Limits
from service.use_cases.profiles import insert_profile
from tests.commands import Commands

_PEOPLE, _PROFILES_OF_EACH = 12, 3
_LIMITS = Limits(page=5, pairs=3, prepared=4)

Hook = Callable[[Step, int], None]


@pytest.fixture(scope="module")
def commands() -> Commands:
    """Return the recorder of commands."""
    return Commands()


@pytest.fixture(scope="module")
def settings(mongodb_uri: str) -> Settings:
    """Return the settings for an unused database."""
    return Settings(mongodb_uri=mongodb_uri, mongodb_database=f"test_{uuid4().hex}")


@pytest.fixture(scope="module")
def stores(
    mongodb_client: pymongo.MongoClient[dict[str, Any]], settings: Settings, commands: Commands
) -> Iterator[Stores]:
    """Return the stores of a database with three profiles of each of twelve people."""
    database = connect(settings, listeners=[commands])
    stores = Stores.over(database, settings)
    stores.indexes.build()
    for _ in range(_PROFILES_OF_EACH):
        for person in range(_PEOPLE):
            phones = [{"type": None, "value": f"+4179555{person:04}"}]
            fields = {"first_name": f"Eva{person}", "last_name": "Muster", "phone_numbers": phones}
            insert_profile(stores, "default", fields)
    yield stores
    mongodb_client.drop_database(settings.mongodb_database)
    database.client.close()


def _search(stores: Stores, work: WorkFile, hook: Hook, processes: Processes | None) -> DuplicateSearch:
    """Return a search. ``hook`` gets the step and how many more items are done."""

    @contextmanager
    def track(step: Step, _total: int, _done: int) -> Iterator[Advance]:
        hook(step, 0)
        yield lambda count: hook(step, count)

    return DuplicateSearch(
        stores=stores,
        domain="default",
        work=work,
        max_shared=10,
        track=track,
        processes=processes or Processes(1, lambda: stores),
        limits=_LIMITS,
    )


def _run(
    stores: Stores, path: Path, hook: Hook = lambda _step, _count: None, processes: Processes | None = None
) -> str:
    with open_work_file(path, {}, lambda: None) as work:
        _search(stores, work, hook, processes).run()
        return "".join(ndjson(work, all_groups(work)))


def test_a_search_that_is_interrupted_everywhere_has_the_same_result(stores: Stores, tmp_path: Path) -> None:
    """Each run ends after a page or a slice, or at the beginning of a step. Nothing is done twice."""
    expected = _run(stores, tmp_path / "undisturbed")
    assert expected.count("\n") == _PEOPLE
    done: dict[Step, int] = {}
    runs, result = 0, None

    def interrupt(step: Step, count: int) -> None:
        done[step] = done.get(step, 0) + count
        if count or runs % 2:
            raise KeyboardInterrupt

    while result is None:
        runs += 1
        try:
            result = _run(stores, tmp_path / "interrupted", interrupt)
        except KeyboardInterrupt:
            continue
    assert result == expected
    assert done[Step.READ] == _PEOPLE * _PROFILES_OF_EACH
    assert done[Step.COMPARE] == _PEOPLE * _PROFILES_OF_EACH
    assert runs > _PEOPLE * _PROFILES_OF_EACH // _LIMITS.pairs


def test_the_memory_does_not_grow_with_the_profiles(
    stores: Stores, commands: Commands, tmp_path: Path
) -> None:
    """No command returns more profiles than the limits, and no more profiles are prepared at once."""
    prepared = []

    def count(step: Step, _count: int) -> None:
        if step is Step.COMPARE:
            prepared.append(sum(type(each) is Comparable for each in gc.get_objects()))

    commands.sent.clear()
    _run(stores, tmp_path / "state", count)
    finds = [each for each in commands.sent if each.get("find") == "profiles"]
    pages = [each["limit"] for each in finds if "limit" in each and not each.get("skip")]
    slices = [len(each["filter"]["_id"]["$in"]) for each in finds if "limit" not in each]
    assert set(pages) == {_LIMITS.page}
    assert 0 < max(slices) <= 2 * _LIMITS.pairs
    assert len(prepared) > _PEOPLE * _PROFILES_OF_EACH // _LIMITS.pairs
    assert 0 < max(prepared) <= _LIMITS.prepared + 2 * _LIMITS.pairs


def test_a_profile_that_is_erased_meanwhile_has_no_duplicates(stores: Stores, tmp_path: Path) -> None:
    """It is erased after it was read."""
    fields = {"first_name": "Bo", "account_number": "B-1"}
    one, other = (insert_profile(stores, "default", fields)[0]["profile_id"] for _ in range(2))
    assert one in _run(stores, tmp_path / "before")

    def erase(step: Step, _count: int) -> None:
        if step is Step.PAIR:
            stores.profiles.undo_insert("default", other)

    result = _run(stores, tmp_path / "state", erase)
    assert not [each for each in (one, other) if each in result]
    assert result.count("\n") == _PEOPLE


def test_processes_give_the_same_result(
    stores: Stores, settings: Settings, commands: Commands, tmp_path: Path
) -> None:
    """They read and compare. An error in one of them ends the search, which another one continues."""
    expected = _run(stores, tmp_path / "one")
    unreachable = replace(settings, mongodb_uri="mongodb://127.0.0.1:1", mongodb_timeout_ms=100)
    failing = Processes(1, partial(Stores.connect, unreachable), min_items=0)
    with pytest.raises(DatastoreUnavailable) as error:
        _run(stores, tmp_path / "two", processes=failing)
    assert isinstance(error.value.__cause__, ServerSelectionTimeoutError)
    commands.sent.clear()
    result = _run(
        stores, tmp_path / "two", processes=Processes(2, partial(Stores.connect, settings), min_items=0)
    )
    assert result == expected
    assert not [each for each in commands.sent if each.get("find") == "profiles" and not each.get("skip")]
