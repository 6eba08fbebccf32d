"""The state of the current request, and the stores that its view uses."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, current_app, g, request

from service.api.http.paths import DATA
from service.model.identifiers import REQUEST_ID
from service.model.principal import Principal
from service.store.client import tracing
from service.store.client.deadline import one_deadline
from service.store.stores import Stores
from service.use_cases.ids import random_bits
from service.use_cases.sensitive_values import Budget

_EXTENSION = "profile_lookup"
# Seven digits or more without a letter could be a phone number, and request IDs are logged.
_REQUEST_ID = re.compile(rf"(?!-*(?:[0-9]-*){{7,}}\Z){REQUEST_ID.pattern}")


@dataclass(slots=True)
class RequestState:
    """What the service knows about one request. It is on ``flask.g`` as ``g.state``."""

    request_id: str
    received_at: float
    principal: Principal | None = None
    """None until the request is authenticated, and for public views."""

    @property
    def seconds(self) -> float:
        """Return the seconds since the request was received."""
        return perf_counter() - self.received_at


def register(app: Flask, stores: Stores) -> None:
    """Give each request its state, its ID and its deadline. Register this first."""
    app.extensions[_EXTENSION] = stores
    _set_deadline(app, stores.request_seconds)
    # Flask calls URL value preprocessors before all other hooks, which may reject the request.
    app.url_value_preprocessor(begin_request)
    app.after_request(_add_request_id)
    app.teardown_request(lambda _error: tracing.end_trace())


def begin_request(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Set ``g.state``, and send the request's ID with its MongoDB commands."""
    header = request.headers.get("X-Request-Id", "")
    request_id = header if _REQUEST_ID.fullmatch(header) else f"{random_bits(128):032x}"
    g.state = RequestState(request_id, perf_counter())
    tracing.begin_trace(request_id)


def require_datastore() -> None:
    """Raise ``DatastoreUnavailable`` if an authenticated request for data cannot be served."""
    if state().principal is not None and request.url_rule is not None and request.path.startswith(DATA):
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
    """Return the principal of the request; raises LookupError if the request is not authenticated."""
    current = state().principal
    if current is None:
        raise LookupError("The request is not authenticated.")
    return current


def domain() -> str:
    """Return the domain of the request's credential."""
    return principal().domain


def budget() -> Budget:
    """Return the request's budget of sensitive values."""
    return Budget(stores(), principal())


def request_id() -> str:
    """Return the ID of the request: the caller's if it is valid, otherwise a new one."""
    return state().request_id


def _set_deadline(app: Flask, seconds: float) -> None:
    """Let all MongoDB commands of a request share one deadline, those of hooks included."""
    inner = app.wsgi_app

    def wsgi_app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with one_deadline(seconds):
            return inner(environ, start_response)

    app.wsgi_app = wsgi_app  # type: ignore[method-assign] # Flask documents this for middleware


def _add_request_id(response: Response) -> Response:
    response.headers["X-Request-Id"] = request_id()
    return response
