"""Every command on the large collections carries their shard key: the domain.

There is no sharded cluster in the tests; that a router sends a command to the shard of the domain alone
follows from an equality on the shard key in what MongoDB's planner has parsed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from pymongo.database import Database
from pymongo.monitoring import CommandStartedEvent

from service.app import create_app
from service.config import Settings
from service.store.client.connection import connect
from tests.api.operations import CONTACT_ID, OPERATIONS, PROFILE_ID, Operation
from tests.commands import Commands

_SHARDED = {"profiles", "associations"}
_EXPLAINED = {"find", "aggregate", "findAndModify", "update", "delete"}
_DOMAIN = {"domain": {"$eq": "default"}}


class _OnSharded(Commands):
    """Keeps the commands on the large collections."""

    def started(self, event: CommandStartedEvent) -> None:
        """Keep the command."""
        if event.command.get(event.command_name) in _SHARDED:
            super().started(event)


@pytest.fixture
def commands() -> _OnSharded:
    """Return what keeps the commands."""
    return _OnSharded()


@pytest.fixture
def client(settings: Settings, commands: _OnSharded) -> Iterator[FlaskClient]:
    """Return a caller, of whom there are a profile and a contact."""
    database = connect(settings, listeners=[commands])
    client = create_app(settings, database=database).test_client()
    client.put("/v1/search-keys/ssn", json={"label": "SSN", "type": "digits"})
    made = client.post("/v1/profiles", json={"first_name": "Ann", "keys": {"ssn": ["123"]}}).get_json()
    document = database["profiles"].find_one_and_delete({"_id": made["profile_id"]})
    assert document is not None
    database["profiles"].insert_one(document | {"_id": PROFILE_ID})
    client.put(f"/v1/contacts/{CONTACT_ID}/association", json={"profile_id": PROFILE_ID})
    commands.sent.clear()
    yield client
    database.client.close()


def _parsed(database: Database[dict[str, Any]], command: Mapping[str, Any]) -> list[Any]:
    """Return what MongoDB makes of the conditions of a command, and of those within it."""
    bare = {n: v for n, v in command.items() if n not in {"lsid", "maxTimeMS", "txnNumber", "comment"}}
    bare = {name: value for name, value in bare.items() if not name.startswith("$")}
    bare.pop("writeConcern", None)
    bare.pop("readConcern", None)
    return list(_parsed_queries(database.command({"explain": bare, "verbosity": "queryPlanner"})))


def _parsed_queries(part: Any) -> Iterator[Any]:
    if isinstance(part, list):
        for inner in part:
            yield from _parsed_queries(inner)
    elif isinstance(part, dict):
        if "parsedQuery" in part:
            yield part["parsedQuery"]
        for name, inner in part.items():
            if name not in {"command", "parsedQuery"}:
                yield from _parsed_queries(inner)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_the_shard_key_is_in_every_command(
    client: FlaskClient, database: Database[dict[str, Any]], commands: _OnSharded, operation: Operation
) -> None:
    """As an equality, in each part of it that reads a collection; new documents have it as a field.

    In those of a repetition too.
    """
    for _ in range(2):
        headers = {"Idempotency-Key": "k"}
        client.open(operation.path, method=operation.method, json=operation.body, headers=headers)
    for command in list(commands.sent):
        assert all(document["domain"] == "default" for document in command.get("documents", ()))
        if next(iter(command)) in _EXPLAINED:
            parsed = _parsed(database, command)
            assert parsed, command
            assert all(query == _DOMAIN or _DOMAIN in query["$and"] for query in parsed), parsed
