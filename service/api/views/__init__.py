"""The operations of the API, one module per resource."""

from flask import Flask

from service.api.views import audit, contacts, docs, exports, health, openapi, profiles, search_keys, settings
from service.store.stores import Stores
from service.use_cases.health import ReadinessTimes


def register(app: Flask, stores: Stores, readiness_times: ReadinessTimes | None) -> None:
    """Serve all operations, and their document. The document has the operations in this order."""
    app.register_blueprint(contacts.blueprint)
    app.register_blueprint(profiles.blueprint)
    app.register_blueprint(exports.blueprint)
    app.register_blueprint(audit.blueprint)
    app.register_blueprint(search_keys.blueprint)
    app.register_blueprint(settings.blueprint)
    health.register(app, stores, readiness_times)
    openapi.register(app)
    docs.register(app)
