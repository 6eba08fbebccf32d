"""Defaults of request bodies in the OpenAPI document: in words, so that generated clients may leave them out.

openapi-typescript makes every property of a component that has a ``default`` required, those of requests too.
Parameters keep theirs.
"""

from typing import Any

import orjson


def describe_defaults(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the default of each property of a component at the end of its description."""
    components = document["components"]
    schemas = {name: _described(schema) for name, schema in components["schemas"].items()}
    return document | {"components": components | {"schemas": schemas}}


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    if "properties" not in schema:
        return schema
    properties = {name: _with_text(prop) for name, prop in schema["properties"].items()}
    return schema | {"properties": properties}


def _with_text(prop: dict[str, Any]) -> dict[str, Any]:
    if "default" not in prop:
        return prop
    default = prop["default"]
    text = default if isinstance(default, str) else orjson.dumps(default).decode()
    others = {name: value for name, value in prop.items() if name != "default"}
    return others | {"description": f"{prop['description']} Default: `{text}`."}
