"""The rate limit of each credential."""

import re
import time
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.api.http import context, limits, problems
from service.app import create_app
from service.config import Settings
from service.model.principal import Principal, Scope
from tests.api.caller import check_problem
from tests.api.failing_database import FailingDatabase
from tests.api.operations import OPERATIONS

_RATE = re.compile(r'"([a-z-]+)";r=([0-9]+);t=([0-9]+)')


def _limited_app(per_minute: int = 3) -> Flask:
    """Return an application that accepts every credential and limits its requests."""
    app = Flask("limited")
    settings = Settings(rate_limit_per_minute=per_minute)

    def authenticate() -> None:
        credential = request.headers.get("Authorization", "")
        context.state().principal = Principal(
            credential_id=credential, domain="default", scopes=frozenset(Scope)
        )

    app.url_value_preprocessor(context.begin_request)
    problems.register(app)
    app.after_request(_with_request_id)
    app.before_request(authenticate)
    limits.register(app, settings)
    for name in ("first", "second"):
        app.add_url_rule(f"/v1/{name}", name, view_func=lambda: "ok")
    return app


def _with_request_id(response: Any) -> Any:
    response.headers["X-Request-Id"] = context.request_id()
    return response


def _get(client: FlaskClient, credential: str, *, path: str = "/v1/first") -> TestResponse:
    return client.get(path, headers={"Authorization": credential})


def _remaining(response: TestResponse) -> tuple[str, int, int]:
    """Return the policy, the remaining requests, and the seconds until the window ends."""
    rate = _RATE.fullmatch(response.headers["RateLimit"])
    assert rate
    return rate[1], int(rate[2]), int(rate[3])


@pytest.fixture
def client() -> FlaskClient:
    """Return a client of an application with a limit of three requests a minute."""
    return _limited_app().test_client()


@pytest.fixture
def a_minute_later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that advances the limiter's clock by a minute."""

    def advance() -> None:
        monkeypatch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: time.time() + 61))

    return advance


def test_requests_over_the_rate_limit_get_a_429(client: FlaskClient) -> None:
    """All operations share the limit. Responses show the remaining requests. A 429 has ``Retry-After``."""
    for remaining, path in ((2, "/v1/first"), (1, "/v1/second"), (0, "/v1/first")):
        response = _get(client, "ann", path=path)
        assert response.status_code == 200
        assert _remaining(response)[:2] == ("requests", remaining)
        assert response.headers["RateLimit-Policy"] == '"requests";q=3;w=60'
    rejected = _get(client, "ann", path="/v1/second")
    assert rejected.status_code == 429
    assert check_problem(rejected)["code"] == "rate_limited"
    policy, remaining, seconds = _remaining(rejected)
    assert (policy, remaining) == ("requests", 0)
    assert 1 <= seconds <= 60
    assert int(rejected.headers["Retry-After"]) == seconds
    assert rejected.headers["RateLimit-Policy"] == '"requests";q=3;w=60'


def test_each_credential_has_its_own_limit(client: FlaskClient) -> None:
    """Both credentials send their requests from the same address."""
    assert [_get(client, "ann").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert _remaining(_get(client, "bob"))[1] == 2


def test_the_rate_limit_resets_after_a_minute(client: FlaskClient, a_minute_later: Any) -> None:
    """Rejected requests do not extend the minute."""
    for _ in range(5):
        _get(client, "ann")
    assert _get(client, "ann").status_code == 429
    a_minute_later()
    assert _remaining(_get(client, "ann"))[1] == 2


def _service(database: Any, **settings: Any) -> Flask:
    return create_app(Settings(auth=False, **settings), database=database)


def test_every_operation_is_limited(database: Any) -> None:
    """All operations share the limit, also while the datastore is unreachable. Batches have their own."""
    limited = [each for each in OPERATIONS if each.rule != "/v1/profiles/batch"]
    app = _service(FailingDatabase(database, broken=True), rate_limit_per_minute=len(limited))
    for status in (503, 429):
        for operation in limited:
            response = app.test_client().open(operation.path, method=operation.method, json=operation.body)
            assert response.status_code == status, operation
            check_problem(response)
            assert {"RateLimit", "RateLimit-Policy"} <= set(response.headers.keys())


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/openapi.json", "/docs/"])
def test_public_paths_are_not_limited(database: Any, path: str) -> None:
    """If a probe were rejected, the load balancer would stop using the service."""
    client = _service(database, rate_limit_per_minute=1).test_client()
    client.get("/v1/settings")
    for _ in range(3):
        response = client.get(path)
        assert response.status_code in {200, 503}
        assert "RateLimit" not in response.headers
        response.close()


def test_on_loopback_there_is_no_rate_limit(database: Any) -> None:
    """The application has no hook of the limiter."""
    app = _service(database)
    hooks = [*app.before_request_funcs[None], *app.after_request_funcs[None]]
    assert not [hook for hook in hooks if hook.__module__ == limits.__name__]
    assert "RateLimit" not in app.test_client().get("/v1/settings").headers
