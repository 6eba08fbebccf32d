"""The audit over HTTP."""

from typing import Any

from schemas import examples
from schemas.audit import AuditRequest, AuditResponse
from service.api.http.context import domain, stores
from service.api.openapi.blueprint import MET_BY_ALL, Blueprint
from service.model.audit import AuditFilter
from service.model.principal import Scope
from service.use_cases import audit

blueprint = Blueprint(
    "audit",
    __name__,
    url_prefix="/v1/audit",
    description="Who looked at whom.",
    met_by_all=MET_BY_ALL,
)


@blueprint.route("", methods=["GET"])
@blueprint.requires(Scope.ADMIN)
@blueprint.arguments(AuditRequest(), location="query")
@blueprint.response(200, AuditResponse(), example=examples.AUDIT)
def list_audit_events(query: dict[str, Any]) -> Any:
    """List who looked at, changed, exported or erased which profile, newest first.

    By profile, agent and time; every parameter given must agree. A look-up is there within two seconds,
    anything else before it is answered.
    """
    limit, cursor = query.pop("limit"), query.pop("cursor")
    return audit.list_events(stores(), domain(), AuditFilter(**query), limit=limit, cursor=cursor)
