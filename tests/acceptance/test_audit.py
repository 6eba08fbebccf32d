"""The audit, the log and the metrics of two workers: a stop loses no event, the log has no personal data."""

import json
import re
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pymongo
import pytest

from tests import tls

Run = Callable[[Path, dict[str, str]], AbstractContextManager[str]]

_MATCHES = 40
"""Half of them are sent right before the stop."""
_SERIES = 'profile_lookup_matches_total{channel="voice",outcome="none"} '


@dataclass(frozen=True)
class _Outputs:
    """The counts of matches that the workers reported, the log, and the audit."""

    counts: set[float]
    log: str
    audit: list[dict[str, Any]]


@pytest.fixture(scope="module")
def outputs(
    run_gunicorn: Run,
    mongodb_uri: str,
    module_database: str,
    mongodb_client: pymongo.MongoClient[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> _Outputs:
    """Return the outputs of a service that was stopped right after some matches."""
    log = tmp_path_factory.mktemp("audit") / "log"
    settings = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": module_database,
        "AUTH": "off",
        "WORKERS": "2",
    }
    with run_gunicorn(log, settings) as url:
        _match(url)
        counts = {_count(url) for _ in range(10)}
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port)) as malformed:
            malformed.sendall(b"Jane Roe 415-555-0100\r\n\r\n")
            assert b" 400 " in malformed.recv(1000)
        _match(url)
        # The service gets a signal at the end of the block.
    return _Outputs(counts, log.read_text(), list(mongodb_client[module_database]["audit"].find()))


def _match(url: str) -> None:
    """Send matches on new connections, so that both workers get requests."""
    body = {"channel": "voice", "phone_number": "+1 415 555 0100", "name": "Jane Roe"}

    def match(number: int) -> int:
        return httpx.post(f"{url}/v1/contacts/c-{number}/match", json=body, verify=tls.UNUSED).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(match, range(_MATCHES // 2))) == {200}


def _count(url: str) -> float:
    text = httpx.get(f"{url}/metrics", verify=tls.UNUSED).text
    (series,) = [line for line in text.splitlines() if line.startswith(_SERIES)]
    return float(series.removeprefix(_SERIES))


def test_every_worker_reports_the_sum_of_all_matches(outputs: _Outputs) -> None:
    """Two workers process the matches. The metrics of each worker have the total."""
    assert outputs.counts == {_MATCHES // 2}


def test_matches_right_before_a_stop_are_audited(outputs: _Outputs) -> None:
    """A worker writes its queued events before it exits."""
    assert [event["action"] for event in outputs.audit] == ["matched"] * _MATCHES


def test_every_log_line_is_json_without_personal_data(outputs: _Outputs) -> None:
    """Gunicorn's own messages and the message about a malformed request are JSON, too."""
    lines = [json.loads(line) for line in outputs.log.splitlines()]
    assert {line.get("logger") for line in lines} >= {None, "gunicorn.error"}
    assert all(line["timestamp"] and line["level"] for line in lines)
    matched = [line for line in lines if line.get("route") == "/v1/contacts/<contact_id>/match"]
    assert len(matched) == _MATCHES
    assert all(0 < line["database_milliseconds"] <= line["milliseconds"] for line in matched)
    assert "Jane" not in outputs.log
    # "555" alone occurs in request IDs.
    assert not re.search(r"555[ -]?0100", outputs.log)
