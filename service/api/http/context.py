"""The state of the current request, and the stores that its view uses."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, current_app, g, request

from service.api.http.paths import is_data_request
from service.model.identifiers import REQUEST_ID
from service.model.principal import Principal
from service.store.client import tracing
from service.store.client.deadline import one_deadline
from service.store.stores import Stores
from service.use_cases import aliases
from service.use_cases.ids import random_bits
from service.use_cases.sensitive_values import GuessLimit

_EXTENSION = "profile_lookup"
# An ID of seven or more digits without a letter could be a phone number, and request IDs are logged.
_REQUEST_ID = re.compile(rf"(?!-*(?:[0-9]-*){{7,}}\Z){REQUEST_ID.pattern}")


@dataclass(slots=True)
class RequestState:
    """The state of one request, stored as ``flask.g.state``."""

    request_id: str
    received_at: float
    principal: Principal | None = None
    """None until the request is authenticated, and for public views."""
    body: bytes | None = None
    """The body, if it was read to authenticate the request."""

    @property
    def seconds(self) -> float:
        """The seconds since the request was received."""
        return perf_counter() - self.received_at


def register(app: Flask, stores: Stores) -> None:
    """Set the state, the ID and the deadline of each request. Register this first."""
    app.extensions[_EXTENSION] = stores
    _set_deadline(app, stores.request_seconds)
    # Flask calls URL value preprocessors before all other hooks, so rejected requests also have a state.
    app.url_value_preprocessor(begin_request)
    app.after_request(_add_headers)
    app.teardown_request(lambda _error: tracing.end_trace())


def begin_request(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Set ``g.state``, and attribute all following MongoDB commands to the request."""
    header = request.headers.get("X-Request-Id", "")
    request_id = header if _REQUEST_ID.fullmatch(header) else f"{random_bits(128):032x}"
    g.state = RequestState(request_id, perf_counter())
    tracing.begin_trace(request_id)
    aliases.begin_request()


def require_datastore() -> None:
    """Raise ``DatastoreUnavailable`` if the datastore is not ready for an authenticated request on data."""
    if state().principal is not None and is_data_request():
        stores().make_ready()


def state() -> RequestState:
    """Return the state of the current request."""
    current: RequestState = g.state
    return current


def stores() -> Stores:
    """Return the stores of the application."""
    current: Stores = current_app.extensions[_EXTENSION]
    return current


def principal() -> Principal:
    """Return the principal of the request. Raises LookupError if the request is not authenticated."""
    current = state().principal
    if current is None:
        raise LookupError("The request is not authenticated.")
    return current


def domain() -> str:
    """Return the domain of the request's credential."""
    return principal().domain


def sensitive_value_limit() -> GuessLimit:
    """Return the limit on sensitive values for the request's principal."""
    return GuessLimit(stores(), principal())


def request_id() -> str:
    """Return the request's ID: the client's ID if it is valid, otherwise a generated ID."""
    return state().request_id


def _set_deadline(app: Flask, seconds: float) -> None:
    """Set one deadline for all MongoDB commands of a request, including the commands of hooks."""
    inner = app.wsgi_app

    def wsgi_app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with one_deadline(seconds):
            return inner(environ, start_response)

    app.wsgi_app = wsgi_app  # type: ignore[method-assign] # Flask documents this for middleware


def _add_headers(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id()
    if target := aliases.noted_target():
        response.headers["Profile-Merged-Into"] = target
    return response
