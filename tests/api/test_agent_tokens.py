"""Agent tokens over HTTP: who can create them, what they allow, and what is recorded."""

import io
import json
import logging
from contextlib import redirect_stderr
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from structlog.testing import capture_logs

from service.app import create_app
from service.auth.keys import revoke_key
from service.config import Settings
from service.model.principal import Scope
from service.server import log
from service.use_cases.clock import now
from tests.api.caller import Caller, Json, check_problem, pointers
from tests.api.credentials import Credentials
from tests.auth.issuer import Issuer, run_site, settings, verifier_with_long_wait
from tests.master_keys import ONE

_PATH = "/v1/agent-tokens"
_AGENT = frozenset({Scope.EDIT, Scope.CREATE})
_INVALID = 'Bearer realm="profile-lookup", error="invalid_token"'


@pytest.fixture
def server(credentials: Credentials) -> Caller:
    """Return the frontend's server: a caller with the rights of agents, who can create tokens."""
    return credentials.caller(scopes=_AGENT | {Scope.TOKENS})


def _agent(credentials: Credentials, server: Caller, agent_id: str = "agent-7", **fields: Any) -> Caller:
    """Return the browser of an agent: a caller with a token that the server creates."""
    token = server.post(_PATH, {"agent_id": agent_id, **fields}, status=201)["token"]
    return credentials.with_authorization(f"Bearer {token}")


def test_a_token_works_for_its_agent_in_the_domain_of_its_key(credentials: Credentials) -> None:
    """The agent can do what the scopes allow, and cannot act for another agent."""
    server = credentials.caller(domain="osaka", scopes=_AGENT | {Scope.TOKENS})
    agent = _agent(credentials, server)
    profile_id = agent.create()["profile_id"]
    assert server.get(f"/v1/profiles/{profile_id}")["first_name"] == "Ann"
    assert agent.associate("c-1", profile_id)["agent_id"] == "agent-7"
    body = {"profile_id": profile_id, "agent_id": "agent-8"}
    problem = agent.reject("PUT", "/v1/contacts/c-2/association", body, status=422, code="invalid_request")
    assert pointers(problem) == ["/agent_id"]
    assert agent.reject("GET", "/v1/settings", status=403, code="insufficient_scope")["scope"]
    other_domain = _agent(credentials, credentials.caller(domain="kyoto"))
    other_domain.get(f"/v1/profiles/{profile_id}", status=404)


def test_the_response_has_the_token_its_rights_and_its_lifetime(server: Caller) -> None:
    """By default, a token has all scopes of the key except the scope to create tokens, for 15 minutes."""
    before = datetime.now(UTC).replace(microsecond=0)
    created = server.post(_PATH, {"agent_id": " 山田 "}, status=201)
    assert created.pop("token").startswith("plt_")
    expires_at = datetime.fromisoformat(created.pop("expires_at"))
    assert before <= expires_at - timedelta(minutes=15) <= datetime.now(UTC)
    scopes = ["profiles:create", "profiles:edit"]
    assert created == {"token_type": "Bearer", "agent_id": "山田", "scopes": scopes, "expires_in": 900}
    shorter = server.post(_PATH, {"agent_id": "a", "scopes": ["profiles:view"], "expires_in": 60}, status=201)
    assert (shorter["scopes"], shorter["expires_in"]) == (["profiles:view"], 60)


def test_a_response_with_a_token_is_not_cached(server: Caller) -> None:
    """RFC 6749, section 5.1 requires this."""
    response = server.call("POST", _PATH, {"agent_id": "agent-7"}, status=201)
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"agent_id": None}, "/agent_id"),
        ({"agent_id": " "}, "/agent_id"),
        ({"agent_id": "a\nb"}, "/agent_id"),
        ({"agent_id": "a" * 256}, "/agent_id"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["profiles:view", "profiles:view"]}, "/scopes"),
        ({"scopes": ["profiles:fax"]}, "/scopes/0"),
        ({"scopes": ["tokens:create"]}, "/scopes/0"),
        ({"scopes": "profiles:view"}, "/scopes"),
        ({"expires_in": 59}, "/expires_in"),
        ({"expires_in": 3601}, "/expires_in"),
        ({"expires_in": "900"}, "/expires_in"),
        ({"domain": "osaka"}, "/domain"),
    ],
    ids=str,
)
def test_an_invalid_field_is_rejected(server: Caller, fields: Json, pointer: str) -> None:
    """A token lives one minute to one hour."""
    body = {"agent_id": "agent-7", **fields}
    assert pointers(server.reject("POST", _PATH, body, status=422, code="invalid_request")) == [pointer]


def test_a_scope_that_the_key_lacks_gets_a_403_with_its_name(server: Caller) -> None:
    """A scope that another one includes is allowed."""
    body = {"agent_id": "agent-7", "scopes": ["profiles:edit", "profiles:reveal"]}
    response = server.call("POST", _PATH, body, status=403)
    problem = check_problem(response)
    assert (problem["code"], problem["scope"]) == ("insufficient_scope", "profiles:reveal")
    assert 'scope="profiles:reveal"' in response.headers["WWW-Authenticate"]
    assert "profiles:reveal" in problem["detail"]


def test_an_agent_cannot_create_tokens(credentials: Credentials, server: Caller) -> None:
    """The response says that an API key is needed."""
    body = {"agent_id": "agent-7"}
    agent = _agent(credentials, server)
    problem = agent.reject("POST", _PATH, body, status=403, code="insufficient_scope")
    assert problem["scope"] == "tokens:create"
    assert "Only API keys can have it: create one with `--scope tokens:create`" in problem["detail"]


def test_a_token_of_the_issuer_cannot_create_tokens(authenticated_app: Flask) -> None:
    """An issuer that grants the scope does not change this."""
    issuer = Issuer()
    with run_site() as site:
        site.body = issuer.document
        app_settings = settings(oidc_jwks_url=site.url, master_keys=ONE)
        tokens = verifier_with_long_wait(app_settings)
        app = create_app(app_settings, database=authenticated_app.extensions["database"], tokens=tokens)
        token = issuer.token(scope="profiles:view tokens:create")
        headers = {"Authorization": f"Bearer {token}"}
        response = app.test_client().post(_PATH, json={"agent_id": "agent-7"}, headers=headers)
    assert response.status_code == 403
    assert "Only API keys can have it" in check_problem(response)["detail"]


def test_the_key_of_an_agent_creates_tokens_for_this_agent_only(credentials: Credentials) -> None:
    """The error does not contain the agent of the key."""
    key = credentials.caller(scopes=_AGENT | {Scope.TOKENS}, agent_id="agent-7")
    assert _agent(credentials, key).get("/v1/search-keys")["items"]
    body = {"agent_id": "agent-8"}
    problem = key.reject("POST", _PATH, body, status=422, code="invalid_request")
    assert pointers(problem) == ["/agent_id"]
    assert "agent-7" not in str(problem)


@pytest.mark.parametrize("auth", [True, False])
def test_without_a_master_key_the_problem_says_what_to_set(credentials: Credentials, *, auth: bool) -> None:
    """The rest of the API works without one."""
    app = create_app(Settings(auth=auth), database=credentials.anonymous.database)
    headers = {"Authorization": f"Bearer {credentials.api_key()}"}
    response = app.test_client().post(_PATH, json={"agent_id": "agent-7"}, headers=headers)
    assert response.status_code == 409
    problem = check_problem(response)
    assert problem["code"] == "master_key_missing"
    assert "MASTER_KEYS" in problem["detail"]


def test_without_authentication_tokens_are_created_and_ignored(api: Caller, credentials: Credentials) -> None:
    """So a frontend works unchanged. The token is worthless with authentication."""
    created = api.post(_PATH, {"agent_id": "agent-7"}, status=201)
    assert set(created["scopes"]) == set(Scope) - {Scope.TOKENS}
    headers = {"Authorization": f"Bearer {created['token']}"}
    assert api.get("/v1/settings", headers=headers)
    credentials.anonymous.get("/v1/settings", status=401, headers=headers)


def test_every_invalid_token_gets_the_same_response(credentials: Credentials, server: Caller) -> None:
    """Only the log has the reason."""
    valid = server.post(_PATH, {"agent_id": "agent-7"}, status=201)["token"]
    revoked = credentials.api_key()
    issued = credentials.with_authorization(f"Bearer {revoked}").post(_PATH, {"agent_id": "a"}, status=201)
    revoke_key(credentials.stores.api_keys, revoked[:20], now=now())
    # Another worker, which has not cached the key.
    app = create_app(Settings(master_keys=ONE), database=credentials.anonymous.database)
    responses = set()
    for token in (issued["token"], f"{valid[:-9]}{valid[-8:]}", valid[:-10], "plt_", "plt_a.b.c"):
        with capture_logs() as logs:
            response = app.test_client().get("/v1/settings", headers={"Authorization": f"Bearer {token}"})
        problem = check_problem(response)
        del problem["request_id"], problem["instance"]
        responses.add((response.status_code, response.headers["WWW-Authenticate"], json.dumps(problem)))
        assert logs[0]["event"] == "unauthenticated"
        assert "agent token" in logs[0]["reason"]
        assert token not in str(logs)
    ((status, challenge, _),) = responses
    assert (status, challenge) == (401, _INVALID)


def test_the_creation_and_each_use_are_in_the_audit(credentials: Credentials, server: Caller) -> None:
    """The events show the API key and the agent."""
    agent = _agent(credentials, server)
    profile_id = agent.create()["profile_id"]
    created, used = server.audit()
    key_id = server.client.environ_base["HTTP_AUTHORIZATION"].split()[1][:20]
    assert (created["action"], created["credential_id"]) == ("token_created", key_id)
    assert (created["agent_id"], created["profile_ids"], created["keys"]) == ("agent-7", [], [])
    assert (used["action"], used["agent_id"], used["profile_ids"]) == ("created", "agent-7", [profile_id])
    assert used["credential_id"].partition(".")[0] == key_id
    events = credentials.caller().get("/v1/audit?agent_id=agent-7")["items"]
    assert [event["action"] for event in events] == ["created", "token_created"]


def test_a_token_is_in_no_log(credentials: Credentials, server: Caller) -> None:
    """Even if a library logs it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(log.formatter())
    with redirect_stderr(stream):
        token = server.post(_PATH, {"agent_id": "agent-7"}, status=201)["token"]
        agent = credentials.with_authorization(f"Bearer {token}")
        agent.get("/v1/search-keys")
        credentials.with_authorization(f"Bearer {token}x").get("/v1/search-keys", status=401)
        key = credentials.api_key()
        for text in (token, token.removeprefix("plt_"), key):
            handler.handle(logging.LogRecord("x", logging.INFO, __file__, 1, f"got {text}", (), None))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines[-3:]] == ["got [redacted]"] * 3
    assert len(lines) == 7
    for part in (*token.removeprefix("plt_").split("."), key[21:]):
        assert part not in stream.getvalue()
