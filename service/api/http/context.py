"""What a view needs beside its arguments: the stores, and whose request it is."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app

from service.api.http.current import kept, this_request
from service.api.http.paths import DATA
from service.model.principal import Principal
from service.store.client.deadline import one_deadline
from service.store.stores import Stores
from service.use_cases.ids import random_bits
from service.use_cases.sensitive_limits import Budget

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_EXTENSION = "profile_lookup"
# Not seven digits or more without a letter: they go into the log, and could be a phone number.
_REQUEST_ID = re.compile(r"(?!-*(?:[0-9]-*){7,}\Z)[A-Za-z0-9-]{1,64}")


def register(app: Flask, stores: Stores) -> None:
    """Give the application its stores, and every request an ID."""
    app.extensions[_EXTENSION] = stores
    _give_one_deadline(app, stores.request_seconds)
    app.before_request(_make_ready)
    app.after_request(_return_request_id)


def stores() -> Stores:
    """Return the application's stores."""
    found: Stores = current_app.extensions[_EXTENSION]
    return found


def principal() -> Principal:
    """Return whose request it is; an error where nobody has asked."""
    known: Principal = kept().principal
    return known


def domain() -> str:
    """Return the domain that the request's credential belongs to."""
    return principal().domain


def budget() -> Budget:
    """Return the request's budget of sensitive values."""
    return Budget(stores(), principal())


def known_principal() -> Principal | None:
    """Return whose request it is, or None where it had no valid credential or needed none."""
    known: Principal | None = kept().get("principal")
    return known


def request_id() -> str:
    """Return the request's ID: the caller's where it is well-formed, else a new one."""
    known: str | None = kept().get("request_id")
    if known is None:
        given = this_request().headers.get("X-Request-Id", "")
        known = kept().request_id = given if _REQUEST_ID.fullmatch(given) else f"{random_bits(128):032x}"
    return known


def _give_one_deadline(app: Flask, seconds: float) -> None:
    """Let all that a request asks of MongoDB, in hooks and in the view, share one deadline."""
    inner = app.wsgi_app

    def wsgi_app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with one_deadline(seconds):
            return inner(environ, start_response)

    app.wsgi_app = wsgi_app  # type: ignore[method-assign] # as Flask's documentation has middleware set


def _make_ready() -> None:
    # For whoever was not asked who they are, or asks for what is not there, MongoDB does nothing.
    request = this_request()
    if known_principal() is not None and request.url_rule is not None and request.path.startswith(DATA):
        stores().make_ready()


def _return_request_id(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id()
    return response
