"""Examples of credentials."""

from schemas.examples.common import Example
from service.model.principal import DEFAULT_AGENT_TOKEN_SECONDS

CREDENTIAL: Example = {
    "domain": "default",
    "agent_id": "agent-7",
    "scopes": ["profiles:view", "profiles:edit", "profiles:create"],
}
AGENT_TOKEN_REQUEST: Example = {
    "agent_id": "agent-7",
    "scopes": ["profiles:edit", "profiles:create"],
    "expires_in": DEFAULT_AGENT_TOKEN_SECONDS,
}
AGENT_TOKEN: Example = {
    **AGENT_TOKEN_REQUEST,
    "token": "plt_eyJhbGciOiJIUzI1NiIsImtpZCI6IjIwMjYtMDEifQ.eyJzdWIiOiJhZ2VudC03In0.c2lnbmF0dXJl",
    "token_type": "Bearer",
    "expires_at": "2026-03-01T09:45:00.000Z",
}
