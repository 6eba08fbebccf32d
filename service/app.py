"""The composition root: everything is put together here, and nothing happens at import."""

from typing import Any

from flask import Flask

from service import logs
from service.api import context, metrics, openapi, paths, problems, request_log
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
    metrics.register(app)
    logs.configure()
    request_log.register(app)
    problems.register(app)
    stores = Stores.connect(settings) if database is None else Stores.over(database, settings)
    context.register(app, stores)
    app.url_value_preprocessor(paths.check)
    openapi.register(app)
    return app
