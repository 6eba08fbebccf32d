"""Protect the service and its data from web pages.

With authentication, the credential protects the data, because browsers do not add it automatically. Without
authentication, a page could point its host name to 127.0.0.1 and read all responses (DNS rebinding), but it
cannot change the header Host. A page could also send a POST without a body and without a preflight (CSRF),
but it can neither change nor omit the header Origin (WHATWG Fetch, section 3.1). So both headers are checked.
"""

import re
from collections.abc import Sequence

from flask import Flask, Response, request

from service.api.browser import cors
from service.api.browser.refusals import RefusalLog, log_refused_origins, own_origin
from service.api.http.problems import ForeignOrigin, InvalidHost, Misdirected
from service.config import Settings, is_loopback

# Recommended for APIs by OWASP's REST Security Cheat Sheet. The proxy that terminates TLS should add HSTS.
_HEADERS = {
    # Responses contain personal data, so no cache may store them. Files of the docs page and the agent panel
    # contain none, and have their own value.
    "Cache-Control": "no-store",
    # Browsers must not run or display anything from a response. The docs page and the agent panel have their
    # own policies.
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# RFC 3986, 3.2.2: a name, an IPv4 address, or an IPv6 address in brackets, with an optional port. RFC 3986
# allows commas in names, but they are rejected here, because WSGI servers join repeated headers with commas.
_HOST = re.compile(
    r"(?:\[(?P<ipv6>[0-9a-f:.]+)\]|(?P<name>(?:[a-z0-9._~!$&'()*+;=-]|%[0-9a-f]{2})+))(?::[0-9]*)?",
    re.ASCII | re.IGNORECASE,
)
# Methods that change nothing. CORS hides their responses from pages of other origins.
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Flask, settings: Settings, other_policies: Sequence[cors.CorsPolicy] = ()) -> None:
    """Register all checks. Call this before authentication's ``register``: a preflight has no credential.

    ``other_policies`` are the CORS policies of other APIs.
    """
    refusals = RefusalLog()
    app.after_request(_add_security_headers)
    # Check the host first: a request to a wrong host is rejected even if it is a preflight.
    app.before_request(lambda: _check_host(refusals, local_only=not settings.auth))
    log_refused_origins(app, settings, refusals)
    if not settings.auth:
        allowed = frozenset(settings.cors_origins)
        app.before_request(lambda: _check_origin(allowed))
    cors.register(app, settings, other_policies)


def _add_security_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _check_host(refusals: RefusalLog, *, local_only: bool) -> None:
    """Raise ``InvalidHost``, or ``Misdirected`` if ``local_only`` and the Host does not name this machine.

    Accept an empty Host: it is valid (RFC 9112, section 3.2.4), and browsers never send it. Accept any valid
    Host without a remote address: the request came through a Unix socket, which browsers cannot use.
    """
    host = request.headers.get("Host")
    if host is None and request.environ["SERVER_PROTOCOL"] != "HTTP/1.0":
        raise InvalidHost
    if not host:
        return
    parts = _HOST.fullmatch(host)
    if parts is None:
        raise InvalidHost
    if local_only and request.remote_addr and not _is_this_machine(parts):
        refusals.log_host(host)
        raise Misdirected


def _is_this_machine(host: re.Match[str]) -> bool:
    # A name may end with a dot (the DNS root). All names under localhost are loopback (RFC 6761).
    name = (host["ipv6"] or host["name"]).lower().removesuffix(".")
    return is_loopback(name) or name.endswith(".localhost")


def _check_origin(allowed: frozenset[str]) -> None:
    """Raise ``ForeignOrigin`` if a page sends a change, and its origin is neither ``allowed`` nor our own.

    Clients that are not browsers send no Origin.
    """
    origin = request.headers.get("Origin")
    if request.method not in _SAFE_METHODS and origin not in {None, own_origin(), *allowed}:
        raise ForeignOrigin
