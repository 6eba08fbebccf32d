"""Document an operation of the API and its problems. Each problem has an example."""

import inspect
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus

from apispec import APISpec
from werkzeug.routing import Rule

from schemas import examples
from schemas.base import UNKNOWN_FIELD
from schemas.operations import Problem
from service.api.http import paths, problems
from service.api.http.operations import MERGED_INTO, Operation
from service.api.http.parsing import JSON, media_types
from service.api.openapi.texts import BEARER, MALFORMED_REQUEST, REQUEST_ID, Node
from service.errors.access import Forbidden, IssuerUnavailable, TooManyRequests, Unauthenticated
from service.errors.base import ServiceError
from service.errors.datastore import DatastoreUnavailable, NotReady
from service.errors.records import PossibleDuplicates, UniqueKeyTaken
from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import TooManySearchKeys, TooManySensitiveValues, ValueSealed
from service.model.limits import MAX_SEARCH_KEYS
from service.model.possible_duplicates import PossibleDuplicate

_DEFAULT_MAX_BODY_BYTES = 256 * 1024
_CREDENTIAL_ERRORS = {Forbidden, IssuerUnavailable, TooManyRequests, Unauthenticated}
_BODY_ERRORS = {
    problems.IncompleteBody,
    InvalidRequest,
    problems.MalformedJson,
    problems.PayloadTooLarge,
    problems.UnsupportedMediaType,
}
_EXAMPLES: Mapping[type[ServiceError], ServiceError] = {
    InvalidRequest: InvalidRequest([FieldError("/nickname", UNKNOWN_FIELD)]),
    UniqueKeyTaken: UniqueKeyTaken(
        "customer_number", examples.PROFILE_ID, stored_form="C-1001", is_identifier=True
    ),
    PossibleDuplicates: PossibleDuplicates(
        [PossibleDuplicate(examples.DUPLICATE_ID, examples.DUPLICATE_MATCHED_ON)]
    ),
    ValueSealed: ValueSealed("2026-01"),
    TooManySearchKeys: TooManySearchKeys(MAX_SEARCH_KEYS),
    problems.MalformedJson: problems.MalformedJson(
        "The body is not valid JSON at line 1, column 16; send valid JSON in UTF-8."
    ),
    TooManyRequests: TooManyRequests(42),
    TooManySensitiveValues: TooManySensitiveValues(1800),
    NotReady: NotReady({"mongodb": "ok", "indexes": "missing: profiles.lookup"}),
}
_SHARED_CODES = {
    *("association_not_found", "contact_cleared", "datastore_unavailable", "insufficient_scope"),
    *("internal_error", "issuer_unavailable", "malformed_json", "master_key_missing", "payload_too_large"),
    *("profile_not_found", "rate_limited", "too_many_sensitive_values", "unauthenticated"),
    *("unique_key_taken", "version_conflict"),
}
"""Problem codes. A response that has only codes from this set becomes a component that operations share."""

_CHALLENGE = {"WWW-Authenticate": "WWWAuthenticate"}
_RETRY_AFTER = {"Retry-After": "RetryAfter"}
_HEADERS = {
    HTTPStatus.UNAUTHORIZED: _CHALLENGE,
    HTTPStatus.FORBIDDEN: _CHALLENGE,
    HTTPStatus.SERVICE_UNAVAILABLE: _RETRY_AFTER,
    HTTPStatus.TOO_MANY_REQUESTS: _RETRY_AFTER
    | {"RateLimit": "RateLimit", "RateLimit-Policy": "RateLimitPolicy"},
}


def document_operation(
    spec: APISpec, rule: Rule, method: str, view: Callable[..., object], operation: Operation
) -> Node:
    """Return the OpenAPI object of an operation. The view's docstring has the summary and description."""
    summary, _, description = (inspect.getdoc(view) or "").partition("\n\n")
    node: Node = {}
    if operation.query is not None:
        node["parameters"] = [{"in": "query", "schema": operation.query}]
    successes = {operation.status: operation.status.phrase}
    if operation.created_description:
        successes[HTTPStatus.CREATED] = operation.created_description
    responses = {str(int(status)): _success(rule, operation, text) for status, text in successes.items()}
    responses |= _problem_responses(spec, rule, method, operation)
    if not any(status.startswith("4") for status in responses):
        responses["4XX"] = MALFORMED_REQUEST
    node["responses"] = dict(sorted(responses.items()))
    if operation.body is not None:
        content = {media_type: operation.body.document() for media_type in media_types(method)}
        node["requestBody"] = {"required": True, "content": content}
    if operation.header_parameters:
        node["parameters"] = [*node.get("parameters", ()), *operation.header_parameters]
    return node | {
        "security": [{BEARER: [scope.value]} for scope in operation.scopes],
        "summary": summary.removesuffix("."),
        "description": description,
        "tags": [rule.endpoint.partition(".")[0]],
        "operationId": _operation_id(view.__name__),
    }


def _success(rule: Rule, operation: Operation, description: str) -> Node:
    response: Node = {"description": description}
    headers = {**operation.response_headers}
    if "profile_id" in rule.arguments:
        headers |= MERGED_INTO
    if headers:
        response["headers"] = headers
    if operation.response is not None:
        response["content"] = {JSON: operation.response.document()}
    response["headers"] = response.get("headers", {}) | REQUEST_ID
    return response


def _operation_id(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def _problem_responses(spec: APISpec, rule: Rule, method: str, operation: Operation) -> Node:
    """Return the responses for an operation's problems, by status."""
    by_status: dict[HTTPStatus, dict[str, Node]] = {}
    for error in sorted(_example_errors(rule, method, operation), key=lambda error: error.code):
        problem = problems.from_error(error, examples.REQUEST_ID)
        by_status.setdefault(problems.status_of(type(error)), {})[error.code] = problem
    unexpected = problems.internal_error(examples.REQUEST_ID)
    by_status[HTTPStatus.INTERNAL_SERVER_ERROR] = {"internal_error": unexpected}
    return {str(int(status)): _response(spec, status, by_code) for status, by_code in by_status.items()}


def _example_errors(rule: Rule, method: str, operation: Operation) -> list[ServiceError]:
    """Return an example of each error that the operation can raise."""
    errors = set(operation.problems)
    error_examples: dict[type[ServiceError], ServiceError] = {
        **_EXAMPLES,
        problems.PayloadTooLarge: problems.PayloadTooLarge(
            operation.max_body_bytes or _DEFAULT_MAX_BODY_BYTES
        ),
        problems.UnsupportedMediaType: problems.UnsupportedMediaType(media_types(method)),
    }
    if operation.scopes:
        errors |= _CREDENTIAL_ERRORS | {DatastoreUnavailable, InvalidRequest}
        error_examples[Forbidden] = Forbidden(*operation.scopes)
    if operation.body is not None:
        errors |= _BODY_ERRORS
    elif rule.arguments:
        error_examples[InvalidRequest] = InvalidRequest(paths.field_errors(min(rule.arguments), ""))
    # Error classes without an example take no arguments.
    return [error_examples.get(error) or error() for error in errors]


def _response(spec: APISpec, status: HTTPStatus, by_code: Mapping[str, Node]) -> Node | str:
    """Return the response for these problems, or the name of its component if it is shared."""
    by_name = {code: {"summary": problem["title"], "value": problem} for code, problem in by_code.items()}
    response: Node = {
        "description": ", or ".join(problem["title"] for problem in by_code.values()) + ".",
        "headers": _HEADERS.get(status, {}) | REQUEST_ID,
        "content": {problems.CONTENT_TYPE: {"schema": Problem, "examples": by_name}},
    }
    if not _SHARED_CODES.issuperset(by_code):
        return response
    names = (f"{code} {problem.get('scope', '')}" for code, problem in by_code.items())
    name = "Or".join("".join(word.title() for word in re.findall("[a-z]+", each)) for each in names)
    if name not in spec.components.responses:
        spec.components.response(name, response)
    return name
