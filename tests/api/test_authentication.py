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
from service.auth.api_keys import create_api_key
from service.auth.keys import revoke_key
from service.config import Settings
from service.model.principal import Scope
from service.use_cases.clock import now
from tests.api.caller import Caller, check_problem
from tests.api.credentials import Credentials
from tests.api.failing_database import SECRET, FailingDatabase
from tests.api.operations import OPERATIONS, Operation

_INVALID = 'Bearer realm="profile-lookup", error="invalid_token"'
_UNKNOWN = "plk_" + "0" * 16 + "_" + "0" * 64


@pytest.fixture(scope="module")
def unreachable() -> FailingDatabase:
    """Return a database that is unreachable."""
    return FailingDatabase(mongomock.MongoClient(tz_aware=True)["test"], broken=True)


@pytest.fixture(scope="module")
def anonymous(unreachable: FailingDatabase) -> Caller:
    """Return a caller without a credential. The MongoDB of the service is unreachable."""
    return Caller(create_app(Settings(), database=unreachable).test_client(), unreachable)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_a_request_without_a_credential_gets_a_401(anonymous: Caller, operation: Operation) -> None:
    """The response names the authentication scheme. The service does not query MongoDB."""
    response = anonymous.call(operation.method, operation.path, operation.body, status=401)
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
    anonymous: Caller, method: str, path: str, options: Any
) -> None:
    """An unauthenticated client gets no information about other errors in its request."""
    assert anonymous.client.open(path, method=method, **options).status_code == 401


@pytest.mark.parametrize("path", ["/livez", "/metrics", "/openapi.json", "/docs/"])
def test_operational_endpoints_need_no_credential(anonymous: Caller, path: str) -> None:
    """The endpoints respond even if the database is unreachable."""
    assert anonymous.client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/v1/nothing", 404), ("PUT", "/v1/settings", 405)]
)
def test_an_unknown_path_or_method_needs_no_credential(
    anonymous: Caller, method: str, path: str, status: int
) -> None:
    """The OpenAPI document is public and lists the existing paths and methods."""
    anonymous.call(method, path, status=status)


def test_options_needs_no_credential(credentials: Credentials) -> None:
    """Browsers send CORS preflights without a credential. The response depends only on the routes."""
    response = credentials.anonymous.client.options("/v1/profiles")
    assert (response.status_code, response.data) == (200, b"")
    assert set(response.allow) == {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_an_api_key_gives_access_to_its_domain(credentials: Credentials, scheme: str) -> None:
    """The name of the authentication scheme is not case-sensitive (RFC 9110, 11.1)."""
    api = credentials.with_authorization(f"{scheme} {credentials.api_key(domain='acme')}")
    profile_id = api.create()["profile_id"]
    assert credentials.anonymous.database["profiles"].find_one({"_id": profile_id})["domain"] == "acme"


def _invalid_api_key(credentials: Credentials, how: str) -> str:
    stores = credentials.stores
    if how == "expired":
        return credentials.api_key(lifetime=timedelta(0))
    key = credentials.api_key()
    if how == "revoked":
        revoke_key(stores.api_keys, key[:20], now=now())
        return key
    return {"wrong secret": f"{key[:-1]}{'1' if key[-1] == '0' else '0'}", "unknown": _UNKNOWN}[how]


def test_every_invalid_api_key_gets_the_same_response(credentials: Credentials) -> None:
    """Clients cannot distinguish expired, revoked and unknown API keys and wrong secrets."""
    responses = set()
    for how in ("expired", "revoked", "wrong secret", "unknown", "wrong secret"):
        response = credentials.with_authorization(f"Bearer {_invalid_api_key(credentials, how)}").call(
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
def test_a_malformed_credential_is_rejected_without_a_query(anonymous: Caller, credential: str) -> None:
    """The response is a 401 even though MongoDB is unreachable."""
    response = anonymous.call(
        "GET", "/v1/settings", status=401, headers={"Authorization": f"Bearer {credential}"}
    )
    assert response.headers["WWW-Authenticate"] == _INVALID


@pytest.mark.parametrize("header", ["Basic YTpi", "Digest x", "plk_", _UNKNOWN, "Bearer2 x", "Bearer\tx"])
def test_another_scheme_is_treated_as_no_credential(anonymous: Caller, header: str) -> None:
    """The response names the expected authentication scheme."""
    response = anonymous.call("GET", "/v1/settings", status=401, headers={"Authorization": header})
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="profile-lookup"'


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)
@given(st.text(st.characters(max_codepoint=255, exclude_characters="\r\n")))
def test_any_malformed_authorization_header_gets_a_401(anonymous: Caller, text: str) -> None:
    """The content of the header never causes another error."""
    for header in (text, f"Bearer {text}", f"Bearer plk_{text}"):
        anonymous.call("GET", "/v1/settings", status=401, headers={"Authorization": header})


def test_an_api_key_gets_a_503_while_mongodb_is_unreachable(anonymous: Caller) -> None:
    """The API key may be valid. After a 401 the client could discard it."""
    response = anonymous.call(
        "GET", "/v1/settings", status=503, headers={"Authorization": f"Bearer {_UNKNOWN}"}
    )
    assert check_problem(response)["code"] == "datastore_unavailable"
    assert "WWW-Authenticate" not in response.headers
    assert SECRET not in response.text


def test_the_secret_of_an_api_key_is_stored_nowhere(
    credentials: Credentials, capsys: pytest.CaptureFixture[str]
) -> None:
    """The database, log and metrics do not contain the secret of accepted or rejected API keys."""
    key = credentials.api_key(scopes={Scope.VIEW})
    api = credentials.with_authorization(f"Bearer {key}")
    with capture_logs() as logs:
        api.get("/v1/search-keys")
        api.get("/v1/search-keys", headers={"X-Request-Id": key})
        api.get("/v1/settings", status=403)
        credentials.with_authorization(f"Bearer {key}0").get("/v1/settings", status=401)
        credentials.with_authorization(f"Bearer {_invalid_api_key(credentials, 'revoked')}").get(
            "/v1/settings", status=401
        )
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


def test_the_log_has_the_domain_of_a_request_or_the_reason_of_its_rejection(credentials: Credentials) -> None:
    """The log contains the reason, the response does not. A rejected request has no domain."""
    with capture_logs() as logs:
        credentials.caller(domain="acme").get("/v1/settings")
        credentials.anonymous.get("/v1/settings", status=401)
        credentials.with_authorization(f"Bearer {_UNKNOWN}").get(
            "/v1/settings", status=401, headers={"X-Request-Id": "r-1"}
        )
        credentials.with_authorization(f"Bearer {_invalid_api_key(credentials, 'expired')}").get(
            "/v1/settings", status=401
        )
    lines = [line for line in logs if line["event"] == "request"]
    assert [line["domain"] for line in lines] == ["acme", None, None, None]
    reasons = [(line["reason"], line["log_level"]) for line in logs if line["event"] == "unauthenticated"]
    assert reasons == [
        ("an unknown API key", "warning"),
        ("an API key that is expired or revoked", "warning"),
    ]


def _last_used(credentials: Credentials, key: str) -> str | None:
    day: str | None = credentials.anonymous.database["api_keys"].find_one({"_id": key[:20]})["last_used_day"]
    return day


def test_the_last_use_is_recorded_after_the_response(credentials: Credentials) -> None:
    """There is one write per API key and day. Rejected requests are not recorded."""
    key = credentials.api_key(scopes={Scope.VIEW})
    client = credentials.with_authorization(f"Bearer {key}").client
    credentials.with_authorization(f"Bearer {key}0").get("/v1/search-keys", status=401)
    before = date.today()  # noqa: DTZ011 - compared with a tolerance of one day
    response = client.get("/v1/search-keys")
    assert _last_used(credentials, key) is None
    response.close()
    last_use = _last_used(credentials, key)
    assert last_use is not None
    assert abs(date.fromisoformat(last_use) - before) <= timedelta(days=1)
    credentials.commands.sent.clear()
    client.get("/v1/search-keys", buffered=True)
    assert not [command for command in credentials.commands.sent if "update" in command]


def test_a_request_succeeds_if_its_use_cannot_be_recorded() -> None:
    """The service logs no error. It records the next use."""
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
    """A developer who forgets the scope of a view notices at once."""
    app = create_app(Settings(), database=authenticated_app.extensions["database"])
    app.add_url_rule("/v1/forgotten", view_func=lambda: "secret")
    response = app.test_client().get("/v1/forgotten")
    assert response.status_code == 500
    assert "secret" not in response.text


def test_without_authentication_a_credential_is_ignored(api: Caller) -> None:
    """Developers can test a frontend that sends credentials."""
    api.get("/v1/settings", headers={"Authorization": f"Bearer {_UNKNOWN}"})
