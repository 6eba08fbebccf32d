"""Moves the defaults of components into their descriptions.

openapi-typescript makes every property with a ``default`` required, also in requests. Parameters keep theirs.
"""

from collections.abc import Mapping
from typing import Any

import orjson


def describe_defaults(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with the default of each component property appended to its description."""
    components = document["components"]
    schemas = {name: _described(schema) for name, schema in components["schemas"].items()}
    return {**document, "components": {**components, "schemas": schemas}}


def _described(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "properties" not in schema:
        return schema
    properties = {name: _with_default_in_text(prop) for name, prop in schema["properties"].items()}
    return {**schema, "properties": properties}


def _with_default_in_text(prop: Mapping[str, Any]) -> Mapping[str, Any]:
    if "default" not in prop:
        return prop
    default = prop["default"]
    text = default if isinstance(default, str) else orjson.dumps(default).decode()
    others = {name: value for name, value in prop.items() if name != "default"}
    return {**others, "description": f"{prop['description']} Default: `{text}`."}
