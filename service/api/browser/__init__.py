"""Protect the service and its data from web pages.

With authentication, the credential protects the data: no browser adds it by itself. Otherwise a page could
point its host name to 127.0.0.1 and read all responses (DNS rebinding), but it cannot change the Host header.
And it could send a POST without a body and without a preflight (CSRF), but it can neither change nor omit the
header Origin (WHATWG Fetch, 3.1).
"""

import re

from flask import Flask, Response, request

from service.api.browser import cors
from service.api.browser.refusals import RefusalLog, log_refused_origins, own_origin
from service.api.http.problems import ForeignOrigin, InvalidHost, Misdirected
from service.config import Settings, is_loopback

# As OWASP's REST Security Cheat Sheet recommends for an API. HSTS is left to the proxy that terminates TLS.
_HEADERS = {
    # Responses hold personal data, so no cache may keep them. The files of the docs page send "no-cache".
    "Cache-Control": "no-store",
    # Browsers must not run or show anything of a response. The docs page has a policy of its own.
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# RFC 3986, 3.2.2: a name, an IPv4 address, or an IPv6 address in brackets; then a port. Commas are rejected,
# although a name may have them: WSGI servers join repeated headers with commas.
_HOST = re.compile(
    r"(?:\[(?P<ipv6>[0-9a-f:.]+)\]|(?P<name>(?:[a-z0-9._~!$&'()*+;=-]|%[0-9a-f]{2})+))(?::[0-9]*)?",
    re.ASCII | re.IGNORECASE,
)
# These change nothing, and CORS hides their responses from other pages.
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Flask, settings: Settings) -> None:
    """Register all defences. Register them before authentication: a CORS preflight has no credential."""
    refusals = RefusalLog()
    app.after_request(_add_security_headers)
    # Validated first: a request for another host is rejected even if it is a preflight.
    app.before_request(lambda: _check_host(refusals, local_only=not settings.auth))
    log_refused_origins(app, settings, refusals)
    if not settings.auth:
        allowed = frozenset(settings.cors_origins)
        app.before_request(lambda: _check_origin(allowed))
    cors.register(app, settings)


def _add_security_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _check_host(refusals: RefusalLog, *, local_only: bool) -> None:
    """Raise ``InvalidHost``, or ``Misdirected`` if only this machine is served and the Host is another.

    An empty Host is valid: the URI has no host (RFC 9112, 3.2.4). Browsers always send a host, and cannot
    call over a Unix socket, where requests have no remote address.
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
    # A name may end in the root's dot, and all names under localhost are loopback (RFC 6761, 6.3).
    name = (host["ipv6"] or host["name"]).lower().removesuffix(".")
    return is_loopback(name) or name.endswith(".localhost")


def _check_origin(allowed: frozenset[str]) -> None:
    """Raise ``ForeignOrigin`` for a change by another page; programs send no Origin."""
    origin = request.headers.get("Origin")
    if request.method not in _SAFE_METHODS and origin not in {None, own_origin(), *allowed}:
        raise ForeignOrigin
