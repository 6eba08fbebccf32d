"""Read the responses of the service."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import httpx
import orjson

from service.transfer.client.errors import NotAuthorised, RejectedRequest, ServiceFailed, TooLarge
from service.transfer.errors import TransferError
from service.transfer.json_types import JsonMapping

RETRIED = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""Statuses of responses to requests that may succeed later."""


def read(response: httpx.Response) -> Any:
    """Return the JSON of a successful response.

    Raises:
        NotAuthorised: The response is JSON, with status 401 or 403.
        TooLarge: The status is 413.
        RejectedRequest: The response is a problem document with another status below 500.
        ServiceFailed: The response is not JSON, or an error that is no problem document, or its status is 500
            or above.

    """
    body = _json(response)
    if response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        # A proxy in front of the service can have its own limit, and respond with HTML.
        raise TooLarge("The request is too large for the service.", "payload_too_large")
    if body is None:
        raise ServiceFailed(
            f"The response of {_origin(response)} is not JSON (status {response.status_code}, "
            f"{response.headers.get('Content-Type', 'no content type')}); check that the URL is that of "
            "profile-lookup, and that the response is not from a proxy."
        )
    if response.is_success:
        return body
    raise _error(response, body if isinstance(body, Mapping) else {})


def _error(response: httpx.Response, problem: JsonMapping) -> TransferError:
    status, detail = response.status_code, problem.get("detail", "There is no detail.")
    if status == HTTPStatus.UNAUTHORIZED:
        return NotAuthorised(f"The API key is missing or not valid (401). {detail}")
    if status == HTTPStatus.FORBIDDEN:
        return NotAuthorised(f"The service does not allow this (403). {detail}")
    if "code" not in problem or response.is_server_error:
        return ServiceFailed(f"{_origin(response)} responded with the status {status}. {detail}")
    return RejectedRequest(describe(problem), problem["code"])


def describe(problem: JsonMapping, *, pointers: bool = True) -> str:
    """Return the errors of a problem document in one line, or its detail if it has none.

    Without ``pointers``, the line does not name the fields.
    """
    errors = problem.get("errors") or ()
    details = [
        f"{error['pointer'] or '/'}: {error['detail']}" if pointers else error["detail"] for error in errors
    ]
    return " ".join(details) or str(problem.get("detail") or problem.get("title") or problem.get("code"))


def _json(response: httpx.Response) -> Any:
    """Return the parsed body, or None if it is not JSON."""
    if "json" not in response.headers.get("Content-Type", ""):
        return None
    try:
        return orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return None


def _origin(response: httpx.Response) -> str:
    url = response.request.url
    return f"{url.scheme}://{url.netloc.decode()}"
