"""Respond to all errors as AWS does: with a type in a header, and a message in the body."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

import orjson
from flask import Blueprint, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from service.api.http import problems
from service.api.http.context import request_id
from service.api.http.parsing import JSON
from service.aws.messages import message_of
from service.errors import access, signatures
from service.errors.base import NotFound, ServiceError
from service.errors.datastore import DatastoreUnavailable, NotReady
from service.errors.search_keys import ValueSealed

ERROR_TYPE = "x-amzn-ErrorType"
REQUEST_ID = "x-amzn-RequestId"
_RETRY_AFTER_SECONDS = 1


class ErrorType(StrEnum):
    """The type of an error. The API model has the first five, and all AWS services share the others."""

    BAD_REQUEST = "BadRequestException"
    ACCESS_DENIED = "AccessDeniedException"
    NOT_FOUND = "ResourceNotFoundException"
    THROTTLING = "ThrottlingException"
    INTERNAL = "InternalServerException"
    MISSING_TOKEN = "MissingAuthenticationTokenException"  # noqa: S105 - a type
    INCOMPLETE_SIGNATURE = "IncompleteSignatureException"
    UNRECOGNIZED_CLIENT = "UnrecognizedClientException"
    INVALID_SIGNATURE = "InvalidSignatureException"
    UNKNOWN_OPERATION = "UnknownOperationException"
    TOO_LARGE = "RequestEntityTooLargeException"


class AwsError(Exception):
    """An error that only this API has. The message contains no value of the request."""

    def __init__(
        self, error_type: ErrorType, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST
    ) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.status = status


class OtherDomain(AwsError):
    """The credential is for another domain. The message is the same whether the domain exists or not."""

    def __init__(self, *, authenticated: bool) -> None:
        super().__init__(
            ErrorType.ACCESS_DENIED,
            "The access key does not give access to this domain; create an access key for the domain with "
            "`profile-lookup access-keys create --domain`, and use that one."
            if authenticated
            else "Without authentication (AUTH=off) there is only the domain `default`; use it. For other "
            "domains, start the service with AUTH=on, and create an access key for each domain with "
            "`profile-lookup access-keys create --domain`.",
            HTTPStatus.FORBIDDEN,
        )


class NotOffered(AwsError):
    """The API model has the operation, but the service does not offer it."""

    def __init__(self, operation: str) -> None:
        super().__init__(
            ErrorType.BAD_REQUEST,
            f"{operation} is not offered by this service; docs/amazon-connect.md says what to use instead.",
        )


_TYPES: Mapping[type[ServiceError], tuple[ErrorType, HTTPStatus]] = {
    ServiceError: (ErrorType.BAD_REQUEST, HTTPStatus.BAD_REQUEST),
    NotFound: (ErrorType.NOT_FOUND, HTTPStatus.NOT_FOUND),
    signatures.SignatureMissing: (ErrorType.MISSING_TOKEN, HTTPStatus.FORBIDDEN),
    signatures.SignatureIncomplete: (ErrorType.INCOMPLETE_SIGNATURE, HTTPStatus.BAD_REQUEST),
    signatures.AccessKeyUnknown: (ErrorType.UNRECOGNIZED_CLIENT, HTTPStatus.FORBIDDEN),
    signatures.SignatureInvalid: (ErrorType.INVALID_SIGNATURE, HTTPStatus.FORBIDDEN),
    access.Forbidden: (ErrorType.ACCESS_DENIED, HTTPStatus.FORBIDDEN),
    problems.ForeignOrigin: (ErrorType.ACCESS_DENIED, HTTPStatus.FORBIDDEN),
    problems.Misdirected: (ErrorType.ACCESS_DENIED, HTTPStatus.FORBIDDEN),
    problems.PayloadTooLarge: (ErrorType.TOO_LARGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    access.TooManyRequests: (ErrorType.THROTTLING, HTTPStatus.TOO_MANY_REQUESTS),
    # The operator has removed a master key, so this is not an error of the client.
    ValueSealed: (ErrorType.INTERNAL, HTTPStatus.INTERNAL_SERVER_ERROR),
    access.IssuerUnavailable: (ErrorType.INTERNAL, HTTPStatus.SERVICE_UNAVAILABLE),
    DatastoreUnavailable: (ErrorType.INTERNAL, HTTPStatus.SERVICE_UNAVAILABLE),
    NotReady: (ErrorType.INTERNAL, HTTPStatus.SERVICE_UNAVAILABLE),
}
"""The type and the status of each error class. Other classes have those of their parent class."""


def register(blueprint: Blueprint) -> None:
    """Register the error handlers of the blueprint, and add the request ID to all of its responses."""
    blueprint.register_error_handler(AwsError, _aws_error)
    blueprint.register_error_handler(ServiceError, _service_error)
    blueprint.register_error_handler(HTTPException, _http_exception)
    blueprint.register_error_handler(Exception, _unexpected)
    blueprint.after_request(_add_request_id)


def _respond(error_type: ErrorType, status: HTTPStatus, message: str) -> Response:
    response = Response(orjson.dumps({"Message": message}), status, mimetype=JSON)
    response.headers[ERROR_TYPE] = error_type
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)
    return response


def _aws_error(error: AwsError) -> Response:
    return _respond(error.error_type, error.status, str(error))


def _service_error(error: ServiceError) -> Response:
    error_type, status = next(_TYPES[parent] for parent in type(error).__mro__ if parent in _TYPES)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        problems.log_cause(error.code, error.__cause__ or error)
    response = _respond(error_type, status, message_of(error))
    if isinstance(error, access.TooManyRequests):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _http_exception(error: HTTPException) -> Response:
    """Respond to errors of Flask and Werkzeug, including paths and methods without an operation."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if isinstance(error, MethodNotAllowed):
        response = _respond(ErrorType.UNKNOWN_OPERATION, status, "No operation has this path and method.")
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return response
    if status == HTTPStatus.NOT_FOUND:
        return _respond(ErrorType.UNKNOWN_OPERATION, status, "No operation has this path.")
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return _respond(ErrorType.TOO_LARGE, status, "The request is too large; send a smaller one.")
    is_server_error = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return _respond(
        ErrorType.INTERNAL if is_server_error else ErrorType.BAD_REQUEST, status, f"{error.name}."
    )


def _unexpected(error: Exception) -> Response:
    problems.log_cause("internal_error", error)
    message = f"Unexpected error; search the service log for the request_id {request_id()}."
    return _respond(ErrorType.INTERNAL, HTTPStatus.INTERNAL_SERVER_ERROR, message)


def _add_request_id(response: Response) -> Response:
    response.headers[REQUEST_ID] = request_id()
    return response
