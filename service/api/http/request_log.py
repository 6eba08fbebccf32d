"""Log one line for each request, except requests for health checks and metrics.

The line contains no personal data: it has the template of the route instead of the path.
"""

import structlog
from flask import Response, request

from service.api.http.context import state
from service.store.client import tracing

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
# Programs request these paths every few seconds. The requests are counted, but not logged.
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
    """Return the template of the path, because the path itself can contain a personal value.

    Return None if no route matches the path.
    """
    return request.url_rule.rule if request.url_rule else None
