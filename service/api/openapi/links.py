"""Links in the OpenAPI document: where to go on with what an operation has answered (OpenAPI 3.1, 4.8.20).

Each operation on a profile, a contact or a search key follows from those that bring one about.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_BODY = "$response.body#/profile_id"

_FROM: Mapping[str, Mapping[str, str]] = {
    "createProfile": {"profile_id": _BODY},
    "createProfileForContact": {"profile_id": _BODY, "contact_id": "$request.path.contact_id"},
    "associateContact": {"profile_id": _BODY, "contact_id": "$request.path.contact_id"},
    "clearContact": {"contact_id": "$request.path.contact_id"},
    "defineSearchKey": {"key": "$request.path.key"},
}
"""What an operation brings about, by its ID: the variable part of a path, and where its value is found."""

_IF_MATCH = "IfMatch"
_ETAG = {"header.If-Match": "$response.header.ETag"}


def linked(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document, its links added."""
    operations = {operation["operationId"]: (path, operation) for path, operation in _operations(document)}
    for source, known in _FROM.items():
        for status, response in operations[source][1]["responses"].items():
            if status.startswith("2"):
                response["links"] = {
                    target[0].upper() + target[1:]: _link(target, part, known[part], operation, response)
                    for target, (path, operation) in operations.items()
                    for part in known
                    if target != source and f"{{{part}}}" in path
                }
    return document


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for name, operation in item.items():
            if name != "parameters":
                yield path, operation


def _link(
    target: str, part: str, expression: str, operation: Mapping[str, Any], response: Mapping[str, Any]
) -> dict[str, Any]:
    conditional = any(_IF_MATCH in each.get("$ref", "") for each in operation.get("parameters", ()))
    version = _ETAG if conditional and "ETag" in response["headers"] else {}
    return {
        "operationId": target,
        "description": operation["summary"] + ".",
        "parameters": {part: expression, **version},
    }
