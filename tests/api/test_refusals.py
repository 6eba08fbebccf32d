"""The log of requests with a rejected Origin or Host. It has the value and the setting to change."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api.browser.refusals import MAX_VALUES, RefusalLog
from service.app import create_app
from service.config import Settings
from tests.api.caller import Json
from tests.clock import Clock

ORIGIN = "http://localhost:3000"
CLEAR = "/v1/contacts/c-1/clear"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


def _client(database: Any, **settings: bool | tuple[str, ...]) -> FlaskClient:
    return create_app(Settings(**{"auth": False, **settings}), database=database).test_client()  # type: ignore[arg-type] # keyword arguments of several types


def _refusals(capsys: pytest.CaptureFixture[str]) -> list[Json]:
    """Return the log entries about rejected requests, without their times."""
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    return [
        {name: value for name, value in line.items() if name != "timestamp"}
        for line in lines
        if line["event"].endswith("_refused")
    ]


@pytest.mark.parametrize(
    ("method", "headers"),
    [("POST", {}), ("OPTIONS", PREFLIGHT), ("GET", {})],
    ids=["post", "preflight", "get"],
)
def test_without_authentication_a_rejected_origin_is_logged_once(
    database: Any, capsys: pytest.CaptureFixture[str], method: str, headers: dict[str, str]
) -> None:
    """The page only gets "Failed to fetch". The log has the origin and the setting."""
    client = _client(database)
    for _ in range(3):
        client.open("/v1/search-keys", method=method, headers={"Origin": ORIGIN, **headers})
    assert _refusals(capsys) == [
        {
            "event": "origin_refused",
            "level": "warning",
            "origin": ORIGIN,
            "hint": "Pages of this origin may not call the API. To allow it, add the origin to CORS_ORIGINS.",
        }
    ]


@pytest.mark.parametrize("cors_origins", [(), ("https://agents.example.com",)])
def test_with_authentication_a_rejected_preflight_is_logged(
    database: Any, capsys: pytest.CaptureFixture[str], cors_origins: tuple[str, ...]
) -> None:
    """Preflights have no credential, so they are logged before authentication."""
    client = _client(database, auth=True, cors_origins=cors_origins)
    client.options(CLEAR, headers={"Origin": ORIGIN, **PREFLIGHT})
    assert [each["origin"] for each in _refusals(capsys)] == [ORIGIN]


def test_with_authentication_a_page_behind_a_proxy_is_not_logged(
    database: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The service's own page sends the proxy's origin, and it needs no preflight."""
    _client(database, auth=True).post(CLEAR, headers={"Origin": "https://profiles.example.com"})
    assert _refusals(capsys) == []


@pytest.mark.parametrize("origin", ["https://agents.example.com", "http://localhost", None])
def test_an_allowed_request_is_not_logged(
    database: Any, capsys: pytest.CaptureFixture[str], origin: str | None
) -> None:
    """The request comes from a configured origin, from the service's own page, or from a program."""
    client = _client(database, cors_origins=("https://agents.example.com",))
    headers = {} if origin is None else {"Origin": origin}
    assert client.post(CLEAR, headers=headers).status_code == 200
    client.options(CLEAR, headers=headers)
    assert _refusals(capsys) == []


def test_a_rejected_host_is_logged_once(database: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The log entry says what to do."""
    client = _client(database)
    for _ in range(2):
        assert client.get("/livez", headers={"Host": "profiles.test:8080"}).status_code == 421
    assert _refusals(capsys) == [
        {
            "event": "host_refused",
            "level": "warning",
            "host": "profiles.test:8080",
            "hint": "With AUTH=off only names of this machine are served: use localhost, or set AUTH=on.",
        }
    ]


@pytest.mark.parametrize(
    ("origin", "logged"),
    [
        ("http://192.168.100.10:3000", "http://192.168.100.10:3000"),
        ("http://[2001:db8::1]:3000", "http://[2001:db8::1]:3000"),
        ("null", "null"),
        ("https://4155550100.example", "https://[redacted].example"),
        ("https://jane@example.com", "invalid"),
        ("https://example.com/jane", "invalid"),
        ("https://example.com\x1b[31m", "invalid"),
        ("https://j\xe4ne.example", "invalid"),
        ("https://" + "a" * 300, "invalid"),
        ("", "invalid"),
    ],
)
def test_the_log_contains_valid_origins_only(
    database: Any, capsys: pytest.CaptureFixture[str], origin: str, logged: str
) -> None:
    """A client can send any text in the header, for example a personal value."""
    _client(database).post(CLEAR, headers={"Origin": origin})
    assert [each["origin"] for each in _refusals(capsys)] == [logged]


def test_the_number_of_log_entries_is_limited(database: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Clients can invent any number of origins and hosts."""
    client = _client(database)
    for number in range(MAX_VALUES):
        client.post(CLEAR, headers={"Origin": f"https://a{number}.example"})
        client.post(CLEAR, headers={"Host": f"a{number}.example"})
    assert len(_refusals(capsys)) == MAX_VALUES


def test_a_rejection_is_logged_again_after_an_hour(capsys: pytest.CaptureFixture[str]) -> None:
    """An administrator then finds it in the recent log."""
    clock = Clock()
    refusals = RefusalLog(clock)
    for seconds in (0, 3599, 3600, 3601):
        clock.seconds = seconds
        refusals.log_origin(ORIGIN)
    assert len(_refusals(capsys)) == 2
