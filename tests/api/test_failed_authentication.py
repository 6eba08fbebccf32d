"""The limit of failed authentications. Requests with a valid credential are never limited by it."""

import re
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.api.http.limits import FAILURES_PER_MINUTE
from service.app import create_app
from service.auth.key_cache import MAX_MISSES_PER_MINUTE
from service.model.principal import Scope
from tests.api.caller import check_problem
from tests.api.credentials import Credentials
from tests.auth.issuer import Issuer, Site, run_site, settings, verifier_with_long_wait

_RATE = re.compile(r'"([a-z-]+)";r=([0-9]+);t=([0-9]+)')
_PUBLIC = {"host": "0.0.0.0", "rate_limit_per_minute": 0}  # noqa: S104 - the test does not bind it
"""Settings of a service that is not on loopback. They limit failed authentications, not requests."""


@pytest.fixture
def issuer() -> Issuer:
    """Return an issuer of tokens."""
    return Issuer()


@pytest.fixture
def site(issuer: Issuer) -> Iterator[Site]:
    """Return a web site that serves the issuer's public keys."""
    with run_site() as site:
        site.body = issuer.document
        yield site


@pytest.fixture
def app(site: Site, authenticated_app: Flask) -> Flask:
    """Return an application that has not received any credential yet."""
    app_settings = settings(oidc_jwks_url=site.url, **_PUBLIC)
    return create_app(
        app_settings,
        database=authenticated_app.extensions["database"],
        tokens=verifier_with_long_wait(app_settings),
    )


@pytest.fixture
def send(app: Flask) -> Callable[..., TestResponse]:
    """Return a function that sends a request with a credential from an IP address."""

    def send(credential: str | None, *, address: str = "192.0.2.1", **options: Any) -> TestResponse:
        headers = {} if credential is None else {"Authorization": f"Bearer {credential}"}
        return app.test_client().get(
            "/v1/search-keys", headers=headers, environ_overrides={"REMOTE_ADDR": address}, **options
        )

    return send


def _unknown_api_key() -> str:
    return f"plk_{uuid4().hex[:16]}_{'0' * 64}"


def _send_failures(
    send: Callable[..., TestResponse], times: int = FAILURES_PER_MINUTE, **options: Any
) -> None:
    for _ in range(times):
        assert send(_unknown_api_key(), **options).status_code in {401, 429}


def _remaining(response: TestResponse) -> tuple[str, int, int]:
    """Return the policy, the remaining requests, and the seconds until the window ends."""
    rate = _RATE.fullmatch(response.headers["RateLimit"])
    assert rate
    return rate[1], int(rate[2]), int(rate[3])


@pytest.mark.parametrize("failures", [FAILURES_PER_MINUTE, 2 * MAX_MISSES_PER_MINUTE])
def test_valid_credentials_are_accepted_from_a_limited_address(
    credentials: Credentials, issuer: Issuer, send: Callable[..., TestResponse], failures: int
) -> None:
    """The service receives each of the API keys and tokens for the first time."""
    keys = [credentials.api_key() for _ in range(8)]
    _send_failures(send, failures)
    tokens = [issuer.token(sub=f"agent-{number}") for number in range(12)]
    assert [send(credential).status_code for credential in keys + tokens] == [200] * 20


@pytest.mark.usefixtures("credentials")
def test_a_request_without_a_credential_does_not_count_as_a_failure(
    send: Callable[..., TestResponse],
) -> None:
    """After 100 requests that got a 401, the address can still fail ten times."""
    for _ in range(100):
        response = send(None)
        assert response.status_code == 401
        assert "RateLimit" not in response.headers
    statuses = [send(_unknown_api_key()).status_code for _ in range(FAILURES_PER_MINUTE + 1)]
    assert statuses == [401] * FAILURES_PER_MINUTE + [429]
    assert send(None).status_code == 401


@pytest.mark.usefixtures("credentials")
def test_after_ten_failures_an_address_gets_a_429(send: Callable[..., TestResponse]) -> None:
    """The 401 responses show how many failures remain. The 429 has ``Retry-After``."""
    for remaining in reversed(range(FAILURES_PER_MINUTE)):
        response = send(_unknown_api_key())
        assert response.status_code == 401
        assert _remaining(response)[:2] == ("failed-authentications", remaining)
        assert response.headers["RateLimit-Policy"] == '"failed-authentications";q=10;w=60'
    for _ in range(3):
        rejected = send(_unknown_api_key())
        assert rejected.status_code == 429
        assert check_problem(rejected)["code"] == "rate_limited"
        policy, remaining, seconds = _remaining(rejected)
        assert (policy, remaining) == ("failed-authentications", 0)
        assert 1 <= int(rejected.headers["Retry-After"]) == seconds <= 60


@pytest.mark.parametrize("credential", ["", "plk_", "a.b.c", "expired token", "wrong secret"])
def test_every_invalid_credential_counts_as_a_failure(
    credentials: Credentials, issuer: Issuer, send: Callable[..., TestResponse], credential: str
) -> None:
    """A credential can be malformed, unknown or expired, or can have a wrong secret."""
    if credential == "expired token":
        credential = issuer.token(exp=0)
    elif credential == "wrong secret":
        credential = credentials.api_key()[:21] + "0" * 64
    statuses = [send(credential).status_code for _ in range(FAILURES_PER_MINUTE + 1)]
    assert statuses == [401] * FAILURES_PER_MINUTE + [429]


def test_a_formerly_accepted_api_key_counts_as_a_failure(
    credentials: Credentials, send: Callable[..., TestResponse]
) -> None:
    """The service does not remember that it accepted the API key before."""
    key = credentials.api_key()
    assert send(key).status_code == 200
    credentials.anonymous.database["api_keys"].update_one({"_id": key[:20]}, {"$set": {"sha256": "0" * 64}})
    _send_failures(send)
    assert send(key[:-1] + ("1" if key[-1] == "0" else "0")).status_code == 429


@pytest.mark.usefixtures("credentials")
def test_each_address_has_its_own_limit(send: Callable[..., TestResponse]) -> None:
    """All IPv6 addresses of a 64-bit network share one limit."""
    _send_failures(send)
    assert send(_unknown_api_key()).status_code == 429
    assert send(_unknown_api_key(), address="192.0.2.7").status_code == 401
    for host in range(FAILURES_PER_MINUTE):
        assert send(_unknown_api_key(), address=f"2001:db8::{host}").status_code == 401
    assert send(_unknown_api_key(), address="2001:db8::ffff").status_code == 429
    assert send(_unknown_api_key(), address="2001:db8:0:1::1").status_code == 401


@pytest.mark.parametrize("path", ["/v1/nothing", "/livez", "/metrics"])
def test_an_invalid_credential_on_a_public_path_does_not_count_as_a_failure(app: Flask, path: str) -> None:
    """The service does not read credentials on public paths, so they cannot be used for guessing."""
    for _ in range(FAILURES_PER_MINUTE + 1):
        response = app.test_client().get(path, headers={"Authorization": f"Bearer {_unknown_api_key()}"})
        assert response.status_code in {200, 404}


def test_a_forbidden_request_does_not_count_as_a_failure(
    credentials: Credentials, send: Callable[..., TestResponse]
) -> None:
    """The credential is valid, but has no scope for the operation."""
    key = credentials.api_key(scopes={Scope.SETTINGS})
    assert [send(key).status_code for _ in range(FAILURES_PER_MINUTE + 1)] == [403] * 11


def test_a_token_that_cannot_be_verified_counts_as_a_failure(
    credentials: Credentials, issuer: Issuer, site: Site, send: Callable[..., TestResponse]
) -> None:
    """While the issuer is unreachable, tokens get a 503, then a 429. API keys are still accepted."""
    site.status = 500
    token = issuer.token()
    statuses = [send(token).status_code for _ in range(FAILURES_PER_MINUTE + 1)]
    assert statuses == [503] * FAILURES_PER_MINUTE + [429]
    assert send(credentials.api_key()).status_code == 200


def test_a_token_with_an_unknown_key_id_counts_as_a_failure(
    issuer: Issuer, send: Callable[..., TestResponse], site: Site
) -> None:
    """Unknown key IDs cause at most one more fetch of the issuer's keys. Valid tokens are accepted."""
    assert send(issuer.token()).status_code == 200
    statuses = [
        send(issuer.sign(issuer.claims(), kid=f"unknown-{number}")).status_code for number in range(11)
    ]
    assert statuses == [401] * FAILURES_PER_MINUTE + [429]
    assert send(issuer.token()).status_code == 200
    assert site.request_count <= 2


def test_unknown_api_keys_cause_a_limited_number_of_database_commands(
    credentials: Credentials, send: Callable[..., TestResponse]
) -> None:
    """After sixty lookups in a minute, the worker reads all API key IDs at most once a second."""
    credentials.commands.sent.clear()
    started = time.monotonic()
    _send_failures(send, 3 * MAX_MISSES_PER_MINUTE)
    minutes, seconds = divmod(time.monotonic() - started, 60)
    finds = [command for command in credentials.commands.sent if command.get("find") == "api_keys"]
    assert finds == credentials.commands.sent
    lookups = [command for command in finds if command["filter"]]
    assert MAX_MISSES_PER_MINUTE <= len(lookups) <= MAX_MISSES_PER_MINUTE * (minutes + 1)
    assert 1 <= len(finds) - len(lookups) <= 60 * minutes + seconds + 1


def _forwarded_statuses(database: Any, trusted_proxies: int, *addresses: str) -> list[int]:
    """Send a failing request with each ``X-Forwarded-For`` value. Return the statuses."""
    app = create_app(settings(**_PUBLIC, trusted_proxies=trusted_proxies), database=database)
    bearer = {"Authorization": f"Bearer {_unknown_api_key()}"}
    return [
        app.test_client().get("/v1/search-keys", headers={**bearer, "X-Forwarded-For": each}).status_code
        for each in addresses
    ]


_TEN_THEN_LIMITED = [*[401] * FAILURES_PER_MINUTE, 429]


def test_without_trusted_proxies_a_forwarded_address_is_ignored(credentials: Credentials) -> None:
    """Otherwise a client could avoid the limit with a new ``X-Forwarded-For`` in each request."""
    addresses = [f"192.0.2.{number}" for number in range(11)]
    assert _forwarded_statuses(credentials.anonymous.database, 0, *addresses) == _TEN_THEN_LIMITED


def test_clients_behind_a_trusted_proxy_have_separate_limits(credentials: Credentials) -> None:
    """The proxy appends the client's address on the right. The client can invent the rest."""
    addresses = [f"10.0.0.{number}, 192.0.2.1" for number in range(11)]
    statuses = _forwarded_statuses(credentials.anonymous.database, 1, *addresses, "192.0.2.2")
    assert statuses == [*_TEN_THEN_LIMITED, 401]


def test_all_malformed_addresses_share_one_limit(credentials: Credentials) -> None:
    """A proxy that forwards invalid addresses does not bypass the limit."""
    addresses = [f"unknown-{number}" for number in range(11)]
    assert _forwarded_statuses(credentials.anonymous.database, 1, *addresses) == _TEN_THEN_LIMITED


@pytest.mark.usefixtures("credentials")
def test_the_limit_of_failures_resets_after_a_minute(
    send: Callable[..., TestResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address can then fail again."""
    _send_failures(send)
    assert send(_unknown_api_key()).status_code == 429
    monkeypatch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: time.time() + 61))
    assert send(_unknown_api_key()).status_code == 401
