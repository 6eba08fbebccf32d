"""The OpenAPI document, made of the views and their schemas, and the page that shows it."""

from typing import Any

import flask_smorest
import yaml
from flask import Flask
from flask_swagger_ui import get_swaggerui_blueprint

from schemas import examples
from schemas.base import Mapped
from service.api import contacts, health, profiles, search_keys, settings

_DESCRIPTION = """\
Tells a contact-centre agent who is calling, on your own MongoDB.

Bodies are JSON in UTF-8. Errors are problem documents (RFC 9457): decide by `code`, which is stable. An
unknown field is refused with its pointer. Personal values travel in bodies, never in a URL. Lists answer
`items` and `next_cursor`; hand the cursor back for the next page.

A contact goes this way: **match** it when it comes in, **associate** it with the profile that the agent
confirms, correct that as often as needed, and **clear** it when the work is done.
"""
_BLUEPRINTS = (
    contacts.blueprint,
    profiles.blueprint,
    search_keys.blueprint,
    settings.blueprint,
    health.blueprint,
)
_HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {
        "description": "The profile's version, for `If-Match`.",
        "schema": {"type": "string"},
        "example": '"1"',
    },
    "Location": {
        "description": "Where the new profile stands.",
        "schema": {"type": "string", "format": "uri-reference"},
        "example": f"/v1/profiles/{examples.PROFILE_ID}",
    },
    "RetryAfter": {
        "description": "Seconds after which to retry.",
        "schema": {"type": "integer"},
        "example": 1,
    },
}
_IF_MATCH: dict[str, Any] = {
    "required": False,
    "description": "The `ETag` that the caller saw: the change is made only if it still holds.",
    "schema": {"type": "string"},
    "example": '"1"',
}


class Api(flask_smorest.Api):  # type: ignore[misc] # flask-smorest is untyped
    """flask-smorest without its own error answers: each blueprint documents its problems."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to ``problems``."""


def register(app: Flask) -> None:
    """Serve all operations, the document at /openapi.json and its page at /docs."""
    app.config.update(API_TITLE="profile-lookup", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    app.config.update(OPENAPI_URL_PREFIX="/", OPENAPI_JSON_PATH="openapi.json")
    api = Api(app, spec_kwargs={"info": _info(), "servers": [{"url": "/", "description": "This server"}]})
    api.ma_plugin.converter.add_attribute_function(_mapped_properties)
    for name, header in _HEADERS.items():
        api.spec.components.header(name, header)
    api.spec.components.parameter("IfMatch", "header", _IF_MATCH | {"name": "If-Match"})
    for blueprint in _BLUEPRINTS:
        api.register_blueprint(blueprint)
    # Without a validator the page asks nobody outside.
    page = {"app_name": "profile-lookup", "layout": "BaseLayout", "validatorUrl": None}
    app.register_blueprint(get_swaggerui_blueprint("/docs", "/openapi.json", config=page))


def to_yaml(app: Flask) -> str:
    """Return the document of the application in YAML, the same for the same code."""
    spec = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec
    text: str = yaml.safe_dump(spec.to_dict(), sort_keys=False, allow_unicode=True, width=110)
    return text


def _info() -> dict[str, Any]:
    return {
        "description": _DESCRIPTION,
        "license": {"name": "MIT", "identifier": "MIT"},
        "summary": "Who is calling: customer profile look-up for contact centres.",
    }


def _mapped_properties(converter: Any, field: Any, **_kwargs: Any) -> dict[str, Any]:
    """Document an object whose member names the caller chooses."""
    if not isinstance(field, Mapped):
        return {}
    properties = {
        "additionalProperties": converter.field2property(field.values),
        "propertyNames": {k: v for k, v in converter.field2property(field.names).items() if k != "type"},
        "maxProperties": field.most,
    }
    return properties | {"type": ["object", "null"] if field.allow_none else "object"}
