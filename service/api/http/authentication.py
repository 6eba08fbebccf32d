"""Authenticate requests, then check that the credential has the scope of the view."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import structlog
from flask import Flask, Response, current_app, request

from service.api.http.context import request_id, state
from service.api.http.limits import RateLimit, client_network
from service.auth.authenticator import Authenticator
from service.auth.key_cache import KeyCache
from service.errors.access import Forbidden, IssuerUnavailable, Unauthenticated
from service.model.principal import ANONYMOUS, Principal, Scope
from service.use_cases.clock import now

_SCOPES_ATTRIBUTE = "scopes"

Scopes = tuple[Scope, ...]

View = TypeVar("View", bound=Callable[..., object])

_log = structlog.get_logger(__name__)


def declare_scopes(view: View, scopes: Scopes) -> View:
    """Declare the scopes of the view, and return it. A view with no scopes is public."""
    vars(view)[_SCOPES_ATTRIBUTE] = scopes
    return view


def public(view: View) -> View:
    """Mark a view as public: it needs no credential."""
    return declare_scopes(view, ())


def scopes_of(view: Callable[..., object]) -> Scopes:
    """Return the scopes of the view, none if it is public. The credential needs any one of them.

    Raises LookupError if the view was decorated neither with its scopes nor as public.
    """
    if not hasattr(view, _SCOPES_ATTRIBUTE):
        raise LookupError(f"The view `{view.__name__}` declares no scope; decorate it.")
    scopes: Scopes = getattr(view, _SCOPES_ATTRIBUTE)
    return scopes


@dataclass(frozen=True, slots=True)
class Scheme:
    """How the requests of an API authenticate."""

    authenticate: Callable[[], Principal]
    """Returns the principal of the current request. Raises ``Unauthenticated``, or an error of the check."""
    keys: KeyCache[Any]
    """The API keys or access keys that authenticate the requests."""


def bearer_scheme(authenticator: Authenticator) -> Scheme:
    """Return the scheme of requests with an API key or a token."""
    return Scheme(lambda: authenticator.authenticate(_credential()), authenticator.keys)


def allow_anonymous(app: Flask) -> None:
    """Allow every request."""
    app.before_request(_set_anonymous)


def register(
    app: Flask, scheme: Scheme, others: Mapping[str, Scheme], failed_auth_limit: RateLimit | None
) -> None:
    """Authenticate and authorize every request.

    ``others`` maps the names of blueprints to their schemes. All other blueprints use ``scheme``. Without
    ``failed_auth_limit``, failed authentications are not limited.
    """
    app.before_request(partial(_authenticate, scheme, others, failed_auth_limit))
    for keys in (scheme.keys, *(other.keys for other in others.values())):
        app.after_request(partial(_record_usage, keys))


def _set_anonymous() -> None:
    state().principal = ANONYMOUS


def _authenticate(scheme: Scheme, others: Mapping[str, Scheme], failed_auth_limit: RateLimit | None) -> None:
    """Set the principal of the request, unless the view is public.

    Raises ``Unauthenticated``, ``IssuerUnavailable``, ``TooManyRequests``, ``Forbidden``, and the other
    errors of ``Scheme.authenticate``.
    """
    rule = request.url_rule
    # Without a rule, Flask responds with a 404 or a 405. Flask itself also responds to OPTIONS.
    if rule is None or (request.method == "OPTIONS" and getattr(rule, "provide_automatic_options", False)):
        return
    scopes = scopes_of(current_app.view_functions[rule.endpoint])
    if not scopes:
        return
    try:
        principal = others.get(request.blueprint or "", scheme).authenticate()
    except (Unauthenticated, IssuerUnavailable) as error:
        _record_failure(error, failed_auth_limit)
        raise
    state().principal = principal
    if not any(map(principal.may, scopes)):
        raise Forbidden(*scopes)


def _record_failure(error: Unauthenticated | IssuerUnavailable, failed_auth_limit: RateLimit | None) -> None:
    """Count a failed authentication, and log it unless the issuer is unavailable.

    A request without a credential is neither counted nor logged. Raises ``TooManyRequests``.
    """
    if isinstance(error, Unauthenticated):
        if error.reason is None:
            return
        _log.warning("unauthenticated", reason=error.reason, request_id=request_id())
    if failed_auth_limit is not None:
        failed_auth_limit.count(client_network())


def _credential() -> str:
    """Return the API key or token in the header Authorization (RFC 6750, section 2.1).

    Raises ``Unauthenticated``.
    """
    header = request.headers.get("Authorization", "").strip()
    scheme, _, credential = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated(has_header=bool(header))
    return credential.strip()


def _record_usage(keys: KeyCache[Any], response: Response) -> Response:
    """Store the key's last-used day after the response is sent, so that no client waits for this."""
    principal, day = state().principal, now().date()
    if principal is not None and keys.mark_used(principal.credential_id, day):
        response.call_on_close(partial(keys.record_usage, principal.credential_id, day))
    return response
