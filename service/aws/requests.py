"""Read the members of a request: they are in its path, its query string and its body."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from marshmallow import Schema

from service.api.http import parsing
from service.api.http.context import state
from service.aws.views import OFFERED
from service.errors.requests import FieldError, InvalidRequest

_QUERY_LISTS = {"tagKeys": "tagKeys"}
_BOOLEANS = {"true": True, "false": False}
_INTEGER = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_METHODS_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})
_INVOCATION_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


def _to_integer(text: str) -> int | str:
    return int(text) if _INTEGER.fullmatch(text) else text


def _to_boolean(text: str) -> bool | str:
    return _BOOLEANS.get(text, text)


_QUERY: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "max-results": ("MaxResults", _to_integer),
    "next-token": ("NextToken", str),
    "include-hidden": ("IncludeHidden", _to_boolean),
}
"""For each parameter of the query string with one value: its member, and a function that converts the text.

The function returns a text that it cannot convert unchanged, and the schema rejects it.
"""


def load(schema: Schema, path: dict[str, str]) -> dict[str, Any]:
    """Return the members of the request, as the schema loads them.

    Raises ``InvalidRequest`` and the errors of ``read_body``.
    """
    values = _body_members() if request.method in _METHODS_WITH_BODY else {}
    for parameter, (member, convert) in _QUERY.items():
        # A member of the query string is ignored in the body.
        values.pop(member, None)
        if (text := request.args.get(parameter)) is not None:
            values[member] = convert(text)
    for parameter, member in _QUERY_LISTS.items():
        if parameter in request.args:
            values[member] = request.args.getlist(parameter)
    return parsing.load(schema, values | path)


def read_body() -> bytes:
    """Return the body, and keep it: the signature and the operation both need it.

    Raises ``IncompleteBody`` and ``PayloadTooLarge``.
    """
    current = state()
    if current.body is None:
        offered = OFFERED.get((request.endpoint or "").rpartition(".")[2])
        current.body = parsing.read_body(offered.max_body_bytes if offered else 0)
    return current.body


def invocation_id() -> str | None:
    """Return the ID of the call, which all its attempts share, or None if the client sends no valid ID."""
    header = request.headers.get("amz-sdk-invocation-id", "")
    return header if _INVOCATION_ID.fullmatch(header) else None


def _body_members() -> dict[str, Any]:
    """Return the members of the body; none if it is empty."""
    body = read_body()
    members = parsing.parse_json(body) if body else {}
    if not isinstance(members, dict):
        raise InvalidRequest([FieldError("", "The body must be a JSON object.")])
    return members
