"""Commands carry the ID of their request, and their time is measured."""

import json
from collections.abc import Iterator
from typing import Any

import pymongo
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pymongo.database import Database

from service.config import Settings
from service.store.client import tracing
from service.store.client.connection import connect
from service.store.client.errors import translate_errors
from tests.api.operations import OPERATIONS, Operation
from tests.commands import Commands


class Comments(Commands):
    """Records the comments of commands."""

    @property
    def comments(self) -> list[tuple[str, Any]]:
        """Pairs of a command's name and its comment, in order."""
        return [(next(iter(command)), command.get("comment")) for command in self.sent]


@pytest.fixture
def recorder() -> Comments:
    """Return the recorder of comments."""
    return Comments()


@pytest.fixture
def database(settings: Settings, recorder: Comments) -> Iterator[Database[dict[str, Any]]]:
    """Return the database, with the service's own connection options and the recorder."""
    connected = connect(settings, listeners=[recorder])
    yield connected
    connected.client.close()


WITHOUT_COMMANDS = {"/v1/credential"}
"""Paths of operations that need no data."""


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_command_has_the_id_of_its_request(
    client: FlaskClient, recorder: Comments, operation: Operation
) -> None:
    """Index builds have no request ID, so an earlier request builds the indexes."""
    client.get("/v1/settings")
    recorder.sent.clear()
    client.open(operation.path, method=operation.method, json=operation.body, headers={"X-Request-Id": "r-1"})
    expected = set() if operation.path in WITHOUT_COMMANDS else {"r-1"}
    assert {comment for _, comment in recorder.comments} == expected


def test_later_batches_of_a_cursor_have_the_request_id(
    database: Database[dict[str, Any]], recorder: Comments
) -> None:
    """MongoDB sends long results in batches."""
    database["things"].insert_many([{"_id": number} for number in range(3)])
    recorder.sent.clear()
    tracing.begin_trace("r-2")
    documents = list(database["things"].find().batch_size(2))
    assert (len(documents), recorder.comments) == (3, [("find", "r-2"), ("getMore", "r-2")])
    tracing.end_trace()
    database["things"].find_one()
    assert recorder.comments[-1] == ("find", None)


def test_the_profiler_shows_the_request_id(
    client: FlaskClient, mongodb_client: pymongo.MongoClient[dict[str, Any]], database_name: str
) -> None:
    """An operator can find the request of a slow command in the profiler."""
    client.get("/v1/settings")
    direct_database = mongodb_client[database_name]
    direct_database.command("profile", 2)
    client.post(
        "/v1/profiles/search",
        json={"criteria": [{"key": "name", "values": ["Ann"]}]},
        headers={"X-Request-Id": "slow-1"},
    )
    direct_database.command("profile", 0)
    (entry,) = direct_database["system.profile"].find({"command.comment": "slow-1"})
    assert entry["command"]["find"] == "profiles"


def test_the_log_has_the_database_time(
    app: Flask,
    client: FlaskClient,
    database: Database[dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The time covers all commands of the request, and is at most the duration of the request."""

    @translate_errors
    def find_slowly(times: int) -> None:
        if times > 1:
            find_slowly(times - 1)
        assert len(list(database["profiles"].find({"$where": "sleep(20) || true"}))) == 1

    @app.get("/v1/slow")
    def slow() -> str:
        find_slowly(1)
        # A call within another call is counted once.
        find_slowly(2)
        return ""

    client.post("/v1/profiles", json={"first_name": "Ann"})
    client.get("/v1/slow")
    client.get("/v1/nowhere")
    _, slow_line, other = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert 60 <= slow_line["database_milliseconds"] <= slow_line["milliseconds"]
    assert other["database_milliseconds"] == 0


def test_a_rejected_path_has_its_own_database_time(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    """The log line does not contain the time of an earlier request."""
    client.get("/v1/settings")
    assert client.get("/v1/profiles/x").status_code == 422
    _, line = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (line["status"], line["database_milliseconds"]) == (422, 0)
