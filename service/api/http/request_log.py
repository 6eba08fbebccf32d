"""One line of JSON a request: which operation, how it ended and how long it took; nothing that was sent."""

from typing import Any

import structlog
from flask import Flask, Response

from service.api.http.context import known_principal, request_id
from service.api.http.current import this_request
from service.api.views.metrics import method, route, seconds_so_far
from service.store.client import tracing

# Asked every few seconds for as long as the service lives; their answers stand in the metrics.
_PROBES = frozenset({"/livez", "/readyz", "/metrics"})

_log = structlog.get_logger("request")


def register(app: Flask) -> None:
    """Log every request of the application, and have its commands to MongoDB carry its ID."""
    # Among the first things that Flask calls: what else looks at a path may refuse it.
    app.url_value_preprocessor(_begin)
    app.after_request(_log_request)
    app.teardown_request(lambda _error: tracing.end())


def _begin(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    tracing.begin(request_id())


def _log_request(response: Response) -> Response:
    request = this_request()
    if request.path in _PROBES:
        return response
    who = known_principal()
    _log.info(
        "request",
        method=method(request),
        route=route(request),
        status=response.status_code,
        milliseconds=round(1000 * seconds_so_far(), 1),
        database_milliseconds=round(tracing.database_milliseconds(), 1),
        domain=who.domain if who else None,
        credential_id=who.credential_id if who else None,
        request_id=request_id(),
    )
    return response
