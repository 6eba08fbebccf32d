"""The operations of the API, one module per resource."""

from flask import Flask

from service.api.views import (
    agent_tokens,
    audit,
    batch,
    contacts,
    credential,
    docs,
    exports,
    health,
    lists,
    merges,
    profiles,
    search_keys,
    settings,
)
from service.store.stores import Stores
from service.use_cases.health import ReadinessTimes


def register(app: Flask, stores: Stores, readiness_times: ReadinessTimes | None) -> None:
    """Register all operations and their OpenAPI document, which lists the operations in this order."""
    for module in (
        contacts,
        profiles,
        merges,
        batch,
        lists,
        exports,
        audit,
        search_keys,
        settings,
        credential,
        agent_tokens,
    ):
        app.register_blueprint(module.blueprint)
    health.register(app, stores, readiness_times)
    docs.register(app)
