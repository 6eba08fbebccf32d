"""One line of JSON a request: which operation, how it ended and how long it took; nothing that was sent."""

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request

from service.api.context import known_domain, request_id

# Asked every few seconds for as long as the service lives; their answers stand in the metrics.
_PROBES = frozenset({"/livez", "/readyz", "/metrics"})

_log = structlog.get_logger("request")


def configure() -> None:
    """Write the log to the standard error, a line of JSON an event."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Looked up at each line, since tests put another in its place.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def register(app: Flask) -> None:
    """Log every request of the application."""
    app.before_request(_start_the_clock)
    app.after_request(_log_request)


def _start_the_clock() -> None:
    g.received_at = time.perf_counter()


def _log_request(response: Response) -> Response:
    if request.path in _PROBES:
        return response
    now = time.perf_counter()
    _log.info(
        "request",
        method=request.method,
        # The template, not the path: a path can hold what a caller typed into it.
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        milliseconds=round(1000 * (now - g.get("received_at", now)), 1),
        domain=known_domain(),
        request_id=request_id(),
    )
    return response
