"""Reject changes by foreign web pages if authentication is disabled.

Any page can make the browser send a POST without a body to this machine, without a preflight. The page
cannot read the response, but the change is made. The page can neither change nor omit the header Origin
(WHATWG Fetch, 3.1).
"""

from flask import Flask, request

from service.api.browser.refusals import own_origin
from service.api.http.request_errors import ForeignOrigin
from service.config import Settings

# These change nothing, and CORS hides their responses from other pages.
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Flask, settings: Settings) -> None:
    """Check the origin of changes. With authentication, no browser adds the credential by itself."""
    if settings.auth:
        return
    allowed = frozenset(settings.cors_origins)

    def check_origin() -> None:
        """Raise ``ForeignOrigin`` for a change by another page; programs send no Origin."""
        origin = request.headers.get("Origin")
        if request.method in _SAFE_METHODS or origin is None or origin in allowed:
            return
        if origin != own_origin():
            raise ForeignOrigin

    app.before_request(check_origin)
