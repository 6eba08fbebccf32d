"""The request at hand and what is kept about it, without the proxies that Flask hands out.

Each look through one of those takes a microsecond, and the hooks of a request look some fifty times.
"""

from typing import Any

from flask import Request, g, request


def this_request() -> Request:
    """Return the request that is being answered."""
    behind: Any = request
    found: Request = behind._get_current_object()  # noqa: SLF001 - documented for this in Werkzeug
    return found


def kept() -> Any:
    """Return what hooks keep for each other while a request is answered: Flask's ``g``."""
    return g._get_current_object()  # noqa: SLF001 - documented for this in Werkzeug
