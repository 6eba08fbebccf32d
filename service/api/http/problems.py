"""HTTP errors, and problem documents for all errors (RFC 9457)."""

import re
import traceback
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

import orjson
import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from service.api.http import context
from service.auth.authorization_header import ALGORITHM
from service.errors import access
from service.errors.base import Conflict, NotFound, ServiceError
from service.errors.datastore import CannotBeStored, DatastoreUnavailable, NotReady
from service.errors.merges import ReplicaSetRequired
from service.errors.records import VersionConflict
from service.errors.requests import IdempotencyKeyReused, InvalidRequest

CONTENT_TYPE = "application/problem+json"
_RETRY_AFTER_SECONDS = 1
_BEARER_CHALLENGE = 'Bearer realm="profile-lookup"'
_NOT_FOUND = "No operation has this path; see /docs for all operations."
_NOT_FOUND_BY_AWS_SDK = (
    "No operation has this path. AWS SDKs can call the service if it runs with AWS_API=on, and if their "
    "endpoint URL is its address without a path."
)

_log = structlog.get_logger(__name__)


class MalformedJson(ServiceError):
    """The body is not JSON."""

    code = "malformed_json"


class IncompleteBody(ServiceError):
    """The body is incomplete."""

    code = "incomplete_body"
    detail = "The body did not arrive completely or in time; send it again."


class PayloadTooLarge(ServiceError):
    """The body is too large."""

    code = "payload_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit} bytes; send a smaller body.")


class UnsupportedMediaType(ServiceError):
    """The media type is not supported."""

    code = "unsupported_media_type"

    def __init__(self, supported: Sequence[str]) -> None:
        super().__init__(
            f"The body's media type or charset is not supported; send {' or '.join(supported)} in UTF-8."
        )


class InvalidHost(ServiceError):
    """The Host header is missing or invalid."""

    code = "invalid_host"
    detail = "The Host header is missing or invalid; send the host and port of the URL."


class Misdirected(ServiceError):
    """The Host header does not name this machine."""

    code = "misdirected_request"
    detail = (
        "Authentication is disabled (AUTH=off), so the Host must be localhost, a name that ends with "
        ".localhost, or a loopback address such as 127.0.0.1; use one of these, or start the service with "
        "AUTH=on."
    )


class ForeignOrigin(ServiceError):
    """Changes from this web origin are not allowed."""

    code = "foreign_origin"
    detail = (
        "Authentication is disabled (AUTH=off), so web pages of other origins may only send GET, HEAD "
        "and OPTIONS; add the page's origin to CORS_ORIGINS, or start the service with AUTH=on. A page "
        "opened from a file has no origin; serve it over HTTP."
    )


_ERRORS: dict[HTTPStatus, tuple[type[ServiceError], ...]] = {
    HTTPStatus.BAD_REQUEST: (IncompleteBody, InvalidHost, MalformedJson),
    HTTPStatus.UNAUTHORIZED: (access.Unauthenticated,),
    HTTPStatus.FORBIDDEN: (access.Forbidden, ForeignOrigin),
    HTTPStatus.NOT_FOUND: (NotFound,),
    HTTPStatus.CONFLICT: (Conflict,),
    HTTPStatus.PRECONDITION_FAILED: (VersionConflict,),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (PayloadTooLarge,),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (UnsupportedMediaType,),
    HTTPStatus.MISDIRECTED_REQUEST: (Misdirected,),
    HTTPStatus.UNPROCESSABLE_ENTITY: (InvalidRequest, IdempotencyKeyReused, CannotBeStored),
    HTTPStatus.TOO_MANY_REQUESTS: (access.TooManyRequests,),
    HTTPStatus.NOT_IMPLEMENTED: (ReplicaSetRequired,),
    HTTPStatus.SERVICE_UNAVAILABLE: (DatastoreUnavailable, access.IssuerUnavailable, NotReady),
}
STATUS = {error: status for status, errors in _ERRORS.items() for error in errors}
"""The status of each error class. Other classes have the status of their parent class."""


def register(app: Flask) -> None:
    """Respond to all errors of the application with problem documents."""
    app.register_error_handler(ServiceError, _service_error)
    app.register_error_handler(HTTPException, _http_exception)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: type[ServiceError]) -> HTTPStatus:
    """Return the HTTP status of an error class."""
    return next(STATUS[parent] for parent in error.__mro__ if parent in STATUS)


def document(status: HTTPStatus, code: str, title: str, detail: str, request_id: str) -> dict[str, object]:
    """Return a problem document with its standard members."""
    return {
        "type": f"urn:profile-lookup:problem:{code}",
        "title": title,
        "status": int(status),
        "detail": detail,
        "instance": f"urn:profile-lookup:request:{request_id}",
        "code": code,
        "request_id": request_id,
    }


def from_error(error: ServiceError, request_id: str) -> dict[str, object]:
    """Return the problem document of an error, including its error-specific members."""
    standard = document(status_of(type(error)), error.code, error.title, error.detail, request_id)
    return standard | error.members


def internal_error(request_id: str) -> dict[str, object]:
    """Return the problem document of an unexpected exception."""
    detail = "Unexpected error; search the service log for this request_id."
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return document(status, "internal_error", "Internal error", detail, request_id)


def _respond(status: HTTPStatus, problem: dict[str, object]) -> Response:
    response = Response(orjson.dumps(problem), status, content_type=CONTENT_TYPE)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)
    return response


def _service_error(error: ServiceError) -> Response:
    status = status_of(type(error))
    if error.__cause__ is not None and status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log_cause(error.code, error.__cause__)
    response = _respond(status, from_error(error, context.request_id()))
    if challenge := _challenge(error):
        response.headers["WWW-Authenticate"] = challenge
    if isinstance(error, access.TooManyRequests):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _challenge(error: ServiceError) -> str | None:
    """Return the ``WWW-Authenticate`` header for ``Unauthenticated`` or ``Forbidden``, else None.

    If the request has no bearer credential, the header has no error code, as RFC 6750 (section 3) recommends.
    """
    match error:
        case access.Unauthenticated(reason=None):
            return _BEARER_CHALLENGE
        case access.Unauthenticated():
            return f'{_BEARER_CHALLENGE}, error="invalid_token"'
        case access.Forbidden():
            return f'{_BEARER_CHALLENGE}, error="insufficient_scope", scope="{error.scope}"'
    return None


def _http_exception(error: HTTPException) -> Response:
    """Respond to errors of Flask and Werkzeug. Keep their headers, such as Allow."""
    # Flask itself handles redirects and exceptions without a code. Only the type checker needs the fallback.
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    # Use Werkzeug's names, because the names of http.HTTPStatus differ between Python versions.
    code = re.sub("[^a-z]+", "_", error.name.lower())
    problem = document(status, code, error.name, _detail(error), context.request_id())
    if status == HTTPStatus.NOT_FOUND and _is_from_aws_sdk():
        # Of a problem document, AWS SDKs show this member only.
        problem["message"] = problem["detail"]
    response = _respond(status, problem)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _detail(error: HTTPException) -> str:
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        methods = ", ".join(sorted(error.valid_methods))
        return f"The path does not support this method; use one of these methods: {methods}."
    if error.code == HTTPStatus.NOT_FOUND:
        return _NOT_FOUND_BY_AWS_SDK if _is_from_aws_sdk() else _NOT_FOUND
    return f"{error.name}."


def _is_from_aws_sdk() -> bool:
    """Return whether the request has the header Authorization of AWS SDKs."""
    return request.headers.get("Authorization", "").startswith(ALGORITHM)


def _unexpected(error: Exception) -> Response:
    log_cause("internal_error", error)
    return _respond(HTTPStatus.INTERNAL_SERVER_ERROR, internal_error(context.request_id()))


def log_cause(event: str, error: BaseException) -> None:
    """Log where an error was raised. Its message is not logged, because it can contain a personal value."""
    frames = [f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
    _log.error(event, error=type(error).__name__, frames=frames, request_id=context.request_id())
