"""Document an operation of the API."""

import inspect
from collections.abc import Callable
from http import HTTPStatus

from apispec import APISpec

from service.api.http.operations import Operation
from service.api.http.parsing import JSON, media_types
from service.api.openapi.problem_responses import problem_responses
from service.api.openapi.texts import BEARER, MALFORMED_REQUEST, REQUEST_ID, Node


def document_operation(
    spec: APISpec,
    view: Callable[..., object],
    operation: Operation,
    *,
    method: str,
    path_parameters: list[str],
    tag: str,
) -> Node:
    """Return the document of an operation; its docstring has the summary and the description."""
    summary, _, description = (inspect.getdoc(view) or "").partition("\n\n")
    node: Node = {}
    if operation.query is not None:
        node["parameters"] = [{"in": "query", "schema": operation.query}]
    responses = _successes(operation) | problem_responses(spec, operation, method, path_parameters)
    if not any(status.startswith("4") for status in responses):
        responses["4XX"] = MALFORMED_REQUEST
    node["responses"] = dict(sorted(responses.items()))
    if operation.body is not None:
        content = {"schema": operation.body.schema, "example": operation.body.example}
        node["requestBody"] = {
            "required": True,
            "content": {media_type: dict(content) for media_type in media_types(method)},
        }
    if operation.header_parameters:
        node["parameters"] = [*node.get("parameters", ()), *operation.header_parameters]
    return node | {
        "security": [] if operation.scope is None else [{BEARER: [operation.scope.value]}],
        "summary": summary.removesuffix("."),
        "description": description,
        "tags": [tag],
        "operationId": _operation_id(view.__name__),
    }


def _successes(operation: Operation) -> Node:
    responses = {str(int(operation.status)): _success(operation, operation.status.phrase)}
    if operation.created:
        responses[str(int(HTTPStatus.CREATED))] = _success(operation, operation.created)
    return responses


def _success(operation: Operation, description: str) -> Node:
    response: Node = {"description": description}
    if operation.response_headers:
        response["headers"] = {**operation.response_headers}
    if operation.response is not None:
        content = {"schema": operation.response.schema, "example": operation.response.example}
        response["content"] = {JSON: content}
    response["headers"] = response.get("headers", {}) | REQUEST_ID
    return response


def _operation_id(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)
