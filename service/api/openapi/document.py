"""The OpenAPI document, made of the views and their schemas."""

import inspect
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import flask_smorest
import orjson
import yaml
from apispec import BasePlugin
from apispec.ext.marshmallow import MarshmallowPlugin, resolver
from flask import Flask, Response

from schemas import examples
from schemas.contact_attributes import AttributeValue
from schemas.fields import MappingField
from service.api.http.authentication import public
from service.api.openapi import links
from service.api.openapi.blueprint import BEARER, MALFORMED, REQUEST_ID, REQUEST_ID_PARAMETER
from service.api.openapi.defaults import describe_defaults
from service.api.openapi.texts import (
    HEADERS,
    IDEMPOTENCY_KEY_PARAMETER,
    IF_MATCH_PARAMETER,
    INFO,
    SECURITY_SCHEME,
)
from service.api.views import audit, contacts, exports, health, profiles, search_keys, settings

_BLUEPRINTS = (
    contacts.blueprint,
    profiles.blueprint,
    exports.blueprint,
    audit.blueprint,
    search_keys.blueprint,
    settings.blueprint,
    health.blueprint,
)
_METRICS: dict[str, Any] = {
    "summary": "Show the figures for Prometheus",
    "description": "How many requests there were, how long they took, and what matches found, of all "
    "workers. Up to five seconds old. Not for the public: let your Prometheus alone reach it.",
    "operationId": "readMetrics",
    "tags": [health.blueprint.name],
    "security": [],
    "responses": {
        "200": {
            "description": "OK",
            "headers": {"X-Request-Id": REQUEST_ID},
            "content": {"text/plain": {"schema": {"type": "string"}, "example": examples.METRICS}},
        },
        "4XX": {"description": MALFORMED},
    },
}


class Docstrings(BasePlugin):
    """Describes the component of a schema by its docstring, and by what its fields alone cannot say."""

    def schema_helper(self, name: str, definition: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the description, and the schema's own ``document``."""
        del name, definition
        schema = kwargs["schema"]
        described = schema if isinstance(schema, type) else type(schema)
        return {"description": inspect.getdoc(described), **getattr(described, "document", {})}


def _component_name(schema: Any) -> str:
    """Return the name of a schema's component: ``Profile`` for ``ProfileResponse``."""
    name: str = resolver(schema).removesuffix("Response")
    return name.removesuffix("Request") if name.endswith("PatchRequest") else name


class Api(flask_smorest.Api):  # type: ignore[misc] # flask-smorest is untyped
    """flask-smorest without what we say ourselves: errors and their components, headers, the page."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to ``problems``."""

    def _register_responses(self) -> None:
        """Document no errors but ours; webargs' own is a name that ours takes the place of."""
        self.spec.components.response("UNPROCESSABLE_ENTITY", {"description": ""}, lazy=True)

    def _register_etag_headers(self) -> None:
        """Leave them to ``HEADERS``."""

    def _register_pagination_header(self) -> None:
        """Have none: pages are in the bodies."""


def register(app: Flask) -> None:
    """Serve all operations, and the document at /openapi.json."""
    app.config.update(API_TITLE="profile-lookup", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    api = Api(
        app,
        spec_kwargs={
            "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_component_name),
            "extra_plugins": [Docstrings()],
            "info": INFO,
            "servers": [{"url": "/", "description": "This server"}],
        },
    )
    api.ma_plugin.converter.add_attribute_function(_mapped_properties)
    api.ma_plugin.converter.add_attribute_function(_alternatives)
    for name, header in HEADERS.items():
        api.spec.components.header(name, header)
    api.spec.components.security_scheme(BEARER, SECURITY_SCHEME)
    api.spec.components.parameter("IfMatch", "header", IF_MATCH_PARAMETER)
    api.spec.components.parameter("IdempotencyKey", "header", IDEMPOTENCY_KEY_PARAMETER)
    for blueprint in _BLUEPRINTS:
        api.register_blueprint(blueprint)
    (metrics,) = app.url_map.iter_rules("metrics.show_metrics")
    api.spec.path(
        rule=metrics, operations={"get": deepcopy(_METRICS)}, parameters=[dict(REQUEST_ID_PARAMETER)]
    )
    app.add_url_rule("/openapi.json", view_func=public(_document_view(app)))


def to_yaml(app: Flask) -> str:
    """Return the document of the application in YAML, the same for the same code."""
    text: str = yaml.dump(_document(app), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


def _document(app: Flask) -> dict[str, Any]:
    spec = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec
    return links.linked(describe_defaults(spec.to_dict()))


def _document_view(app: Flask) -> Callable[[], Response]:
    # It takes milliseconds to make and never changes; most tests never ask for it.
    document = cache(lambda: orjson.dumps(_document(app)))

    def openapi_json() -> Response:
        return Response(document(), mimetype="application/json")

    return openapi_json


class _Dumper(yaml.SafeDumper):
    """YAML without anchors: an example that occurs twice stands there twice."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Say that nothing is an alias."""
        return True


def _mapped_properties(converter: Any, field: Any, **_kwargs: Any) -> dict[str, Any]:
    """Document an object whose member names the caller chooses."""
    if not isinstance(field, MappingField):
        return {}
    properties = {
        "type": ["object", "null"] if field.allow_none else "object",
        "additionalProperties": converter.field2property(field.values),
    }
    names = {k: v for k, v in converter.field2property(field.names).items() if k != "type"}
    if names:
        properties["propertyNames"] = names
    if field.max_members is not None:
        properties["maxProperties"] = field.max_members
    return properties


def _alternatives(converter: Any, field: Any, **_kwargs: Any) -> dict[str, Any]:
    """Document a field that takes text or an object."""
    if not isinstance(field, AttributeValue):
        return {}
    return {"anyOf": [converter.field2property(field.plain), converter.field2property(field.wrapped)]}
