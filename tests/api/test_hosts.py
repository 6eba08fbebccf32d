"""Validation of the Host header. Without authentication, only names of this machine are accepted."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from tests.api.caller import check_problem

_LOCAL_HOSTS = [
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
_OTHER_HOSTS = [
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
_INVALID_HOSTS = [
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


@pytest.mark.parametrize("host", _LOCAL_HOSTS)
@pytest.mark.parametrize("path", ["/livez", "/v1/search-keys"])
def test_names_and_addresses_of_this_machine_are_accepted(
    module_client: FlaskClient, host: str, path: str
) -> None:
    """The port does not matter, because a container or tunnel can map it to another port."""
    assert module_client.get(path, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("auth", [True, False], ids=["on", "off"])
@pytest.mark.parametrize(
    ("path", "method"), [("/livez", "GET"), ("/v1/profiles", "OPTIONS"), ("/docs/", "GET")]
)
def test_an_http_1_1_request_without_a_host_gets_a_400(
    database: Any, path: str, method: str, *, auth: bool
) -> None:
    """The host is checked before everything else, with and without authentication (RFC 9112, 3.2)."""
    client = create_app(Settings(auth=auth), database=database).test_client()
    response = client.open(path, method=method, environ_overrides={"HTTP_HOST": None})
    assert response.status_code == 400
    assert check_problem(response)["code"] == "invalid_host"


@pytest.mark.parametrize("auth", [True, False], ids=["on", "off"])
@pytest.mark.parametrize("host", _INVALID_HOSTS)
def test_an_invalid_host_gets_a_400(database: Any, host: str, *, auth: bool) -> None:
    """No URL can have such a host. Two hosts in one header are invalid too (RFC 9112, 3.2)."""
    client = create_app(Settings(auth=auth), database=database).test_client()
    response = client.get("/v1/search-keys", environ_overrides={"HTTP_HOST": host})
    assert response.status_code == 400
    assert check_problem(response)["code"] == "invalid_host"
    assert "rebound" not in response.text


def test_a_request_that_needs_no_host_is_accepted(module_client: FlaskClient) -> None:
    """HTTP/1.0 needs no Host header. The header is empty if the URI has no host (RFC 9112, 3.2)."""
    without = {"HTTP_HOST": None, "SERVER_PROTOCOL": "HTTP/1.0"}
    for environ in (without, {"HTTP_HOST": ""}):
        assert module_client.get("/livez", environ_overrides=environ).status_code == 200


@pytest.mark.parametrize("host", _OTHER_HOSTS)
def test_without_authentication_another_host_is_rejected(module_client: FlaskClient, host: str) -> None:
    """With DNS rebinding, a foreign host name points to this machine. The Host header contains that name."""
    response = module_client.get("/v1/search-keys", headers={"Host": host})
    assert response.status_code == 421
    problem = check_problem(response)
    assert problem["code"] == "misdirected_request"
    assert "127.0.0.1" in problem["detail"]
    assert "AUTH=on" in problem["detail"]
    assert "rebound" not in response.text


@pytest.mark.parametrize("path", _PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "TRACE"])
def test_every_path_rejects_another_host(module_client: FlaskClient, path: str, method: str) -> None:
    """The metrics and the OpenAPI document are rejected too."""
    response = module_client.open(path, method=method, headers={"Host": "rebound.example"})
    assert response.status_code == 421


def test_a_preflight_to_another_host_is_rejected(database: Any) -> None:
    """The preflight is rejected even if its origin is allowed."""
    origin = "https://agents.example.com"
    app = create_app(Settings(auth=False, cors_origins=(origin,)), database=database)
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST", "Host": "rebound.example"}
    assert app.test_client().options("/v1/profiles", headers=headers).status_code == 421


def test_with_authentication_any_host_is_accepted(database: Any) -> None:
    """The proxy is responsible for the host, and the credential decides about access."""
    client = create_app(Settings(auth=True), database=database).test_client()
    for host in ("localhost", "profiles.example.com", "192.0.2.1:8080", "[2001:db8::1]"):
        assert client.get("/livez", headers={"Host": host}).status_code == 200
        assert client.get("/v1/search-keys", headers={"Host": host}).status_code == 401
