"""The audit and the log with gunicorn: a stop loses no event, and the log has no personal data."""

import json
import re
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pymongo
import pytest

Run = Callable[[Path, dict[str, str]], AbstractContextManager[str]]


@pytest.fixture(scope="module")
def log_and_audit(
    run_gunicorn: Run,
    mongodb_uri: str,
    module_database: str,
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, list[dict[str, Any]]]:
    """Return the log and the audit of a service that was stopped right after some matches."""
    log = tmp_path_factory.mktemp("audit") / "log"
    settings = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": module_database,
        "AUTH": "off",
        "WORKERS": "2",
    }
    with run_gunicorn(log, settings) as url, httpx.Client(base_url=url) as client:
        for _ in range(20):
            body = {"channel": "voice", "phone_number": "+1 415 555 0100", "name": "Jane Roe"}
            assert client.post("/v1/contacts/c-1/match", json=body).is_success
        with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as malformed:
            malformed.sendall(b"Jane Roe 415-555-0100\r\n\r\n")
            assert b" 400 " in malformed.recv(1000)
        # The service gets SIGTERM at the end of the block.
    return log.read_text(), list(mongodb_client[module_database]["audit"].find())


def test_matches_right_before_a_stop_are_audited(log_and_audit: tuple[str, list[dict[str, Any]]]) -> None:
    """A worker writes its queued events before it exits."""
    assert [event["action"] for event in log_and_audit[1]] == ["matched"] * 20


def test_every_log_line_is_json_without_personal_data(
    log_and_audit: tuple[str, list[dict[str, Any]]],
) -> None:
    """Gunicorn's own messages and the message about a malformed request are JSON, too."""
    lines = [json.loads(line) for line in log_and_audit[0].splitlines()]
    assert {line.get("logger") for line in lines} >= {None, "gunicorn.error"}
    assert all(line["timestamp"] and line["level"] for line in lines)
    matched = [line for line in lines if line.get("route") == "/v1/contacts/<contact_id>/match"]
    assert len(matched) == 20
    assert all(0 < line["database_milliseconds"] <= line["milliseconds"] for line in matched)
    assert "Jane" not in log_and_audit[0]
    # "555" alone occurs in request IDs.
    assert not re.search(r"555[ -]?0100", log_and_audit[0])
