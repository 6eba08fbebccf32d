"""Requests and responses of agent tokens."""

from collections.abc import Sequence

from marshmallow import ValidationError, fields, validate

from schemas.base import Request, Response
from schemas.common import list_field, string_field, time_field
from schemas.fields import BoundedList, Integer, Text
from service.model.principal import (
    DEFAULT_AGENT_TOKEN_SECONDS,
    MAX_AGENT_TOKEN_SECONDS,
    MIN_AGENT_TOKEN_SECONDS,
    TOKEN_SCOPES,
    Scope,
)

_SCOPES = "The scopes of the token."
_IS_SCOPE = validate.OneOf([scope.value for scope in TOKEN_SCOPES])


def _check_distinct(scopes: Sequence[Scope]) -> None:
    if len(set(scopes)) < len(scopes):
        raise ValidationError("Must not contain a scope twice.")


class AgentTokenRequest(Request):
    """The agent, and the rights and the lifetime of the agent's token."""

    agent_id = Text(
        required=True,
        description="The agent who uses the token. If the API key names an agent, no other agent is allowed.",
    )
    scopes = BoundedList(
        fields.String(validate=_IS_SCOPE, post_load=Scope),
        min_items=1,
        max_items=len(TOKEN_SCOPES),
        validate=[_check_distinct],
        load_default=lambda: None,
        metadata={
            "description": f"{_SCOPES} The API key must have each of them. By default, all scopes of the API "
            "key except `tokens:create`.",
            "uniqueItems": True,
        },
    )
    expires_in = Integer(
        strict=True,
        load_default=DEFAULT_AGENT_TOKEN_SECONDS,
        validate=validate.Range(min=MIN_AGENT_TOKEN_SECONDS, max=MAX_AGENT_TOKEN_SECONDS),
        metadata={"description": "The lifetime in seconds.", "example": DEFAULT_AGENT_TOKEN_SECONDS},
    )


class AgentTokenResponse(Response):
    """A token for one agent. It is not stored, so it cannot be shown again."""

    token = string_field("The token: send it as `Authorization: Bearer …`. Its format can change.")
    token_type = fields.String(
        required=True,
        validate=validate.OneOf(["Bearer"]),
        metadata={"description": "Always `Bearer` (RFC 6750)."},
    )
    agent_id = string_field("The agent who uses the token.")
    scopes = list_field(fields.String(validate=_IS_SCOPE), _SCOPES)
    expires_at = time_field("When the token expires. It ends earlier if its API key is revoked.")
    expires_in = fields.Integer(
        required=True,
        metadata={
            "description": "The lifetime in seconds. Shorter than requested if the API key expires earlier."
        },
    )
