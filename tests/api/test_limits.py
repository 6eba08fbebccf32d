"""Limits: what a credential may ask in a minute, and how often an address may fail to authenticate."""

import re
import time
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g, request
from flask.testing import FlaskClient
from werkzeug.exceptions import Unauthorized
from werkzeug.test import TestResponse

from service.access import Principal, Scope
from service.api import context, limits, problems, proxies
from service.app import create_app
from service.config import Settings
from tests.api.breakable import Breakable
from tests.api.caller import check_problem
from tests.api.operations import OPERATIONS

FAILURES = limits.FAILURES_PER_MINUTE
_RATE = re.compile(r'"([a-z-]+)";r=([0-9]+);t=([0-9]+)')


def _shop(per_minute: int = 3, *, trusted_proxies: int = 0) -> Flask:
    """Return an application that lets in whoever says ``good-`` and a name, and sells to them."""
    app = Flask("shop")
    settings = Settings(rate_limit_per_minute=str(per_minute), trusted_proxies=trusted_proxies)

    def authenticate() -> None:
        given = request.headers.get("Authorization", "")
        app.extensions["looked_at"].append(given)
        if not given.startswith("good-"):
            raise Unauthorized
        g.principal = Principal(credential_id=given, domain="default", scopes=frozenset(Scope))

    app.extensions["looked_at"] = []
    problems.register(app)
    app.after_request(_with_request_id)
    proxies.register(app, settings)
    limits.guard_authentication(app, settings)
    app.before_request(authenticate)
    limits.register(app, settings)
    for goods in ("shoes", "hats"):
        app.add_url_rule(f"/v1/{goods}", goods, view_func=lambda: "sold")
    return app


def _with_request_id(response: Any) -> Any:
    response.headers["X-Request-Id"] = context.request_id()
    return response


def _buy(
    client: FlaskClient, credential: str | None, *, path: str = "/v1/shoes", **options: Any
) -> TestResponse:
    headers = {} if credential is None else {"Authorization": credential}
    return client.get(path, headers=headers | options.pop("headers", {}), **options)


def _fail(client: FlaskClient, times: int = FAILURES, **options: Any) -> None:
    for number in range(times):
        assert _buy(client, f"bad-{number}", **options).status_code == 401


def _left(response: TestResponse) -> tuple[str, int, int]:
    """Return the policy, what is left of it, and the seconds until it is whole again."""
    told = _RATE.fullmatch(response.headers["RateLimit"])
    assert told
    return told[1], int(told[2]), int(told[3])


@pytest.fixture
def client() -> FlaskClient:
    """Return a caller of the shop, which sells three things a minute to each credential."""
    return _shop().test_client()


@pytest.fixture
def a_minute_later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what lets a minute pass, for what counts."""

    def pass_by() -> None:
        monkeypatch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: time.time() + 61))

    return pass_by


def test_a_credential_may_ask_so_much_and_no_more(client: FlaskClient) -> None:
    """Of all operations together; each answer tells what is left, and the last one when there is more."""
    for left, path in ((2, "/v1/shoes"), (1, "/v1/hats"), (0, "/v1/shoes")):
        response = _buy(client, "good-ann", path=path)
        assert response.status_code == 200
        assert _left(response)[:2] == ("requests", left)
        assert response.headers["RateLimit-Policy"] == '"requests";q=3;w=60'
    refused = _buy(client, "good-ann", path="/v1/hats")
    assert refused.status_code == 429
    assert check_problem(refused)["code"] == "rate_limited"
    policy, left, seconds = _left(refused)
    assert (policy, left) == ("requests", 0)
    assert 1 <= seconds <= 60
    assert int(refused.headers["Retry-After"]) == seconds
    assert refused.headers["RateLimit-Policy"] == '"requests";q=3;w=60'


def test_one_credential_does_not_use_up_what_another_has(client: FlaskClient) -> None:
    """The address does not count, the credential does."""
    assert [_buy(client, "good-ann").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert _left(_buy(client, "good-bob"))[1] == 2


def test_after_a_minute_there_is_room_again(client: FlaskClient, a_minute_later: Any) -> None:
    """Nothing has to be done for it."""
    for _ in range(5):
        _buy(client, "good-ann")
    assert _buy(client, "good-ann").status_code == 429
    a_minute_later()
    assert _left(_buy(client, "good-ann"))[1] == 2


def test_whoever_keeps_failing_is_no_longer_looked_at(client: FlaskClient) -> None:
    """After ten failures of an address in a minute, its credentials are refused unread."""
    for left in reversed(range(FAILURES)):
        response = _buy(client, f"bad-{left}")
        assert response.status_code == 401
        assert _left(response)[:2] == ("failed-authentications", left)
    looked_at = client.application.extensions["looked_at"]
    looked_at.clear()
    for credential in ("bad-1", "good-guess", None):
        refused = _buy(client, credential)
        assert refused.status_code == 429
        assert check_problem(refused)["code"] == "rate_limited"
        assert _left(refused)[:2] == ("failed-authentications", 0)
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert looked_at == []


def test_without_a_credential_is_a_failure_too(client: FlaskClient) -> None:
    """It costs the same."""
    assert [_buy(client, None).status_code for _ in range(FAILURES + 1)] == [401] * FAILURES + [429]


def test_a_path_that_is_not_there_is_no_way_round(client: FlaskClient) -> None:
    """Whether a credential is valid could be tried out on any path."""
    _fail(client, path="/v1/nowhere")
    assert _buy(client, "bad", path="/v1/nowhere").status_code == 429
    assert _buy(client, "bad").status_code == 429


def test_the_failures_of_one_shut_out_nobody_who_is_known(client: FlaskClient) -> None:
    """Behind one proxy all have the same address: who was let in before is let in on."""
    assert _buy(client, "good-ann").status_code == 200
    _fail(client)
    assert _buy(client, "bad").status_code == 429
    assert _buy(client, "good-ann").status_code == 200


def test_a_credential_that_is_withdrawn_is_known_no_longer(client: FlaskClient) -> None:
    """It is looked at once more, and counts as a failure from then on."""
    assert _buy(client, "good-ann").status_code == 200
    _fail(client)
    hooks = client.application.before_request_funcs[None]
    hooks.insert(1, _refuse_all)
    assert [_buy(client, "good-ann").status_code for _ in range(3)] == [401, 429, 429]


def _refuse_all() -> None:
    raise Unauthorized


def test_failures_of_another_address_do_not_count(client: FlaskClient) -> None:
    """An address is one of IPv4, and a network of 64 bits of IPv6, all of which one caller mostly has."""
    _fail(client)
    assert _buy(client, "bad", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 401
    for host in range(FAILURES):
        address = {"REMOTE_ADDR": f"2001:db8::{host}"}
        assert _buy(client, "bad", environ_overrides=address).status_code == 401
    assert _buy(client, "bad", environ_overrides={"REMOTE_ADDR": "2001:db8::ffff"}).status_code == 429
    assert _buy(client, "bad", environ_overrides={"REMOTE_ADDR": "2001:db8:0:1::1"}).status_code == 401


def test_after_a_minute_failures_are_forgotten(client: FlaskClient, a_minute_later: Any) -> None:
    """The address may try again."""
    _fail(client)
    assert _buy(client, "good-ann").status_code == 429
    a_minute_later()
    assert _buy(client, "good-ann").status_code == 200


def test_only_so_many_credentials_are_remembered(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest is forgotten, and none is kept as it was sent."""
    monkeypatch.setattr(limits, "_MOST_REMEMBERED", 2)
    for name in ("ann", "bob", "cid"):
        assert _buy(client, f"good-{name}").status_code == 200
    _fail(client)
    assert [_buy(client, f"good-{name}").status_code for name in ("ann", "bob", "cid")] == [429, 200, 200]


def _forwarded(addresses: str) -> dict[str, Any]:
    return {"headers": {"X-Forwarded-For": addresses}}


def test_without_trusted_proxies_nobody_chooses_an_address(client: FlaskClient) -> None:
    """X-Forwarded-For is what the caller says, and would be another one each time."""
    for number in range(FAILURES):
        assert _buy(client, "bad", **_forwarded(f"192.0.2.{number}")).status_code == 401
    assert _buy(client, "bad", **_forwarded("192.0.2.99")).status_code == 429


def test_behind_a_trusted_proxy_each_caller_has_an_address() -> None:
    """The one that the proxy saw, on the right; what stands left of it the caller has made up."""
    client = _shop(trusted_proxies=1).test_client()
    for number in range(FAILURES):
        assert _buy(client, "bad", **_forwarded(f"10.0.0.{number}, 192.0.2.1")).status_code == 401
    assert _buy(client, "bad", **_forwarded("10.9.9.9, 192.0.2.1")).status_code == 429
    assert _buy(client, "bad", **_forwarded("192.0.2.2")).status_code == 401


def test_an_address_that_is_none_is_counted_with_its_like() -> None:
    """A proxy that passes on what it was sent does not open a way round."""
    client = _shop(trusted_proxies=1).test_client()
    for number in range(FAILURES):
        assert _buy(client, "bad", **_forwarded(f"unknown-{number}")).status_code == 401
    assert _buy(client, "bad", **_forwarded("unknown-99")).status_code == 429


def _service(database: Any, **settings: Any) -> Flask:
    return create_app(Settings(auth="off", **settings), database=database)


def test_every_operation_is_limited(database: Any) -> None:
    """Each counts, and then each is refused: the limit is known while the datastore is away."""
    app = _service(Breakable(database, broken=True), rate_limit_per_minute=str(len(OPERATIONS)))
    for status in (503, 429):
        for operation in OPERATIONS:
            response = app.test_client().open(operation.path, method=operation.method, json=operation.body)
            assert response.status_code == status, operation
            check_problem(response)
            assert {"RateLimit", "RateLimit-Policy"} <= set(response.headers.keys())


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/openapi.json", "/docs/"])
def test_what_is_public_is_not_limited(database: Any, path: str) -> None:
    """A probe that is refused would take the service out of the balancer."""
    client = _service(database, rate_limit_per_minute="1").test_client()
    client.get("/v1/settings")
    for _ in range(3):
        response = client.get(path)
        assert response.status_code in {200, 503}
        assert "RateLimit" not in response.headers
        response.close()


def test_on_loopback_nothing_is_counted(database: Any) -> None:
    """Unless a limit is set there is not even a hook."""
    app = _service(database)
    hooks = [*app.before_request_funcs[None], *app.after_request_funcs[None]]
    assert not [hook for hook in hooks if hook.__module__ == limits.__name__]
    assert "RateLimit" not in app.test_client().get("/v1/settings").headers
