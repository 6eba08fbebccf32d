"""Headers that keep browsers and caches from doing with an answer what nobody meant.

Those that OWASP's REST Security Cheat Sheet names for an API. HSTS is left to what ends TLS in front.
"""

from flask import Flask, Response

_HEADERS = {
    # Answers hold personal data: no cache keeps them. The files of the docs page say "no-cache" themselves.
    "Cache-Control": "no-store",
    # Nothing in an answer is to be run or shown. The docs page has a policy of its own.
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def register(app: Flask) -> None:
    """Give every answer these headers, errors included, unless it has them."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    given = {name.lower() for name, _ in response.headers}
    response.headers.extend((name, value) for name, value in _HEADERS.items() if name.lower() not in given)
    return response
