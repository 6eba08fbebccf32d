"""Build the OpenAPI document from the views and their schemas."""

import inspect
import re
from typing import Any, cast

import yaml
from apispec import APISpec, BasePlugin
from apispec.ext.marshmallow import MarshmallowPlugin, resolver
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask import Flask
from marshmallow import Schema
from marshmallow.fields import Field

from schemas.batch import AnyBatchItem
from schemas.contacts import AttributeValue
from schemas.fields import MappingField
from service.api.http import paths
from service.api.http.operations import operation_of
from service.api.openapi import texts
from service.api.openapi.completion import add_links, describe_defaults
from service.api.openapi.operations import document_operation
from service.api.openapi.texts import Node


def to_yaml(app: Flask) -> str:
    """Return the application's document as YAML. The text is the same for the same code."""
    text: str = yaml.dump(build(app), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


def build(app: Flask) -> Node:
    """Return the application's OpenAPI document."""
    spec = _empty_spec()
    for rule in app.url_map.iter_rules():
        operation = operation_of(view := app.view_functions[rule.endpoint])
        if operation is None:
            continue
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        node = document_operation(spec, rule, method, view, operation)
        spec.path(
            re.sub(r"<(\w+)>", r"{\1}", rule.rule),
            operations={method.lower(): node},
            parameters=[*map(paths.document_parameter, sorted(rule.arguments)), texts.REQUEST_ID_PARAMETER],
        )
    spec.path("/metrics", operations={"get": texts.METRICS}, parameters=[texts.REQUEST_ID_PARAMETER])
    return add_links(describe_defaults(spec.to_dict()))


def _empty_spec() -> APISpec:
    marshmallow = MarshmallowPlugin(schema_name_resolver=_component_name)
    spec = APISpec(
        "profile-lookup",
        "v1",
        "3.1.0",
        [marshmallow, _Docstrings()],
        info=texts.INFO,
        servers=[{"url": "/", "description": "This server"}],
    )
    # Not None: APISpec has initialised the plugin.
    converter = cast("OpenAPIConverter", marshmallow.converter)
    converter.add_attribute_function(_document_field)  # type: ignore[no-untyped-call] # apispec does not type it
    for name, header in texts.HEADERS.items():
        spec.components.header(name, header)
    spec.components.security_scheme(texts.BEARER, texts.SECURITY_SCHEME)
    for name, parameter in texts.PARAMETERS.items():
        spec.components.parameter(name, "header", parameter)
    for name, description in texts.TAGS.items():
        spec.tag({"name": name, "description": description})
    return spec


class _Docstrings(BasePlugin):
    """Takes the description of a component from the schema's docstring.

    Adds the keywords in the schema's class attribute ``document``.
    """

    def schema_helper(self, name: str, definition: Node, **kwargs: Any) -> Node:
        del name, definition
        schema = kwargs["schema"]
        cls = schema if isinstance(schema, type) else type(schema)
        return {"description": inspect.getdoc(cls), **getattr(cls, "document", {})}


def _component_name(schema: type[Schema]) -> str:
    """Return the name of a schema's component.

    For example, ``Profile`` for ``ProfileResponse``, ``ProfilePatch`` for ``ProfilePatchRequest``, but
    ``ProfileRequest`` for ``ProfileRequest``.
    """
    name: str = resolver(schema).removesuffix("Response")
    return name.removesuffix("Request") if name.endswith("PatchRequest") else name


class _Dumper(yaml.SafeDumper):
    """Writes YAML without anchors, so repeated examples are written in full."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _document_field(converter: OpenAPIConverter, field: Field[Any], **_kwargs: object) -> Node:
    """Document the types of fields that apispec does not know."""
    if isinstance(field, AttributeValue):
        return {"anyOf": [converter.field2property(field.text), converter.field2property(field.wrapped)]}
    if isinstance(field, AnyBatchItem):
        # Clients see the schema of an item, but an invalid item does not make the request invalid.
        item = converter.resolve_nested_schema(field.schema)  # type: ignore[no-untyped-call] # apispec does not type it
        return {"anyOf": [item, {"description": "Any other value; its result has a `problem`."}]}
    if not isinstance(field, MappingField):
        return {}
    properties: Node = {
        "type": ["object", "null"] if field.allow_none else "object",
        "additionalProperties": converter.field2property(field.values),
    }
    names = {k: v for k, v in converter.field2property(field.names).items() if k != "type"}
    if names:
        properties["propertyNames"] = names
    if field.max_members is not None:
        properties["maxProperties"] = field.max_members
    return properties
