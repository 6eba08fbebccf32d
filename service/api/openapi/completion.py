"""Complete the generated OpenAPI document: describe defaults, and link operations.

openapi-typescript makes every component property with a ``default`` required, also in requests. So the
defaults of component properties are moved to the descriptions. Parameters keep their ``default``.

A link names an operation that can follow a response (OpenAPI 3.1, section 4.8.20). Each successful response
of a source operation (``_SOURCES``) links to all other operations on the same profile, contact or search key.
"""

from collections.abc import Iterator, Mapping

import orjson

from service.api.openapi.texts import Node

_PROFILE_ID = "$response.body#/profile_id"
_CONTACT_ID = "$request.path.contact_id"

_SOURCES: Mapping[str, Mapping[str, str]] = {
    "createProfile": {"profile_id": _PROFILE_ID},
    "createProfileForContact": {"profile_id": _PROFILE_ID, "contact_id": _CONTACT_ID},
    "associateContact": {"profile_id": _PROFILE_ID, "contact_id": _CONTACT_ID},
    "clearContact": {"contact_id": _CONTACT_ID},
    "defineSearchKey": {"key": "$request.path.key"},
}
"""For each source operation: path parameters of other operations, each with the expression for its value."""

_ETAG = {"header.If-Match": "$response.header.ETag"}


def add_links(document: Node) -> Node:
    """Add the links to the document, and return it."""
    operations = {operation["operationId"]: (path, operation) for path, operation in _operations(document)}
    for source, provided in _SOURCES.items():
        for status, response in operations[source][1]["responses"].items():
            if status.startswith("2"):
                response["links"] = {
                    target[0].upper() + target[1:]: _link(
                        target, name, provided[name], target_operation, response
                    )
                    for target, (path, target_operation) in operations.items()
                    for name in provided
                    if target != source and f"{{{name}}}" in path
                }
    return document


def _operations(document: Node) -> Iterator[tuple[str, Node]]:
    for path, item in document["paths"].items():
        for name, operation in item.items():
            if name != "parameters":
                yield path, operation


def _link(
    target: str, parameter: str, expression: str, target_operation: Node, source_response: Node
) -> Node:
    """Return a link to the operation ``target``, with the expression as the value of a path parameter.

    If the source response has an ETag and the target accepts If-Match, the link sends the ETag in If-Match.
    """
    parameters = target_operation.get("parameters", ())
    is_conditional = any("IfMatch" in each.get("$ref", "") for each in parameters)
    version = _ETAG if is_conditional and "ETag" in source_response["headers"] else {}
    return {
        "operationId": target,
        "description": target_operation["summary"] + ".",
        "parameters": {parameter: expression, **version},
    }


def describe_defaults(document: Node) -> Node:
    """Return the document with the defaults of component properties moved into their descriptions."""
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
