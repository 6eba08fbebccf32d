"""Responses, reduced to the parts that the model predicts: status, code and some content of the body."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask.testing import FlaskClient

Call = Callable[..., tuple[int, Any]]
"""Sends a request with a method, path, body and headers. Returns the status and the body."""


@dataclass(frozen=True)
class Response:
    """An actual or an expected response."""

    status: int
    code: str | None = None
    content: Any = None


def problem(status: int, code: str, content: Any = None) -> Response:
    """Return the response for a problem."""
    return Response(status, code, content)


INVALID = problem(422, "invalid_request")
NO_PROFILE = problem(404, "profile_not_found")
STALE = problem(412, "version_conflict")
CLEARED = problem(409, "contact_cleared")


def make_call(client: FlaskClient, authorization: str | None) -> Call:
    """Return a function that sends requests with or without a credential."""

    def call(
        method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        all_headers = dict(headers or {}) | ({"Authorization": authorization} if authorization else {})
        response = client.open(
            path, method=method, headers=all_headers, **({} if body is None else {"json": body})
        )
        return response.status_code, orjson.loads(response.data) if response.data else None

    return call


def to_response(status: int, body: Any, read: Callable[[Any], Any] = lambda _: None) -> Response:
    """Return a response with the parts that the model predicts.

    The response to a successful request has the content that ``read`` returns for the body. A problem has a
    code. If a unique value is taken, the problem also has the search key and the owner.
    """
    if status < 400:
        return Response(status, None, read(body))
    details = (body["key"], body.get("profile_id")) if body["code"] == "unique_key_taken" else None
    return Response(status, body["code"], details)
