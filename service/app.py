"""The composition root: everything is put together here, and nothing happens at import."""

from typing import Any

from flask import Flask

from service.api import (
    context,
    cors,
    limits,
    metrics,
    openapi,
    paths,
    problems,
    proxies,
    request_log,
    security_headers,
)
from service.api.json import OrjsonProvider
from service.config import Settings
from service.store.stores import Stores


def create_app(settings: Settings | None = None, *, database: Any = None) -> Flask:
    """Return the application.

    Settings come from the environment unless given, and the database from the settings unless given; it is
    first asked when a request needs it.
    """
    settings = settings or Settings.from_environment()
    app = Flask("profile-lookup", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.json = OrjsonProvider(app)
    # "/v1/contacts//7" names no contact, and must not lead to the contact "7".
    app.url_map.merge_slashes = False
    proxies.register(app, settings)
    metrics.register(app)
    request_log.configure()
    request_log.register(app)
    problems.register(app)
    security_headers.register(app)
    # Before authentication: a preflight has no credential, and of one that keeps failing none is read.
    cors.register(app, settings)
    limits.guard_authentication(app, settings)
    # After it: whose request it is decides how much is left.
    limits.register(app, settings)
    app.before_request(paths.check_request)
    stores = Stores.connect(settings) if database is None else Stores.over(database, settings)
    context.register(app, stores)
    openapi.register(app)
    return app
