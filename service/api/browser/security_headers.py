"""Security headers of all responses, as OWASP's REST Security Cheat Sheet recommends for an API.

HSTS is left to the proxy that terminates TLS.
"""

from flask import Flask, Response

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


def register(app: Flask) -> None:
    """Add these headers to every response, errors included, unless the response has them."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
