"""Who asks, before anything else is looked at: the credential of a request, and the scope it needs."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import structlog
from flask import Flask, Request, Response, current_app

from service.api.http.context import known_principal, request_id
from service.api.http.current import kept, this_request
from service.api.http.limits import FailureLimit
from service.auth.authenticator import Authenticator
from service.errors.access import Forbidden, IssuerUnavailable, Unauthenticated
from service.model.principal import ANONYMOUS, Scope
from service.use_cases.clock import now

_SCHEME = "bearer"

View = TypeVar("View", bound=Callable[..., Any])

_log = structlog.get_logger(__name__)


def public(view: View) -> View:
    """Mark a view as one that asks for no credential."""
    vars(view)["public"] = True
    return view


def is_public(view: Callable[..., Any]) -> bool:
    """Return whether the view is marked so."""
    return getattr(view, "public", False)


def scope_of(view: Callable[..., Any]) -> Scope | None:
    """Return the scope that the view declares, or None."""
    scope: Scope | None = getattr(view, "_apidoc", {}).get("scope")
    return scope


def register(app: Flask, authenticator: Authenticator | None, failures: FailureLimit | None) -> None:
    """Authenticate and authorize every request; without an authenticator, allow every request."""
    if authenticator is None:
        app.before_request(_let_anybody_in)
    else:
        app.before_request(partial(_let_in, authenticator, failures))
        app.after_request(partial(_note_use, authenticator))


def _let_anybody_in() -> None:
    kept().principal = ANONYMOUS


def _let_in(authenticator: Authenticator, failures: FailureLimit | None) -> None:
    """Set ``g.principal``.

    Raises ``Unauthenticated``, ``IssuerUnavailable``, ``TooManyRequests`` and ``Forbidden``.
    """
    request = this_request()
    rule = request.url_rule
    # Without a rule it is a 404 or a 405. Flask answers OPTIONS itself, from the rules alone.
    if rule is None or (request.method == "OPTIONS" and getattr(rule, "provide_automatic_options", False)):
        return
    view = current_app.view_functions[rule.endpoint]
    if is_public(view):
        return
    scope = scope_of(view)
    if scope is None:
        raise LookupError(f"{rule.endpoint} declares no scope")
    # A request without a credential is no failed attempt.
    credential = _credential(request)
    try:
        principal = kept().principal = authenticator.authenticate(credential)
    except (Unauthenticated, IssuerUnavailable) as error:
        if isinstance(error, Unauthenticated):
            _log.warning("unauthenticated", reason=error.reason, request_id=request_id())
        if failures is not None:
            failures.count_failure()
        raise
    if not principal.may(scope):
        raise Forbidden(scope)


def _credential(request: Request) -> str:
    """Return what follows ``Bearer`` in the header (RFC 6750, 2.1); raises ``Unauthenticated``."""
    scheme, _, credential = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != _SCHEME:
        raise Unauthenticated
    return credential.strip()


def _note_use(authenticator: Authenticator, response: Response) -> Response:
    """Have the day noted once the answer is sent: nobody waits for it."""
    principal, day = known_principal(), now().date()
    if principal is not None and authenticator.is_first_use(principal.credential_id, day):
        response.call_on_close(partial(authenticator.note_use, principal.credential_id, day))
    return response
