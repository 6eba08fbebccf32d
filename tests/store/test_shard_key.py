"""Every command on the large collections contains the shard key, which is the domain.

The tests have no sharded cluster. A router sends a command to one shard if the parsed query has an equality
on the shard key.
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

_SHARDED = {"profiles", "associations", "profile_objects"}
_EXPLAINED = {"find", "aggregate", "findAndModify", "update", "delete"}
_DOMAIN = {"domain": {"$eq": "default"}}


class _ShardedCommands(Commands):
    """Records the commands on the large collections."""

    def started(self, event: CommandStartedEvent) -> None:
        """Record the command."""
        if event.command.get(event.command_name) in _SHARDED:
            super().started(event)


@pytest.fixture
def commands() -> _ShardedCommands:
    """Return the recorder."""
    return _ShardedCommands()


@pytest.fixture
def client(settings: Settings, commands: _ShardedCommands) -> Iterator[FlaskClient]:
    """Return a client of a service with a profile and a contact."""
    database = connect(settings, listeners=[commands])
    client = create_app(settings, database=database).test_client()
    client.put("/v1/search-keys/ssn", json={"label": "SSN", "type": "digits"})
    profile = client.post("/v1/profiles", json={"first_name": "Ann", "keys": {"ssn": ["123"]}}).get_json()
    document = database["profiles"].find_one_and_delete({"_id": profile["profile_id"]})
    assert document is not None
    database["profiles"].insert_one(document | {"_id": PROFILE_ID})
    client.put(f"/v1/contacts/{CONTACT_ID}/association", json={"profile_id": PROFILE_ID})
    commands.sent.clear()
    yield client
    database.client.close()


def _explain_queries(database: Database[dict[str, Any]], command: Mapping[str, Any]) -> list[Any]:
    """Return MongoDB's parsed queries of a command and its sub-pipelines."""
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
    client: FlaskClient, database: Database[dict[str, Any]], commands: _ShardedCommands, operation: Operation
) -> None:
    """Each query has the domain as an equality. New documents have it as a field.

    Each operation is sent twice, because a repeated request can send other commands.
    """
    for _ in range(2):
        headers = {"Idempotency-Key": "k"}
        client.open(operation.path, method=operation.method, json=operation.body, headers=headers)
    for command in list(commands.sent):
        assert all(document["domain"] == "default" for document in command.get("documents", ()))
        if next(iter(command)) in _EXPLAINED:
            parsed = _explain_queries(database, command)
            assert parsed, command
            assert all(query == _DOMAIN or _DOMAIN in query["$and"] for query in parsed), parsed
