"""Authentication with API keys over HTTP."""

import json
import re
from datetime import date, timedelta
from typing import Any

import mongomock
import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from service.app import create_app
from service.auth.api_keys import create_api_key, revoke_api_key
from service.config import Settings
from service.model.principal import Scope
from service.use_cases.clock import now
from tests.api.caller import Caller, check_problem
from tests.api.credentials import Credentials
from tests.api.failing_database import SECRET, FailingDatabase
from tests.api.operations import OPERATIONS, Operation

_INVALID = 'Bearer realm="profile-lookup", error="invalid_token"'
_UNKNOWN = "plk_" + "0" * 16 + "_" + "0" * 64


@pytest.fixture
def away() -> FailingDatabase:
    """Return a database that is unreachable."""
    return FailingDatabase(mongomock.MongoClient(tz_aware=True)["test"], broken=True)


@pytest.fixture
def stranger(away: FailingDatabase) -> Caller:
    """Return a caller without a credential, of a service whose MongoDB is unreachable."""
    return Caller(create_app(Settings(), database=away).test_client(), away)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_a_request_without_a_credential_is_a_401(stranger: Caller, operation: Operation) -> None:
    """The response names the scheme. MongoDB is not queried: it is unreachable here."""
    response = stranger.call(operation.method, operation.path, operation.body, status=401)
    assert check_problem(response)["code"] == "unauthenticated"
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="profile-lookup"'


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("GET", "/v1/profiles/jane@example.com", {}),
        ("GET", "/v1/settings?nickname=Jane", {}),
        ("POST", "/v1/profiles", {"data": b"{", "content_type": "application/json"}),
        ("POST", "/v1/profiles", {"data": b"x", "content_type": "text/plain"}),
        ("POST", "/v1/profiles", {"data": b" " * 300_000, "content_type": "application/json"}),
        ("HEAD", "/v1/settings", {}),
    ],
)
def test_authentication_comes_before_validation(
    stranger: Caller, method: str, path: str, options: Any
) -> None:
    """An unauthenticated client does not learn what else is wrong with its request."""
    assert stranger.client.open(path, method=method, **options).status_code == 401


@pytest.mark.parametrize("path", ["/livez", "/metrics", "/openapi.json", "/docs/"])
def test_operational_endpoints_need_no_credential(stranger: Caller, path: str) -> None:
    """They respond even if the database is unreachable."""
    assert stranger.client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/v1/nothing", 404), ("PUT", "/v1/settings", 405)]
)
def test_an_unknown_path_or_method_needs_no_credential(
    stranger: Caller, method: str, path: str, status: int
) -> None:
    """The OpenAPI document lists the existing ones publicly."""
    stranger.call(method, path, status=status)


def test_options_needs_no_credential(credentials: Credentials) -> None:
    """A browser sends none with it (Fetch, CORS preflight). The response depends on the routes only."""
    response = credentials.anonymous.client.options("/v1/profiles")
    assert (response.status_code, response.data) == (200, b"")
    assert set(response.allow) == {"OPTIONS", "POST"}


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_an_api_key_gives_access_to_its_domain(credentials: Credentials, scheme: str) -> None:
    """The name of the scheme is not case-sensitive (RFC 9110, 11.1)."""
    api = credentials.sending(f"{scheme} {credentials.key(domain='acme')}")
    profile_id = api.create()["profile_id"]
    assert credentials.anonymous.database["profiles"].find_one({"_id": profile_id})["domain"] == "acme"


def _ended(credentials: Credentials, how: str) -> str:
    stores = credentials.stores
    if how == "expired":
        return credentials.key(lifetime=timedelta(0))
    key = credentials.key()
    if how == "revoked":
        revoke_api_key(stores.api_keys, key[:20], now=now())
        return key
    return {"wrong secret": f"{key[:-1]}{'1' if key[-1] == '0' else '0'}", "unknown": _UNKNOWN}[how]


def test_every_invalid_api_key_gets_the_same_response(credentials: Credentials) -> None:
    """Expired, revoked, wrong secret or unknown ID: only the request ID differs."""
    responses = set()
    for how in ("expired", "revoked", "wrong secret", "unknown", "wrong secret"):
        response = credentials.sending(f"Bearer {_ended(credentials, how)}").call(
            "GET", "/v1/settings", status=401
        )
        problem = check_problem(response)
        del problem["request_id"], problem["instance"]
        responses.add((json.dumps(problem), response.headers["WWW-Authenticate"]))
    ((body, challenge),) = responses
    assert challenge == _INVALID
    assert json.loads(body)["code"] == "unauthenticated"


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "plk_",
        _UNKNOWN[:-1],
        f"{_UNKNOWN}0",
        _UNKNOWN.upper(),
        f"{_UNKNOWN} {_UNKNOWN}",
        "plk_$where_" + "0" * 64,
        "a.b.c",
        "eyJhbGciOiJub25lIn0.e30.",
    ],
)
def test_a_malformed_credential_is_rejected_without_a_query(stranger: Caller, credential: str) -> None:
    """It is rejected even if MongoDB is unreachable."""
    response = stranger.call(
        "GET", "/v1/settings", status=401, headers={"Authorization": f"Bearer {credential}"}
    )
    assert response.headers["WWW-Authenticate"] == _INVALID


@pytest.mark.parametrize("header", ["Basic YTpi", "Digest x", "plk_", _UNKNOWN, "Bearer2 x", "Bearer\tx"])
def test_another_scheme_is_treated_as_no_credential(stranger: Caller, header: str) -> None:
    """The response names the expected scheme."""
    response = stranger.call("GET", "/v1/settings", status=401, headers={"Authorization": header})
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="profile-lookup"'


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)
@given(st.text(st.characters(max_codepoint=255, exclude_characters="\r\n")))
def test_any_malformed_header_is_a_401(stranger: Caller, text: str) -> None:
    """No content of the header causes another error."""
    for header in (text, f"Bearer {text}", f"Bearer plk_{text}"):
        stranger.call("GET", "/v1/settings", status=401, headers={"Authorization": header})


def test_an_api_key_without_a_reachable_mongodb_is_a_503(stranger: Caller) -> None:
    """A client could discard a valid key after a 401."""
    response = stranger.call(
        "GET", "/v1/settings", status=503, headers={"Authorization": f"Bearer {_UNKNOWN}"}
    )
    assert check_problem(response)["code"] == "datastore_unavailable"
    assert "WWW-Authenticate" not in response.headers
    assert SECRET not in response.text


def test_the_secret_of_an_api_key_is_stored_nowhere(
    credentials: Credentials, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not in the database, the log or the metrics, whether the key was accepted or rejected."""
    key = credentials.key(scopes={Scope.VIEW})
    api = credentials.sending(f"Bearer {key}")
    with capture_logs() as logs:
        api.get("/v1/search-keys")
        api.get("/v1/search-keys", headers={"X-Request-Id": key})
        api.get("/v1/settings", status=403)
        credentials.sending(f"Bearer {key}0").get("/v1/settings", status=401)
        credentials.sending(f"Bearer {_ended(credentials, 'revoked')}").get("/v1/settings", status=401)
    secret = key.rpartition("_")[2]
    outputs = [
        str(logs),
        *capsys.readouterr(),
        str(credentials.anonymous.dump()),
        api.client.get("/metrics").text,
    ]
    assert len(logs) > 5
    for text in outputs:
        assert secret not in text
    (stored,) = credentials.anonymous.database["api_keys"].find({"_id": key[:20]})
    assert re.fullmatch("[0-9a-f]{64}", stored["sha256"])
    assert stored.keys() == {
        "_id",
        "sha256",
        "label",
        "domain",
        "scopes",
        "agent_id",
        "created_at",
        "expires_at",
        "revoked_at",
        "last_used_day",
    }


def test_the_log_has_the_credential_and_the_reason_of_a_rejection(credentials: Credentials) -> None:
    """A rejected request has no domain. The log has the reason, which the client does not get."""
    with capture_logs() as logs:
        credentials.caller(domain="acme").get("/v1/settings")
        credentials.anonymous.get("/v1/settings", status=401)
        credentials.sending(f"Bearer {_UNKNOWN}").get(
            "/v1/settings", status=401, headers={"X-Request-Id": "r-1"}
        )
        credentials.sending(f"Bearer {_ended(credentials, 'expired')}").get("/v1/settings", status=401)
    lines = [line for line in logs if line["event"] == "request"]
    assert [line["domain"] for line in lines] == ["acme", None, None, None]
    refusals = [(line["reason"], line["log_level"]) for line in logs if line["event"] == "unauthenticated"]
    assert refusals == [
        ("an unknown API key", "warning"),
        ("an API key that is expired or revoked", "warning"),
    ]


def _last_used(credentials: Credentials, key: str) -> str | None:
    day: str | None = credentials.anonymous.database["api_keys"].find_one({"_id": key[:20]})["last_used_day"]
    return day


def test_the_last_use_is_recorded_after_the_response(credentials: Credentials) -> None:
    """It is one write a day, which delays no response. A rejected use is not recorded."""
    key = credentials.key(scopes={Scope.VIEW})
    client = credentials.sending(f"Bearer {key}").client
    credentials.sending(f"Bearer {key}0").get("/v1/search-keys", status=401)
    before = date.today()  # noqa: DTZ011 - read next to the service's own clock
    response = client.get("/v1/search-keys")
    assert _last_used(credentials, key) is None
    response.close()
    noted = _last_used(credentials, key)
    assert noted is not None
    assert abs(date.fromisoformat(noted) - before) <= timedelta(days=1)
    credentials.commands.sent.clear()
    client.get("/v1/search-keys", buffered=True)
    assert not [command for command in credentials.commands.sent if "update" in command]


def test_a_use_that_cannot_be_recorded_still_succeeds() -> None:
    """The next use is recorded instead."""
    database = FailingDatabase(mongomock.MongoClient(tz_aware=True)["test"])
    app = create_app(Settings(), database=database)
    stores = app.extensions["profile_lookup"]
    _, key = create_api_key(
        stores.api_keys,
        label="a",
        domain="default",
        scopes=set(Scope),
        agent_id=None,
        lifetime=None,
        now=now(),
    )
    with capture_logs() as logs:
        response = app.test_client().get("/v1/settings", headers={"Authorization": f"Bearer {key}"})
        database.broken = True
        response.close()
    assert response.status_code == 200
    assert [line["event"] for line in logs] == ["request"]


def test_a_route_without_a_scope_rejects_every_request(authenticated_app: Flask) -> None:
    """A view whose scope was forgotten does not work."""
    app = create_app(Settings(), database=authenticated_app.extensions["database"])
    app.add_url_rule("/v1/forgotten", view_func=lambda: "secret")
    response = app.test_client().get("/v1/forgotten")
    assert response.status_code == 500
    assert "secret" not in response.text


def test_with_authentication_off_a_credential_is_ignored(api: Caller) -> None:
    """A frontend that sends one can be tested on a developer's machine."""
    api.get("/v1/settings", headers={"Authorization": f"Bearer {_UNKNOWN}"})
