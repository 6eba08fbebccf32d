"""Responses about the credential of a request."""

from marshmallow import fields, validate

from schemas import common
from schemas.base import Response
from service.model.principal import Scope


class CredentialResponse(Response):
    """What the credential of the request decides."""

    domain = common.string_field("The domain: the customer base that requests use.")
    agent_id = common.string_field("The agent that the credential names, or null.", allow_none=True)
    scopes = fields.List(
        fields.String(validate=validate.OneOf([scope.value for scope in Scope])),
        required=True,
        attribute="granted",
        metadata={"description": "The granted scopes, including the scopes that these include."},
    )
