"""Which pages may call from a browser: CORS for the origins that the settings name (WHATWG Fetch, 3.2).

No cookies are used, so credentials in Fetch's sense are never allowed; a page sends its own Authorization.
"""

import re

from flask import Flask, Response, request
from flask_cors import CORS

from service.api.http.paths import DATA
from service.config import Settings

_METHODS = ["DELETE", "GET", "PATCH", "POST", "PUT"]
_ALLOWED = ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "X-Request-Id"]
_EXPOSED = [
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
]
# Seconds that a browser may remember a preflight's answer.
_MAX_AGE = 600


def register(app: Flask, settings: Settings) -> None:
    """Let pages of the configured origins call what is under /v1, and read its answers and its errors.

    Comes before authentication, since a preflight carries no credential.
    """
    if not settings.cors_origins:
        return
    app.before_request(_answer_preflight)
    # Patterns, matched whole: flask-cors would take the brackets of an IPv6 address for one of its own.
    origins = [re.compile(re.escape(origin) + r"\Z") for origin in settings.cors_origins]
    CORS(
        app,
        resources=re.compile(re.escape(DATA)),
        origins=origins,
        methods=_METHODS,
        allow_headers=_ALLOWED,
        expose_headers=_EXPOSED,
        max_age=_MAX_AGE,
        supports_credentials=False,
        # Only where an origin asks; and errors are answers like others by then.
        always_send=False,
        intercept_exceptions=False,
        vary_header=False,
    )
    app.after_request(_vary)


def _answer_preflight() -> Response | None:
    """Answer a preflight before anybody asks for a credential or for the database."""
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers and _is_ours():
        return Response(status=204)
    return None


def _vary(response: Response) -> Response:
    """Tell caches that the answer to another origin is another."""
    if _is_ours():
        response.vary.add("Origin")
    return response


def _is_ours() -> bool:
    return request.path.startswith(DATA)
