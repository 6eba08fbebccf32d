"""The composition root, which creates the application from its parts. Importing it has no side effects."""

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service.api import browser, views
from service.api.http import authentication, context, limits, metrics, paths, problems, request_log
from service.api.views import panel
from service.auth.authenticator import Authenticator
from service.auth.token_verifier import TokenVerifier
from service.aws import blueprint as aws
from service.aws.authentication import signature_scheme
from service.aws.cors import CORS_POLICY
from service.config import Settings
from service.server import log
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

    By default, reads the settings from the environment, and creates the database client and the token
    verifier from the settings. Sends no command to MongoDB before a request needs one. ``metrics_ttl`` is in
    seconds. If ``database`` is given, a thread writes queued audit events only with ``audit_in_background``.
    Raises ``environs.EnvError`` for invalid settings and ``MasterKeyringError`` for invalid master keys.
    """
    settings = settings or Settings.from_environment()
    settings.check()
    # Here too, so that no other WSGI server writes personal values to its log.
    log.configure_structlog()
    app = Flask("profile-lookup", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    # "/v1/contacts//7" has an empty contact ID and must not redirect to the contact "7".
    app.url_map.merge_slashes = False
    stores = (
        Stores.connect(settings)
        if database is None
        else Stores.over(database, settings, audit_in_background=audit_in_background)
    )
    context.register(app, stores)
    _trust_proxies(app, settings)
    metrics.register(app, cache_ttl=metrics_ttl)
    app.after_request(request_log.log_request)
    problems.register(app)
    _register_checks(app, settings, stores, tokens)
    views.register(app, stores, readiness_times)
    panel.register(app, settings)
    if settings.aws_api:
        aws.register(app)
    return app


def _trust_proxies(app: Flask, settings: Settings) -> None:
    if hops := settings.trusted_proxies:
        # Each proxy appends one entry to X-Forwarded-For and X-Forwarded-Proto. With n proxies, the entry of
        # the client is the n-th from the right. Clients can forge the entries before that.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign] # Flask documents this for middleware


def _register_checks(app: Flask, settings: Settings, stores: Stores, tokens: TokenVerifier | None) -> None:
    """Register the checks of each request: host, origin, credential, rate limit, path, MongoDB."""
    browser.register(app, settings, [CORS_POLICY] if settings.aws_api else [])
    tokens = (tokens or TokenVerifier.of(settings)) if settings.auth else None
    app.extensions["token_verifier"] = tokens
    if settings.auth:
        bearer = authentication.bearer_scheme(Authenticator(stores, tokens))
        others = {aws.NAME: signature_scheme(stores)} if settings.aws_api else {}
        failures = limits.RateLimit("failed-authentications", limits.FAILURES_PER_MINUTE)
        authentication.register(app, bearer, others, failures if settings.limits_failures else None)
    else:
        authentication.allow_anonymous(app)
    limits.register(app, settings)
    paths.register(app)
    app.before_request(context.require_datastore)
