"""What a credential allows, as a frontend reads it."""

from service.model.principal import Scope
from tests.api.caller import Caller
from tests.api.credentials import Credentials


def test_a_client_can_read_what_its_credential_allows(credentials: Credentials) -> None:
    """The scopes include those that other scopes include."""
    api = credentials.caller(domain="tokyo", scopes={Scope.CREATE, Scope.REVEAL}, agent_id="agent-7")
    assert api.get("/v1/credential") == {
        "domain": "tokyo",
        "agent_id": "agent-7",
        "scopes": ["profiles:view", "profiles:create", "profiles:reveal"],
    }


def test_without_authentication_everything_is_allowed(api: Caller) -> None:
    """The credential names no agent."""
    credential = api.get("/v1/credential")
    assert credential == {"domain": "default", "agent_id": None, "scopes": [str(scope) for scope in Scope]}
