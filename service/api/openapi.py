"""The OpenAPI document, made of the views and their schemas, and the page that shows it."""

import inspect
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from http import HTTPStatus
from typing import Any

import flask_smorest
import orjson
import yaml
from apispec import BasePlugin
from apispec.ext.marshmallow import MarshmallowPlugin, resolver
from flask import Flask, Response, redirect
from flask.typing import ResponseReturnValue
from flask_swagger_ui import get_swaggerui_blueprint

from schemas import examples
from schemas.fields import Mapped
from service.api import audit, contacts, exports, health, links, profiles, search_keys, settings
from service.api.authentication import public
from service.api.blueprint import BEARER, MALFORMED, REQUEST_ID, REQUEST_ID_PARAMETER
from service.api.parsing import IDEMPOTENCY_KEY

_DESCRIPTION = """\
Tells a contact-centre agent who is calling, on your own MongoDB.

Bodies are JSON in UTF-8. Errors are problem documents (RFC 9457): decide by `code`, which is stable. An
unknown field is refused with its pointer. Personal values travel in bodies, never in a URL. Lists answer
`items` and `next_cursor`; hand the cursor back for the next page.

A 503 tells when to retry, and that is always safe: a change has the same effect once more, and a profile is
created once for as long as the `Idempotency-Key` is the same.

A contact goes this way: **match** it when it comes in, **associate** it with the profile that the agent
confirms, correct that as often as needed, and **clear** it when the work is done.

Every operation but those for who runs the service asks for a credential, unless the service was started with
`AUTH=off`: an API key, or a token of the OIDC issuer that is set. The credential decides the domain, and what
is allowed: the scope that an operation needs stands at the operation. With `AUTH=off` the service answers to
the names of its own machine: where `Host` is another one, any answer is a 421 (`misdirected_request`). Where
the `Origin` is that of a foreign page, the answer to all but GET is a 403 (`foreign_origin`).
"""
_BLUEPRINTS = (
    contacts.blueprint,
    profiles.blueprint,
    exports.blueprint,
    audit.blueprint,
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
    "IdempotencyReplayed": {
        "description": "`true` where the same request with this `Idempotency-Key` has created the profile "
        "before; absent otherwise.",
        "schema": {"type": "string"},
        "example": "true",
    },
    "Location": {
        "description": "Where the new profile stands.",
        "schema": {"type": "string", "format": "uri-reference"},
        "example": f"/v1/profiles/{examples.PROFILE_ID}",
    },
    "RateLimit": {
        "description": "What is left of the quota, and the seconds until it is whole again "
        "(draft-ietf-httpapi-ratelimit-headers-10); each worker counts by itself.",
        "schema": {"type": "string"},
        "example": '"requests";r=0;t=42',
    },
    "RateLimitPolicy": {
        "description": "The quota, and the seconds that it is for.",
        "schema": {"type": "string"},
        "example": '"requests";q=1200;w=60',
    },
    REQUEST_ID: {
        "description": "The request's ID, as the log has it; quote it when you ask for help.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,64}$"},
        "example": examples.REQUEST_ID,
    },
    "RetryAfter": {
        "description": "Seconds after which to retry.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 1,
    },
    "WWWAuthenticate": {
        "description": "What is wrong with the credential, or the scope that it lacks (RFC 6750).",
        "schema": {"type": "string"},
        "example": 'Bearer realm="profile-lookup"',
    },
}
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (`profile-lookup api-keys create` makes one), or a JWT of the issuer.",
}
_IF_MATCH: dict[str, Any] = {
    "required": False,
    "description": "The `ETag` that the caller saw: the change is made only if it still holds.",
    "schema": {"type": "string"},
    "example": '"1"',
}
_IDEMPOTENCY_KEY: dict[str, Any] = {
    "required": False,
    "description": "A random value of your own, such as a UUID, new for each profile and the same for each "
    "retry: 1 to 255 visible ASCII characters but comma, quotation mark and backslash, in quotation marks "
    "(RFC 9651) or without.",
    "schema": {"type": "string", "pattern": IDEMPOTENCY_KEY.pattern},
    "example": "2f0d3c1e-6a0b-4c7a-9d0e-5b8f1c3a7e42",
}
_METRICS: dict[str, Any] = {
    "summary": "Show the figures for Prometheus",
    "description": "How many requests there were and how long they took, of all workers.",
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
# The page may ask this server and nobody else; it draws with inline styles and data: images.
_PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'none'"
)


class Docstrings(BasePlugin):
    """Describes the component of a schema by its docstring, and by what its fields alone cannot say."""

    def schema_helper(self, name: str, definition: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the description, and the schema's own ``document``."""
        del name, definition
        schema = kwargs["schema"]
        described = schema if isinstance(schema, type) else type(schema)
        return {"description": inspect.getdoc(described), **getattr(described, "document", {})}


def _component_name(schema: Any) -> str:
    """Return the name of a schema's component: what is answered is a Profile, not a ProfileAnswer."""
    name: str = resolver(schema).removesuffix("Answer")
    return name


class Api(flask_smorest.Api):  # type: ignore[misc] # flask-smorest is untyped
    """flask-smorest without what we say ourselves: errors and their components, headers, the page."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to ``problems``."""

    def _register_responses(self) -> None:
        """Document no errors but ours; webargs' own is a name that ours takes the place of."""
        self.spec.components.response("UNPROCESSABLE_ENTITY", {"description": ""}, lazy=True)

    def _register_etag_headers(self) -> None:
        """Leave them to ``_HEADERS``."""

    def _register_pagination_header(self) -> None:
        """Have none: pages are in the bodies."""


def register(app: Flask) -> None:
    """Serve all operations, the document at /openapi.json and its page at /docs."""
    app.config.update(API_TITLE="profile-lookup", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    api = Api(
        app,
        spec_kwargs={
            "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_component_name),
            "extra_plugins": [Docstrings()],
            "info": _info(),
            "servers": [{"url": "/", "description": "This server"}],
        },
    )
    api.ma_plugin.converter.add_attribute_function(_mapped_properties)
    for name, header in _HEADERS.items():
        api.spec.components.header(name, header)
    api.spec.components.security_scheme(BEARER, _BEARER)
    api.spec.components.parameter("IfMatch", "header", _IF_MATCH | {"name": "If-Match"})
    api.spec.components.parameter("IdempotencyKey", "header", _IDEMPOTENCY_KEY | {"name": "Idempotency-Key"})
    for blueprint in _BLUEPRINTS:
        api.register_blueprint(blueprint)
    (metrics,) = app.url_map.iter_rules("metrics.show_metrics")
    api.spec.path(
        rule=metrics, operations={"get": deepcopy(_METRICS)}, parameters=[dict(REQUEST_ID_PARAMETER)]
    )
    app.add_url_rule("/openapi.json", view_func=public(_document_view(app)))
    app.add_url_rule("/docs", view_func=public(_docs))
    page = _page()
    app.register_blueprint(page)
    public(app.view_functions[f"{page.name}.show"])


def to_yaml(app: Flask) -> str:
    """Return the document of the application in YAML, the same for the same code."""
    text: str = yaml.dump(_document(app), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


def _document(app: Flask) -> dict[str, Any]:
    spec = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec
    return links.linked(spec.to_dict())


def _document_view(app: Flask) -> Callable[[], Response]:
    # It takes milliseconds to make and never changes; most tests never ask for it.
    document = cache(lambda: orjson.dumps(_document(app)))

    def openapi_json() -> Response:
        return Response(document(), mimetype="application/json")

    return openapi_json


def _docs() -> ResponseReturnValue:
    """Lead to the page, relative to what the caller sees: Flask would name the host and port that it sees."""
    return redirect("docs/", HTTPStatus.PERMANENT_REDIRECT)


def _page() -> Any:
    # Without a validator the page asks nobody outside.
    config = {
        "app_name": "profile-lookup",
        "layout": "BaseLayout",
        "validatorUrl": None,
        "displayRequestDuration": True,
        "defaultModelsExpandDepth": 0,
    }
    page = get_swaggerui_blueprint("/docs", "/openapi.json", config=config)
    page.after_request(_keep_to_this_server)
    return page


def _keep_to_this_server(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _PAGE_POLICY
    return response


class _Dumper(yaml.SafeDumper):
    """YAML without anchors: an example that occurs twice stands there twice."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Say that nothing is an alias."""
        return True


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
        "type": ["object", "null"] if field.allow_none else "object",
        "additionalProperties": converter.field2property(field.values),
    }
    names = {k: v for k, v in converter.field2property(field.names).items() if k != "type"}
    if names:
        properties["propertyNames"] = names
    if field.most is not None:
        properties["maxProperties"] = field.most
    return properties
