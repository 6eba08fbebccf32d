"""CORS for the origins in CORS_ORIGINS (WHATWG Fetch, section 3.2).

The service uses no cookies, so the responses never allow Fetch's `credentials`. Pages set the Authorization
header themselves.
"""

import re

from flask import Flask, Response, request
from flask_cors import CORS

from service.api.http.paths import DATA_PATHS, is_data_path
from service.config import Settings

_METHODS = ["DELETE", "GET", "PATCH", "POST", "PUT"]
_ALLOWED_HEADERS = ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "X-Request-Id"]
_EXPOSED_HEADERS = [
    *("ETag", "Idempotency-Replayed", "Location", "RateLimit", "RateLimit-Policy", "Retry-After"),
    *("WWW-Authenticate", "X-Request-Id"),
]


def register(app: Flask, settings: Settings) -> None:
    """Allow pages of the configured origins to call all operations on data and to read their responses."""
    if not settings.cors_origins:
        return
    app.before_request(_respond_to_preflight)
    # Compiled patterns, because flask-cors would treat the brackets of an IPv6 address as a pattern.
    origins = [re.compile(re.escape(origin) + r"\Z") for origin in settings.cors_origins]
    CORS(
        app,
        resources=DATA_PATHS,
        origins=origins,
        methods=_METHODS,
        allow_headers=_ALLOWED_HEADERS,
        expose_headers=_EXPOSED_HEADERS,
        max_age=600,  # seconds for which a browser may cache a preflight response
        always_send=False,  # no CORS headers if the request has no Origin
        intercept_exceptions=False,  # not needed: error handlers return normal responses
        vary_header=False,  # `_add_vary` adds the header, also if the request has no Origin
    )
    app.after_request(_add_vary)


def _respond_to_preflight() -> Response | None:
    """Respond to a preflight without authentication and without MongoDB."""
    is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    return Response(status=204) if is_preflight and is_data_path() else None


def _add_vary(response: Response) -> Response:
    if is_data_path():
        response.vary.add("Origin")
    return response
