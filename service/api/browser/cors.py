"""CORS for the origins in CORS_ORIGINS (WHATWG Fetch, section 3.2).

The service uses no cookies, so the responses never allow Fetch's `credentials`. Pages set the Authorization
header themselves.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, Response, request
from flask_cors import CORS

from service.api.http.paths import DATA_PATHS, is_data_path
from service.config import Settings

_METHODS = ["DELETE", "GET", "PATCH", "POST", "PUT"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorsPolicy:
    """What pages of the allowed origins may do with an API."""

    paths: re.Pattern[str]
    """Matches the beginning of the paths of the API's operations on data."""
    allowed_headers: Sequence[str]
    """The headers that a page may send."""
    exposed_headers: Sequence[str]
    """The headers of a response that a page may read."""

    def options(self) -> dict[str, object]:
        """Return the options of flask-cors."""
        return {"allow_headers": self.allowed_headers, "expose_headers": self.exposed_headers}


_POLICY = CorsPolicy(
    paths=DATA_PATHS,
    allowed_headers=("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "X-Request-Id"),
    exposed_headers=(
        *(
            "ETag",
            "Idempotency-Replayed",
            "Location",
            "Profile-Merged-Into",
            "RateLimit",
            "RateLimit-Policy",
            "Retry-After",
        ),
        *("WWW-Authenticate", "X-Request-Id"),
    ),
)


def register(app: Flask, settings: Settings, others: Sequence[CorsPolicy]) -> None:
    """Allow pages of the configured origins to call all operations on data and to read their responses.

    ``others`` are the policies of other APIs.
    """
    if not settings.cors_origins:
        return
    app.before_request(_respond_to_preflight)
    # Compiled patterns, because flask-cors would treat the brackets of an IPv6 address as a pattern.
    origins = [re.compile(re.escape(origin) + r"\Z") for origin in settings.cors_origins]
    CORS(
        app,
        resources={policy.paths: policy.options() for policy in (_POLICY, *others)},
        origins=origins,
        methods=_METHODS,
        max_age=600,  # seconds for which a browser may cache a preflight response
        always_send=False,  # no CORS headers if the request has no Origin
        intercept_exceptions=False,  # not needed: error handlers return normal responses
        vary_header=False,  # `_add_vary` adds the header, also if the request has no Origin
    )
    app.after_request(_add_vary)


def _respond_to_preflight() -> Response | None:
    """Respond to a preflight without authentication and without MongoDB; return None for other requests."""
    is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    return Response(status=204) if is_preflight and is_data_path() else None


def _add_vary(response: Response) -> Response:
    if is_data_path():
        response.vary.add("Origin")
    return response
