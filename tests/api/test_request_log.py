"""The log: one line a request, and nothing of what was sent."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.caller import Json


def _lines(capsys: pytest.CaptureFixture[str]) -> list[Json]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_request_is_one_line_of_json(capsys: pytest.CaptureFixture[str], client: FlaskClient) -> None:
    """It says which operation, how it ended, how long it took, and under which ID."""
    client.get("/v1/profiles/0f8c2a51b7e94d6c8e3f5a7b9c1d2e3f", headers={"X-Request-Id": "r-1"})
    (line,) = _lines(capsys)
    assert line.pop("milliseconds") >= line.pop("database_milliseconds") >= 0
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "route": "/v1/profiles/<profile_id>",
        "status": 404,
        "domain": "default",
        "credential_id": "anybody",
        "request_id": "r-1",
    }


@pytest.mark.parametrize("path", ["/v1/profiles/jane@x.com", "/jane@x.com", "/v1/settings?jane@x.com"])
def test_no_path_and_no_query_is_logged(
    capsys: pytest.CaptureFixture[str], client: FlaskClient, path: str
) -> None:
    """A caller can have put a personal value there."""
    client.get(path)
    (line,) = _lines(capsys)
    assert "jane" not in json.dumps(line)


def test_no_method_that_a_caller_made_up_is_logged(
    capsys: pytest.CaptureFixture[str], client: FlaskClient
) -> None:
    """It is a word of the caller's own like any other."""
    client.open("/v1/settings", method="JANE")
    (line,) = _lines(capsys)
    assert (line["method"], line["status"]) == ("other", 405)


@pytest.mark.parametrize("path", ["/openapi.json", "/nowhere"])
def test_a_request_of_nobody_names_nobody(
    capsys: pytest.CaptureFixture[str], authenticated_app: Flask, path: str
) -> None:
    """What is public asks for no credential; the fields are there all the same."""
    authenticated_app.test_client().get(path)
    (line,) = _lines(capsys)
    assert (line["domain"], line["credential_id"], line["database_milliseconds"]) == (None, None, 0)


def test_a_probe_is_not_logged(capsys: pytest.CaptureFixture[str], client: FlaskClient) -> None:
    """It comes every few seconds, and its answers are counted in the metrics."""
    client.get("/livez")
    assert _lines(capsys) == []
