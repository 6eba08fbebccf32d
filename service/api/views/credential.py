"""The operation on the credential of the request."""

from flask import Blueprint

from schemas import examples
from schemas.credentials import CredentialResponse
from service.api.http.context import principal
from service.api.http.operations import Content, Operation
from service.model.principal import Scope

blueprint = Blueprint("credential", __name__, url_prefix="/v1/credential")


@blueprint.get("")
@Operation(scope=Scope.VIEW, response=Content(CredentialResponse(), examples.CREDENTIAL))
def read_credential() -> object:
    """Read the domain, the agent and the scopes of the request's credential.

    A frontend can then offer only what the credential allows. With `AUTH=off`, all scopes are granted.
    """
    return principal()
