"""The composition root: everything is put together here, and nothing happens at import."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from service import logs
from service.api.browser import cors, refusals, security_headers
from service.api.browser import csrf as origins
from service.api.browser import host_validation as hosts
from service.api.http import authentication, context, limits, paths, problems, proxies, request_log
from service.api.http.json import OrjsonProvider
from service.api.http.rendering import CACHE_TTL
from service.api.openapi import document as openapi
from service.api.views import docs, health, metrics
from service.auth.authenticator import Authenticator
from service.auth.token_verifier import TokenVerifier
from service.config import Settings
from service.store.stores import Stores
from service.use_cases.lookup_entries import ReadinessTimes


class Application(Flask):
    """Flask, none of whose views and hooks is a coroutine: it need not look at each of them each time."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function."""
        return func


def create_app(
    settings: Settings | None = None,
    *,
    database: Any = None,
    tokens: TokenVerifier | None = None,
    metrics_ttl: float = CACHE_TTL,
    readiness_times: ReadinessTimes | None = None,
) -> Flask:
    """Return the application.

    Settings come from the environment unless given, and the database and the verifier of tokens from the
    settings unless given. The database is first asked when a request needs it. The figures at /metrics are
    reused for ``metrics_ttl`` seconds. Raises ``environs.EnvError`` for settings that cannot be.
    """
    settings = settings or Settings.from_environment()
    settings.check()
    app = Application("profile-lookup", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.json = OrjsonProvider(app)
    # "/v1/contacts//7" names no contact, and must not lead to the contact "7".
    app.url_map.merge_slashes = False
    proxies.register(app, settings)
    metrics.register(app, cache_ttl=metrics_ttl)
    logs.configure()
    request_log.register(app)
    problems.register(app)
    security_headers.register(app)
    # First of those that refuse: what is for another host is not looked at, be it a preflight.
    refused = refusals.RefusalLog()
    hosts.register(app, settings, refused)
    refusals.register(app, settings, refused)
    origins.register(app, settings)
    # Before authentication: a preflight has no credential.
    cors.register(app, settings)
    failures = limits.limit_failures(app, settings)
    stores = Stores.connect(settings) if database is None else Stores.over(database, settings)
    # In this order: who asks comes before what is asked for, and MongoDB last.
    is_guarded = settings.auth == "on"
    tokens = (tokens or TokenVerifier.of(settings)) if is_guarded else None
    app.extensions["token_verifier"] = tokens
    authenticator = Authenticator(stores, tokens) if is_guarded else None
    authentication.register(app, authenticator, failures)
    # After it: whose request it is decides how much is left.
    limits.register(app, settings)
    paths.register(app)
    context.register(app, stores)
    health.register(app, stores, readiness_times)
    openapi.register(app)
    docs.register(app)
    return app
