"""CORS for the origins of the settings (WHATWG Fetch, 3.2).

The service uses no cookies, so credentials in the sense of Fetch are never allowed. Pages send their own
Authorization header.
"""

import re

from flask import Flask, Response, request
from flask_cors import CORS

from service.api.http.paths import DATA
from service.config import Settings

_METHODS = ["DELETE", "GET", "PATCH", "POST", "PUT"]
_ALLOWED_HEADERS = ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "X-Request-Id"]
_EXPOSED_HEADERS = [
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
]
# Seconds for which a browser may cache a preflight response.
_MAX_AGE = 600


def register(app: Flask, settings: Settings) -> None:
    """Let pages of the configured origins call the operations on data, and read all responses."""
    if not settings.cors_origins:
        return
    app.before_request(_respond_to_preflight)
    # Patterns, because flask-cors would read the brackets of an IPv6 address as a pattern.
    origins = [re.compile(re.escape(origin) + r"\Z") for origin in settings.cors_origins]
    CORS(
        app,
        resources=re.compile(re.escape(DATA)),
        origins=origins,
        methods=_METHODS,
        allow_headers=_ALLOWED_HEADERS,
        expose_headers=_EXPOSED_HEADERS,
        max_age=_MAX_AGE,
        # Add the headers only to requests with an Origin. Errors are responses like others here.
        always_send=False,
        intercept_exceptions=False,
        vary_header=False,
    )
    app.after_request(_add_vary)


def _respond_to_preflight() -> Response | None:
    """Respond to a preflight before authentication and before MongoDB is used."""
    is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    return Response(status=204) if is_preflight and request.path.startswith(DATA) else None


def _add_vary(response: Response) -> Response:
    if request.path.startswith(DATA):
        response.vary.add("Origin")
    return response
