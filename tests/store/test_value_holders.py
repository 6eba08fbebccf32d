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
BOTH = f"{MAX_HOLDERS // 2:032x}"


@pytest.fixture(autouse=True)
def _holders(stores: Stores, database: Database[dict[str, Any]]) -> None:
    """Create 1,200 holders of a common value. One of them and the last also hold a rare value."""
    count = MAX_HOLDERS + 200
    rare = {BOTH, f"{count - 1:032x}"}
    ids = [f"{number:032x}" for number in range(count)]
    profiles: list[dict[str, Any]] = [
        {"_id": each, "domain": "default", "lookup": [COMMON, *([RARE] if each in rare else [])]}
        for each in ids
    ]
    database["profiles"].insert_many([*profiles, {"_id": "f" * 32, "domain": "other", "lookup": [RARE]}])
    del stores


def test_each_term_has_its_own_limit(stores: Stores) -> None:
    """A common value does not hide holders of a rare value. A holder of both is returned once."""
    first = [f"{number:032x}" for number in range(MAX_HOLDERS)]
    last = f"{MAX_HOLDERS + 199:032x}"
    assert stores.profiles.holders("default", [COMMON]) == first
    assert stores.profiles.holders("default", [RARE]) == [BOTH, last]
    assert stores.profiles.holders("default", [COMMON, RARE]) == [*first, last]
    assert stores.profiles.holders("default", ["ssn:unknown"]) == []


def test_holders_are_read_from_the_index_alone(
    settings: Settings, mongodb_client: pymongo.MongoClient[dict[str, Any]]
) -> None:
    """One command examines no profile, and only a few more index entries than it returns."""
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
    assert MAX_HOLDERS + 2 <= sum(_values(explained, "totalKeysExamined")) <= MAX_HOLDERS + 6
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
