"""Respond to errors with problem documents (RFC 9457)."""

import re
import traceback
from http import HTTPStatus
from pathlib import Path

import orjson
import structlog
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from service.api.http import challenges
from service.api.http.context import request_id
from service.api.http.request_errors import (
    ForeignOrigin,
    IncompleteBody,
    InvalidHost,
    MalformedJson,
    Misdirected,
    PayloadTooLarge,
    UnsupportedMediaType,
)
from service.errors.access import Forbidden, IssuerUnavailable, TooManyRequests, Unauthenticated
from service.errors.base import Conflict, NotFound, ServiceError
from service.errors.datastore import CannotBeStored, DatastoreUnavailable, NotReady
from service.errors.records import VersionConflict
from service.errors.requests import IdempotencyKeyReused, InvalidRequest

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1

STATUS: dict[type[ServiceError], HTTPStatus] = {
    IncompleteBody: HTTPStatus.BAD_REQUEST,
    InvalidHost: HTTPStatus.BAD_REQUEST,
    MalformedJson: HTTPStatus.BAD_REQUEST,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    ForeignOrigin: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    VersionConflict: HTTPStatus.PRECONDITION_FAILED,
    PayloadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UnsupportedMediaType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Misdirected: HTTPStatus.MISDIRECTED_REQUEST,
    InvalidRequest: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    IdempotencyKeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    CannotBeStored: HTTPStatus.UNPROCESSABLE_ENTITY,
    DatastoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    IssuerUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    NotReady: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The status of each error; other classes have the status of their parent."""

_log = structlog.get_logger(__name__)


def register(app: Flask) -> None:
    """Respond to every error of the application with a problem document."""
    app.register_error_handler(ServiceError, _service_error)
    app.register_error_handler(HTTPException, _http_exception)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: type[ServiceError]) -> HTTPStatus:
    """Return the status of an error of this class."""
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


def of_error(error: ServiceError, request_id: str) -> dict[str, object]:
    """Return the problem document of an error, with the members of its own."""
    standard = document(status_of(type(error)), error.code, error.title, error.detail, request_id)
    return standard | error.members


def internal_error(request_id: str) -> dict[str, object]:
    """Return the problem document of an unexpected exception."""
    detail = "Something went wrong in the service; its log has more under the request_id."
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return document(status, "internal_error", "Internal error", detail, request_id)


def _respond(status: HTTPStatus, problem: dict[str, object]) -> Response:
    response = Response(orjson.dumps(problem), status, content_type=CONTENT_TYPE)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _service_error(error: ServiceError) -> Response:
    status = status_of(type(error))
    if error.__cause__ is not None and status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log_cause(error.code, error.__cause__)
    response = _respond(status, of_error(error, request_id()))
    if challenge := challenges.challenge(error):
        response.headers["WWW-Authenticate"] = challenge
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _http_exception(error: HTTPException) -> Response:
    """Respond to errors of Flask and Werkzeug; keep their headers, such as Allow (RFC 9110, 15.5.6)."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        # A redirect or a finished response is not an error.
        return Response(error.get_body(), error.code, dict(error.get_headers()))
    status = HTTPStatus(error.code)
    # Werkzeug's names: those of http.HTTPStatus depend on the Python version.
    code = re.sub("[^a-z]+", "_", error.name.lower())
    detail = _DETAILS.get(status, f"{error.name}.")
    response = _respond(status, document(status, code, error.name, detail, request_id()))
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    _log_cause("internal_error", error)
    return _respond(HTTPStatus.INTERNAL_SERVER_ERROR, internal_error(request_id()))


def _log_cause(event: str, error: BaseException) -> None:
    """Log where an error was raised. Its text is not logged, because it can hold a personal value."""
    frames = [f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
    _log.error(event, error=type(error).__name__, frames=frames, request_id=request_id())


_DETAILS = {
    HTTPStatus.NOT_FOUND: "No operation has this path; /docs lists all operations.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The path does not support this method; use one of those in Allow.",
}
