"""What a view needs beside its arguments: the stores, and whose request it is."""

import re
from uuid import uuid4

from flask import Flask, Response, current_app, g, request

from service.access import ANYBODY, Principal
from service.store.stores import Stores

_EXTENSION = "profile_lookup"
# Not seven digits or more without a letter: they go into the log, and could be a phone number.
_REQUEST_ID = re.compile(r"(?!-*(?:[0-9]-*){7,}\Z)[A-Za-z0-9-]{1,64}")


def register(app: Flask, stores: Stores) -> None:
    """Give the application its stores, and every request an ID."""
    app.extensions[_EXTENSION] = stores
    app.before_request(_make_ready)
    app.after_request(_return_request_id)


def stores() -> Stores:
    """Return the application's stores."""
    found: Stores = current_app.extensions[_EXTENSION]
    return found


def principal() -> Principal:
    """Return whose request it is."""
    known: Principal = g.get("principal", ANYBODY)
    return known


def domain() -> str:
    """Return the domain that the request's credential belongs to."""
    return principal().domain


def request_id() -> str:
    """Return the request's ID: the caller's where it is well-formed, else a new one."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
    known: str = g.request_id
    return known


def _make_ready() -> None:
    if request.path.startswith("/v1/"):
        stores().make_ready()


def _return_request_id(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id()
    return response
