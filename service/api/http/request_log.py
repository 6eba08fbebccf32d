"""Log one line per request: the operation, the status and the time, but no data of the request."""

import structlog
from flask import Flask, Response, request

from service.api.http.context import state
from service.api.http.metrics import method_label, route_label

# Probes call these every few seconds. The metrics count them.
_PROBES = frozenset({"/livez", "/readyz", "/metrics"})

_log = structlog.get_logger("request")


def register(app: Flask) -> None:
    """Log every request of the application."""
    app.after_request(_log_request)


def _log_request(response: Response) -> Response:
    if request.path in _PROBES:
        return response
    current = state()
    principal = current.principal
    _log.info(
        "request",
        method=method_label(request),
        route=route_label(request),
        status=response.status_code,
        milliseconds=round(1000 * current.seconds, 1),
        database_milliseconds=round(current.database_milliseconds, 1),
        domain=principal.domain if principal else None,
        credential_id=principal.credential_id if principal else None,
        request_id=current.request_id,
    )
    return response
