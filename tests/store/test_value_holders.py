"""The profiles that hold a value are read from the index alone, with a limit for each term."""

from typing import Any

import pymongo
import pytest
from pymongo.database import Database

from service.config import Settings
from service.store.client.connection import connect
from service.store.profiles.search import MAX_HOLDERS
from service.store.stores import Stores
from tests.commands import Commands

COMMON = "pin:common"
RARE = "ssn:rare"
COUNT = MAX_HOLDERS + 200
FIRST_WITH_BOTH = f"{MAX_HOLDERS // 2:032x}"
LAST = f"{COUNT - 1:032x}"
# For each of the two values, MongoDB may read a few entries to find the beginning and the end of its range.
MAX_EXTRA_ENTRIES = 4


@pytest.fixture(autouse=True)
def _holders(stores: Stores, database: Database[dict[str, Any]]) -> None:
    """Create 1,200 profiles with a common value.

    Two of them, the 501st and the last, also have a rare value. A profile of another domain has the rare
    value too.
    """
    ids = [f"{number:032x}" for number in range(COUNT)]
    profiles: list[dict[str, Any]] = [
        {
            "_id": each,
            "domain": "default",
            "lookup": [COMMON, *([RARE] if each in {FIRST_WITH_BOTH, LAST} else [])],
        }
        for each in ids
    ]
    database["profiles"].insert_many([*profiles, {"_id": "f" * 32, "domain": "other", "lookup": [RARE]}])
    del stores


def test_each_term_has_its_own_limit(stores: Stores) -> None:
    """A common value does not hide holders of a rare value. A holder of both is returned once."""
    first = [f"{number:032x}" for number in range(MAX_HOLDERS)]
    assert stores.profiles.holders("default", [COMMON]) == first
    assert stores.profiles.holders("default", [RARE]) == [FIRST_WITH_BOTH, LAST]
    assert stores.profiles.holders("default", [COMMON, RARE]) == [*first, LAST]
    assert stores.profiles.holders("default", ["ssn:unknown"]) == []


def test_holders_are_read_from_the_index_alone(
    settings: Settings, mongodb_client: pymongo.MongoClient[dict[str, Any]]
) -> None:
    """The service sends one command, which reads no documents and few more index entries than it returns."""
    commands = Commands()
    database = connect(settings, listeners=[commands])
    holders = Stores.over(database, settings).profiles.holders("default", [COMMON, RARE])
    (command,) = commands.sent
    database.client.close()
    bare = {name: value for name, value in command.items() if name not in {"lsid", "maxTimeMS"}}
    explained = mongodb_client[settings.mongodb_database].command(
        {
            "explain": {name: value for name, value in bare.items() if not name.startswith("$")},
            "verbosity": "executionStats",
        }
    )
    assert len(holders) == MAX_HOLDERS + 1
    assert sum(_values(explained, "totalDocsExamined")) == 0
    # The profile with both values is returned once, but has an entry for each value.
    entries = len(holders) + 1
    assert entries <= sum(_values(explained, "totalKeysExamined")) <= entries + MAX_EXTRA_ENTRIES
    assert set(_values(explained, "indexName")) == {"lookup"}


def _values(explained: Any, name: str) -> list[Any]:
    """Return all values of a name at any depth of the executed plan."""
    if isinstance(explained, list):
        return [value for part in explained for value in _values(part, name)]
    if not isinstance(explained, dict):
        return []
    own = [explained[name]] if name in explained else []
    parts = [part for key, part in explained.items() if key not in {"rejectedPlans", "command"}]
    return [*own, *_values(parts, name)]
