"""Operations on agent tokens."""

from http import HTTPStatus

from flask import Blueprint

from schemas import examples
from schemas.agent_tokens import AgentTokenRequest, AgentTokenResponse
from service.api.http.context import principal, stores
from service.api.http.operations import Content, Operation, audited
from service.api.http.parsing import Loaded
from service.auth import agent_tokens
from service.errors.search_keys import MasterKeyMissing
from service.model.audit import AuditAction
from service.model.principal import Scope
from service.use_cases.audit import Access, Audited
from service.use_cases.clock import now

blueprint = Blueprint("agent-tokens", __name__, url_prefix="/v1/agent-tokens")


@blueprint.post("")
@Operation(
    scope=Scope.TOKENS,
    body=Content(AgentTokenRequest(), examples.AGENT_TOKEN_REQUEST),
    status=HTTPStatus.CREATED,
    response=Content(AgentTokenResponse(), examples.AGENT_TOKEN),
    problems=(MasterKeyMissing,),
)
@audited
def create_agent_token(body: Loaded) -> object:
    """Create a token for the browser of one agent.

    Call this from the server of the agents' frontend, with an API key that has `tokens:create`. No token can
    have this scope. The token has at most the rights of the API key. It ends when the API key expires, and
    within five seconds after the API key is revoked. The token is not stored.
    """
    token = agent_tokens.create_agent_token(stores().keyring, principal(), **body, now=now())
    return Audited(token, [Access([AuditAction.TOKEN_CREATED], agent_id=token.agent_id)])
