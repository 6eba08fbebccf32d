"""Operations on audit events."""

from flask import Blueprint

from schemas import examples
from schemas.audit import AuditRequest, AuditResponse
from service.api.http.context import domain, stores
from service.api.http.operations import Content, Operation
from service.api.http.parsing import Loaded
from service.model.audit import AuditFilter
from service.model.principal import Scope
from service.use_cases import audit

blueprint = Blueprint("audit", __name__, url_prefix="/v1/audit")


@blueprint.get("")
@Operation(scope=Scope.ADMIN, query=AuditRequest(), response=Content(AuditResponse(), examples.AUDIT))
def list_audit_events(query: Loaded) -> object:
    """List the audit events, newest first.

    An event shows which agent viewed, changed, exported or erased a profile. An event must match all filters.
    Events of matches, searches and reads are written within a second after the response, other events before
    the response.
    """
    limit, cursor = query.pop("limit"), query.pop("cursor")
    return audit.list_events(stores(), domain(), AuditFilter(**query), limit=limit, cursor=cursor)
