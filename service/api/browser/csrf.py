"""Whose page a request comes from, where nobody is asked for a credential: ours, or one that is named.

Any page that a developer looks at can have the browser send a POST without a body to this machine, and no
preflight asks us first. It cannot read the answer, but it has acted. What it can neither change nor leave out
is the header Origin (WHATWG Fetch, 3.1).
"""

from flask import Flask

from service.api.browser.refusals import own_origin
from service.api.http.current import this_request
from service.api.http.request_errors import ForeignOrigin
from service.config import Settings

# They change nothing, and CORS keeps their answers from other pages.
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Flask, settings: Settings) -> None:
    """Refuse changes by foreign pages where authentication is off; no browser sends a token by itself."""
    if settings.auth:
        return
    named = frozenset(settings.cors_origins)

    def check_origin() -> None:
        """Raise ``ForeignOrigin`` for a change by another page; programs name no origin."""
        request = this_request()
        if request.method in _READING:
            return
        origin = request.headers.get("Origin")
        if origin is not None and origin != own_origin(request) and origin not in named:
            raise ForeignOrigin

    app.before_request(check_origin)
