"""The composition root: create the application from its parts. Importing this module has no effect."""

from typing import Any

from flask import Flask

from service.api import browser, views
from service.api.http import authentication, context, limits, paths, problems, proxies, request_log
from service.api.views import metrics
from service.auth.authenticator import Authenticator
from service.auth.token_verifier import TokenVerifier
from service.config import Settings
from service.store.stores import Stores
from service.use_cases.health import ReadinessTimes


def create_app(
    settings: Settings | None = None,
    *,
    database: Any = None,
    tokens: TokenVerifier | None = None,
    metrics_ttl: float = metrics.CACHE_TTL,
    readiness_times: ReadinessTimes | None = None,
    audit_in_background: bool = False,
) -> Flask:
    """Return the application.

    The settings default to those of the environment, the database and the token verifier to those of the
    settings. No command is sent to MongoDB before a request needs one. ``metrics_ttl`` is in seconds. With a
    given database, a thread writes queued audit events only if ``audit_in_background``. Raises
    ``environs.EnvError`` for invalid settings.
    """
    settings = settings or Settings.from_environment()
    settings.check()
    app = Flask("profile-lookup", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    # "/v1/contacts//7" has an empty contact ID, and must not be redirected to the contact "7".
    app.url_map.merge_slashes = False
    stores = (
        Stores.connect(settings)
        if database is None
        else Stores.over(database, settings, audit_in_background=audit_in_background)
    )
    context.register(app, stores)
    proxies.register(app, settings)
    metrics.register(app, cache_ttl=metrics_ttl)
    request_log.register(app)
    problems.register(app)
    browser.register(app, settings)
    _register_checks(app, settings, stores, tokens)
    views.register(app, stores, readiness_times)
    return app


def _register_checks(app: Flask, settings: Settings, stores: Stores, tokens: TokenVerifier | None) -> None:
    """Check the credential first, then its rate limit, then the path, and MongoDB last."""
    failures = limits.limit_failures(app, settings)
    is_authenticated = settings.auth
    tokens = (tokens or TokenVerifier.of(settings)) if is_authenticated else None
    app.extensions["token_verifier"] = tokens
    authentication.register(app, Authenticator(stores, tokens) if is_authenticated else None, failures)
    limits.register(app, settings)
    paths.register(app)
    app.before_request(context.require_datastore)
