"""A merge or an undo that is interrupted anywhere changes nothing, and can be repeated."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pymongo
import pytest
from pymongo.database import Database
from pymongo.errors import AutoReconnect

import service
from service.config import Settings
from service.errors.datastore import DatastoreUnavailable
from service.store.stores import Stores
from service.use_cases import contacts
from tests.store.killing import Killed, KillingDatabase, raise_killed
from tests.store.merging import DOMAIN, check_consistency, create, dump, living_id, merge, undo

Document = dict[str, Any]

_CHECKOUT = Path(service.__file__).parents[1]
MERGE_COMMANDS = 11
UNDO_COMMANDS = 11
"""The numbers of commands of the transactions, except the commit."""
_ATTEMPTS = 20


@pytest.fixture
def ids(stores: Stores) -> list[str]:
    """Return three profiles. Each has a contact."""
    found = [create(stores, last_name=name, attributes={name: name}) for name in "abc"]
    for each in found:
        contacts.associate(stores, DOMAIN, f"call-{each}", each)
    return found


def _with_kill(
    stores: Stores, database: Database[Document], settings: Settings, at: int, kill: Any = raise_killed
) -> tuple[Stores, KillingDatabase]:
    killing = KillingDatabase(database, kill, at)
    writer = Stores.over(killing, settings).merge_writer  # type: ignore[arg-type]
    return replace(stores, merge_writer=writer), killing


def test_the_numbers_of_commands_are_right(
    stores: Stores, database: Database[Document], settings: Settings, ids: list[str]
) -> None:
    """So the other tests interrupt each command."""
    counting, killing = _with_kill(stores, database, settings, 0)
    merged = merge(counting, *ids)
    assert killing.sent == MERGE_COMMANDS
    undo(counting, merged)
    assert killing.sent == MERGE_COMMANDS + UNDO_COMMANDS


@pytest.mark.parametrize("at", range(1, MERGE_COMMANDS + 1))
def test_an_interrupted_merge_changes_nothing(
    stores: Stores, database: Database[Document], settings: Settings, ids: list[str], at: int
) -> None:
    """The next attempt completes it."""
    before = dump(database)
    with pytest.raises(Killed):
        merge(_with_kill(stores, database, settings, at)[0], *ids)
    assert dump(database) == before
    assert not database["audit"].count_documents({"action": "merged"})
    merge(stores, *ids)
    assert {living_id(stores, each) for each in ids} == {ids[0]}
    assert database["audit"].count_documents({"action": "merged"}) == 1
    check_consistency(database)


@pytest.mark.parametrize("at", range(1, UNDO_COMMANDS + 1))
def test_an_interrupted_undo_changes_nothing(
    stores: Stores, database: Database[Document], settings: Settings, ids: list[str], at: int
) -> None:
    """The next attempt completes it."""
    merged = merge(stores, *ids)
    before = dump(database)
    with pytest.raises(Killed):
        undo(_with_kill(stores, database, settings, at)[0], merged)
    assert dump(database) == before
    assert not database["audit"].count_documents({"action": "unmerged"})
    undo(stores, merged)
    assert [living_id(stores, each) for each in ids] == ids
    check_consistency(database)


@pytest.mark.parametrize("at", [1, MERGE_COMMANDS])
def test_a_lost_connection_changes_nothing(
    stores: Stores, database: Database[Document], settings: Settings, ids: list[str], at: int
) -> None:
    """The caller can repeat the request. Within a transaction, the driver does not repeat a command."""

    def lose() -> None:
        raise AutoReconnect

    before = dump(database)
    with pytest.raises(DatastoreUnavailable):
        merge(_with_kill(stores, database, settings, at, lose)[0], *ids)
    assert dump(database) == before
    merge(stores, *ids)
    check_consistency(database)


@pytest.fixture
def short_transactions(mongodb_client: pymongo.MongoClient[Document]) -> Iterator[None]:
    """Make MongoDB abort transactions of killed clients after a second instead of a minute."""
    name = "transactionLifetimeLimitSeconds"
    before = mongodb_client.admin.command({"getParameter": 1, name: 1})[name]
    mongodb_client.admin.command({"setParameter": 1, name: 1})
    yield
    mongodb_client.admin.command({"setParameter": 1, name: before})


@pytest.mark.usefixtures("short_transactions")
@pytest.mark.parametrize("at", [2, MERGE_COMMANDS])
def test_a_killed_program_leaves_nothing_half_done(
    stores: Stores, database: Database[Document], settings: Settings, ids: list[str], at: int
) -> None:
    """MongoDB aborts the transaction later. Until then, others see the state before it."""
    before = dump(database)
    _run(settings, at, ids)
    assert dump(database) == before
    merged = _repeat(lambda: merge(stores, *ids))
    check_consistency(database)
    before = dump(database)
    _run(settings, at - 1, [merged.merge.merge_id])
    assert dump(database) == before
    _repeat(lambda: undo(stores, merged))
    assert [living_id(stores, each) for each in ids] == ids
    check_consistency(database)


def _run(settings: Settings, at: int, ids: list[str]) -> None:
    """Run the program until it is killed."""
    arguments = [settings.mongodb_uri, settings.mongodb_database, str(at), *ids]
    command = [sys.executable, "-m", "tests.store.killed_merge", *arguments]
    killed = subprocess.run(command, cwd=_CHECKOUT, check=False, timeout=60)
    assert killed.returncode == -9


def _repeat(action: Any) -> Any:
    """Repeat a request until it succeeds. A killed transaction blocks it until MongoDB aborts that."""
    for _ in range(_ATTEMPTS):
        with suppress(DatastoreUnavailable):
            return action()
    raise TimeoutError
