"""Log one line per request. It contains no data of a caller: the route is a template."""

import structlog
from flask import Response, request

from service.api.http.context import state
from service.store.client import tracing

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
# Probes request these paths every few seconds. They are counted, but not logged.
_NOT_LOGGED = frozenset({"/livez", "/readyz", "/metrics"})

_log = structlog.get_logger("request")


def log_request(response: Response) -> Response:
    """Log the operation, the status and the duration. This is a hook for Flask's ``after_request``."""
    if request.path in _NOT_LOGGED:
        return response
    current = state()
    principal = current.principal
    _log.info(
        "request",
        method=method(),
        route=route(),
        status=response.status_code,
        milliseconds=round(1000 * current.seconds, 1),
        database_milliseconds=round(tracing.database_milliseconds(), 1),
        domain=principal.domain if principal else None,
        credential_id=principal.credential_id if principal else None,
        request_id=current.request_id,
    )
    return response


def method() -> str:
    """Return the method of the request, or ``other`` for an unknown method."""
    return request.method if request.method in _METHODS else "other"


def route() -> str | None:
    """Return the template of the path, because the path itself can contain a personal value."""
    return request.url_rule.rule if request.url_rule else None
