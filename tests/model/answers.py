"""Answers, as far as the model says them: a status, a code, and what of the body is no accident."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask.testing import FlaskClient

Call = Callable[..., tuple[int, Any]]
"""Sends a method, a path, a body and headers, and returns the status and the body of the answer."""


@dataclass(frozen=True)
class Answer:
    """How a request was answered, or is to be."""

    status: int
    code: str | None = None
    said: Any = None


def refused(status: int, code: str, said: Any = None) -> Answer:
    """Return the answer that is a problem."""
    return Answer(status, code, said)


INVALID = refused(422, "invalid_request")
NO_PROFILE = refused(404, "profile_not_found")
STALE = refused(412, "version_conflict")
CLEARED = refused(409, "contact_cleared")


def calling(client: FlaskClient, authorization: str | None) -> Call:
    """Return what sends requests with a credential, or without one."""

    def call(
        method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        sent = dict(headers or {}) | ({"Authorization": authorization} if authorization else {})
        response = client.open(path, method=method, headers=sent, **({} if body is None else {"json": body}))
        return response.status_code, orjson.loads(response.data) if response.data else None

    return call


def told(status: int, body: Any, say: Callable[[Any], Any] = lambda _: None) -> Answer:
    """Return the answer; of a success what ``say`` makes of it, of a problem its code and what it names."""
    if status < 400:
        return Answer(status, None, say(body))
    taken = (body["key"], body.get("profile_id")) if body["code"] == "unique_key_taken" else None
    return Answer(status, body["code"], taken)
