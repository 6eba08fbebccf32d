"""Describe the defaults of request bodies in words, so that generated clients may omit the fields.

openapi-typescript makes every property of a component that has a ``default`` required, also in requests.
Parameters keep their defaults.
"""

import orjson

from service.api.openapi.texts import Node


def describe_defaults(document: Node) -> Node:
    """Return the document with the default of each component's property in its description."""
    components = document["components"]
    schemas = {name: _describe_properties(schema) for name, schema in components["schemas"].items()}
    return document | {"components": components | {"schemas": schemas}}


def _describe_properties(schema: Node) -> Node:
    if "properties" not in schema:
        return schema
    return schema | {"properties": {name: _describe(prop) for name, prop in schema["properties"].items()}}


def _describe(prop: Node) -> Node:
    if "default" not in prop:
        return prop
    default = prop["default"]
    text = default if isinstance(default, str) else orjson.dumps(default).decode()
    others = {name: value for name, value in prop.items() if name != "default"}
    return {**others, "description": f"{prop['description']} Default: `{text}`."}
