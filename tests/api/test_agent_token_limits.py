"""The limits of each agent, and what an agent token costs."""

from typing import Any

from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from service.model.principal import Scope
from tests.api.credentials import Credentials
from tests.master_keys import ONE

_PATH = "/v1/agent-tokens"
_SERVER = frozenset({Scope.EDIT, Scope.CREATE, Scope.TOKENS})


def _limited(credentials: Credentials, **limits: Any) -> FlaskClient:
    """Return a client of another worker, with these limits and without a warm cache."""
    settings = Settings(master_keys=ONE, **limits)
    return create_app(settings, database=credentials.anonymous.database).test_client()


def _create(client: FlaskClient, key: str, agent_id: str, seconds: int = 900) -> dict[str, str]:
    """Return the header with a new token for an agent."""
    body = {"agent_id": agent_id, "expires_in": seconds}
    response = client.post(_PATH, json=body, headers={"Authorization": f"Bearer {key}"})
    return {"Authorization": f"Bearer {response.get_json()['token']}"}


def test_each_agent_has_its_own_rate_limit(credentials: Credentials) -> None:
    """All tokens of an agent share it. The API key has one more."""
    client, key = _limited(credentials, rate_limit_per_minute=3), credentials.api_key()
    first, again = _create(client, key, "agent-7", 60), _create(client, key, "agent-7")
    other = _create(client, key, "agent-8")

    def call(headers: dict[str, str]) -> int:
        return client.get("/v1/settings", headers=headers).status_code

    assert call({"Authorization": f"Bearer {key}"}) == 429
    assert [call(headers) for headers in (first, first, again, again, first)] == [200, 200, 200, 429, 429]
    assert call(other) == 200


def test_each_agent_has_its_own_limit_of_sensitive_values(credentials: Credentials) -> None:
    """A new token for the same agent does not reset it."""
    credentials.caller().define("ssn", type="digits", sensitive=True)
    client, key = _limited(credentials, sensitive_values_per_hour=2), credentials.api_key(scopes=_SERVER)

    def search(agent_id: str) -> int:
        body = {"criteria": [{"key": "ssn", "values": ["123"]}]}
        headers = _create(client, key, agent_id)
        return client.post("/v1/profiles/search", json=body, headers=headers).status_code

    assert [search("agent-7") for _ in range(3)] == [200, 200, 429]
    assert search("agent-8") == 200


def test_a_token_causes_no_database_command_when_its_key_is_cached(credentials: Credentials) -> None:
    """Tokens of several agents, which are used for the first time, share the cached key."""
    key = credentials.api_key(scopes=_SERVER)
    client = credentials.anonymous.client.application.test_client()
    tokens = [_create(client, key, f"agent-{number}") for number in range(3)]
    credentials.commands.sent.clear()
    for token in tokens:
        assert client.get("/v1/settings", headers=token).status_code == 403
    assert credentials.commands.sent == []
