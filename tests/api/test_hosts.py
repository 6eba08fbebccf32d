"""Validation of the Host header: without authentication only this machine's names are served."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from tests.api.caller import check_problem

_OURS = [
    "localhost",
    "localhost:8080",
    "LOCALHOST",
    "localhost.",
    "profiles.localhost:3000",
    "127.0.0.1",
    "127.0.0.1:8080",
    "127.8.9.10:80",
    "[::1]",
    "[::1]:8080",
]
_OTHERS = [
    "rebound.example",
    "rebound.example:8080",
    "localhost.rebound.example",
    "127.0.0.1.rebound.example",
    "rebound-localhost",
    "localhost%2erebound.example",
    "192.0.2.1:8080",
    "0.0.0.0:8080",
    "[2001:db8::1]:8080",
]
_INVALID = [
    "localhost,rebound.example",
    "localhost,localhost",
    "rebound.example@localhost",
    "localhost:8080:8080",
    "localhost:x",
    "[localhost]",
    "::1",
    " ",
    "localhost/",
    "http://localhost",
    "localhost%",
    "localh\xf6st",
    ":8080",
]
_PATHS = ["/v1/profiles/search", "/v1/nowhere", "/livez", "/readyz", "/metrics", "/openapi.json", "/docs/"]


@pytest.mark.parametrize("host", _OURS)
@pytest.mark.parametrize("path", ["/livez", "/v1/search-keys"])
def test_this_machine_is_served_by_its_names_and_addresses(client: FlaskClient, host: str, path: str) -> None:
    """The port does not matter: a container or tunnel can map it to another one."""
    assert client.get(path, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("auth", [True, False], ids=["on", "off"])
@pytest.mark.parametrize(
    ("path", "method"), [("/livez", "GET"), ("/v1/profiles", "OPTIONS"), ("/docs/", "GET")]
)
def test_an_http_1_1_request_without_host_is_a_400(
    database: Any, path: str, method: str, *, auth: bool
) -> None:
    """It does not depend on authentication, and comes before all other checks (RFC 9112, 3.2)."""
    client = create_app(Settings(auth=auth), database=database).test_client()
    response = client.open(path, method=method, environ_overrides={"HTTP_HOST": None})
    assert response.status_code == 400
    assert check_problem(response)["code"] == "invalid_host"


@pytest.mark.parametrize("auth", [True, False], ids=["on", "off"])
@pytest.mark.parametrize("host", _INVALID)
def test_an_invalid_host_is_a_400(database: Any, host: str, *, auth: bool) -> None:
    """Examples are hosts that no URL can have, and two hosts joined by a comma (RFC 9112, 3.2)."""
    client = create_app(Settings(auth=auth), database=database).test_client()
    response = client.get("/v1/search-keys", environ_overrides={"HTTP_HOST": host})
    assert response.status_code == 400
    assert check_problem(response)["code"] == "invalid_host"
    assert "rebound" not in response.text


def test_a_request_that_needs_no_host_is_served(client: FlaskClient) -> None:
    """HTTP/1.0 needs no Host, and Host is empty if the URI has no host (RFC 9112, 3.2)."""
    without = {"HTTP_HOST": None, "SERVER_PROTOCOL": "HTTP/1.0"}
    for named in (without, {"HTTP_HOST": ""}):
        assert client.get("/livez", environ_overrides=named).status_code == 200


@pytest.mark.parametrize("host", _OTHERS)
def test_without_authentication_another_host_is_rejected(client: FlaskClient, host: str) -> None:
    """DNS rebinding can point a page's own name to this machine, but the browser sends that name."""
    response = client.get("/v1/search-keys", headers={"Host": host})
    assert response.status_code == 421
    problem = check_problem(response)
    assert problem["code"] == "misdirected_request"
    assert "127.0.0.1" in problem["detail"]
    assert "AUTH=on" in problem["detail"]
    assert "rebound" not in response.text


@pytest.mark.parametrize("path", _PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "TRACE"])
def test_no_path_is_served_to_another_host(client: FlaskClient, path: str, method: str) -> None:
    """Neither data, nor metrics, nor the OpenAPI document is served."""
    response = client.open(path, method=method, headers={"Host": "rebound.example"})
    assert response.status_code == 421


def test_a_preflight_to_another_host_is_rejected(database: Any) -> None:
    """It is rejected even from an allowed origin."""
    origin = "https://agents.example.com"
    app = create_app(Settings(auth=False, cors_origins=(origin,)), database=database)
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST", "Host": "rebound.example"}
    assert app.test_client().options("/v1/profiles", headers=headers).status_code == 421


def test_with_authentication_any_host_is_served(database: Any) -> None:
    """The proxy decides about the host, and the credential about access."""
    client = create_app(Settings(auth=True), database=database).test_client()
    for host in ("localhost", "profiles.example.com", "192.0.2.1:8080", "[2001:db8::1]"):
        assert client.get("/livez", headers={"Host": host}).status_code == 200
        assert client.get("/v1/search-keys", headers={"Host": host}).status_code == 401
