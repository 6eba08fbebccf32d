"""Links in the OpenAPI document: the operations that can follow an operation (OpenAPI 3.1, 4.8.20).

An operation that creates or changes a profile, contact or search key links to all operations on it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_BODY = "$response.body#/profile_id"

_SOURCES: Mapping[str, Mapping[str, str]] = {
    "createProfile": {"profile_id": _BODY},
    "createProfileForContact": {"profile_id": _BODY, "contact_id": "$request.path.contact_id"},
    "associateContact": {"profile_id": _BODY, "contact_id": "$request.path.contact_id"},
    "clearContact": {"contact_id": "$request.path.contact_id"},
    "defineSearchKey": {"key": "$request.path.key"},
}
"""By operation ID, the path parameters that an operation determines and the expressions of their values."""

_IF_MATCH = "IfMatch"
_ETAG = {"header.If-Match": "$response.header.ETag"}


def linked(document: dict[str, Any]) -> dict[str, Any]:
    """Add the links to the document and return it."""
    operations = {operation["operationId"]: (path, operation) for path, operation in _operations(document)}
    for source, expressions in _SOURCES.items():
        for status, response in operations[source][1]["responses"].items():
            if status.startswith("2"):
                response["links"] = {
                    target[0].upper() + target[1:]: _link(target, name, expression, operation, response)
                    for target, (path, operation) in operations.items()
                    for name, expression in expressions.items()
                    if target != source and f"{{{name}}}" in path
                }
    return document


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for name, operation in item.items():
            if name != "parameters":
                yield path, operation


def _link(
    target: str, parameter: str, expression: str, operation: Mapping[str, Any], response: Mapping[str, Any]
) -> dict[str, object]:
    conditional = any(_IF_MATCH in each.get("$ref", "") for each in operation.get("parameters", ()))
    version = _ETAG if conditional and "ETag" in response["headers"] else {}
    return {
        "operationId": target,
        "description": operation["summary"] + ".",
        "parameters": {parameter: expression, **version},
    }
