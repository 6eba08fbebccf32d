"""Document the problems of an operation, each with an example."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from apispec import APISpec

from schemas import examples
from schemas.operations import Problem
from service.api.http import paths, problems
from service.api.http.operations import Operation
from service.api.http.parsing import media_types
from service.api.http.problems import (
    IncompleteBody,
    MalformedJson,
    PayloadTooLarge,
    UnsupportedMediaType,
)
from service.api.openapi.texts import REQUEST_ID, Node
from service.errors.access import Forbidden, IssuerUnavailable, TooManyRequests, Unauthenticated
from service.errors.base import ServiceError
from service.errors.datastore import DatastoreUnavailable, NotReady
from service.errors.records import UniqueKeyTaken
from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import TooManySearchKeys, TooManySensitiveValues, ValueSealed
from service.model.limits import MAX_SEARCH_KEYS

_COMMON_ERRORS = {
    DatastoreUnavailable,
    Forbidden,
    InvalidRequest,
    IssuerUnavailable,
    TooManyRequests,
    Unauthenticated,
}
"""Every operation that needs a credential can raise these."""
_BODY_ERRORS = {IncompleteBody, InvalidRequest, MalformedJson, PayloadTooLarge, UnsupportedMediaType}
_EXAMPLES: Mapping[type[ServiceError], ServiceError] = {
    InvalidRequest: InvalidRequest([FieldError("/nickname", "Unknown field.")]),
    UniqueKeyTaken: UniqueKeyTaken("customer_number", examples.PROFILE_ID, stored_form="C-1001"),
    ValueSealed: ValueSealed("2026-01"),
    TooManySearchKeys: TooManySearchKeys(MAX_SEARCH_KEYS),
    PayloadTooLarge: PayloadTooLarge(256 * 1024),
    TooManyRequests: TooManyRequests(42),
    TooManySensitiveValues: TooManySensitiveValues(1800),
    NotReady: NotReady({"mongodb": "ok", "indexes": "missing: profiles.lookup"}),
}
_SHARED_RESPONSES = frozenset(
    {
        "association_not_found",
        "contact_cleared",
        "datastore_unavailable",
        "insufficient_scope",
        "internal_error",
        "issuer_unavailable",
        "malformed_json",
        "master_key_missing",
        "payload_too_large",
        "profile_not_found",
        "rate_limited",
        "too_many_sensitive_values",
        "unauthenticated",
        "unique_key_taken",
        "version_conflict",
    }
)
"""A response with these codes only is a component, which operations refer to."""

_CHALLENGE = {"WWW-Authenticate": "WWWAuthenticate"}
_RETRY_AFTER = {"Retry-After": "RetryAfter"}
_HEADERS = {
    HTTPStatus.UNAUTHORIZED: _CHALLENGE,
    HTTPStatus.FORBIDDEN: _CHALLENGE,
    HTTPStatus.SERVICE_UNAVAILABLE: _RETRY_AFTER,
    HTTPStatus.TOO_MANY_REQUESTS: _RETRY_AFTER
    | {"RateLimit": "RateLimit", "RateLimit-Policy": "RateLimitPolicy"},
}


def problem_responses(spec: APISpec, operation: Operation, method: str, path_parameters: list[str]) -> Node:
    """Return the responses of an operation's problems, by status."""
    by_status: dict[HTTPStatus, dict[str, Node]] = {}
    errors = _example_errors(operation, method, path_parameters)
    for error in sorted(errors, key=lambda error: error.code):
        by_status.setdefault(problems.status_of(type(error)), {})[error.code] = problems.of_error(
            error, examples.REQUEST_ID
        )
    by_status[HTTPStatus.INTERNAL_SERVER_ERROR] = {
        "internal_error": problems.internal_error(examples.REQUEST_ID)
    }
    return {str(int(status)): _response(spec, status, by_code) for status, by_code in by_status.items()}


def _example_errors(operation: Operation, method: str, path_parameters: list[str]) -> list[ServiceError]:
    """Return an example of each error that the operation can raise."""
    errors = set(operation.problems)
    examples_here: dict[type[ServiceError], ServiceError] = {
        **_EXAMPLES,
        UnsupportedMediaType: UnsupportedMediaType(media_types(method)),
    }
    if operation.scope is not None:
        errors |= _COMMON_ERRORS
        examples_here[Forbidden] = Forbidden(operation.scope.value)
    if operation.body is not None:
        errors |= _BODY_ERRORS
    elif path_parameters:
        examples_here[InvalidRequest] = paths.example_error(path_parameters[0])
    # Errors without an example take no arguments.
    return [examples_here.get(error) or error() for error in errors]


def _response(spec: APISpec, status: HTTPStatus, by_code: Mapping[str, Node]) -> Node | str:
    """Return the response with these problems, or the name of its component."""
    named = {code: {"summary": problem["title"], "value": problem} for code, problem in by_code.items()}
    response: Node = {
        "description": ", or ".join(problem["title"] for problem in by_code.values()) + ".",
        "headers": _HEADERS.get(status, {}) | REQUEST_ID,
        "content": {problems.CONTENT_TYPE: {"schema": Problem, "examples": named}},
    }
    if not _SHARED_RESPONSES.issuperset(by_code):
        return response
    names = (f"{code} {problem.get('scope', '')}" for code, problem in by_code.items())
    name = "Or".join("".join(word.title() for word in re.findall("[a-z]+", each)) for each in names)
    if name not in spec.components.responses:
        spec.components.response(name, response)
    return name
