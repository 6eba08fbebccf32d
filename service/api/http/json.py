"""JSON in and out of Flask by orjson: one serialisation, in UTF-8."""

import re
from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider

from service.api.http.request_errors import MalformedJson
from service.model.sensitive import SensitiveValue

# A string of a JSON document that orjson has parsed, and the colon behind it where it names a member.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"[ \t\r\n]*(:?)')


class OrjsonProvider(JSONProvider):
    """Flask's JSON, by orjson."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        """Return the JSON text of an object."""
        return to_json(obj).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """Return the object of a JSON text."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Return the answer with the object as its body."""
        body = to_json(self._prepare_response_obj(args, kwargs))
        return Response(body, mimetype="application/json")


def parse_json(body: bytes) -> Any:
    """Return the value of a JSON document in UTF-8.

    Raises ``MalformedJson`` for anything else, and for an object with two members of the same name: parsers
    disagree on which of them counts (RFC 8259, 4), and orjson silently keeps the last.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedJson from error
    if _has_duplicate_members(body, value):
        raise MalformedJson("An object in the body has two members of the same name; send each name once.")
    return value


def _has_duplicate_members(body: bytes, value: Any) -> bool:
    """Return whether the body has more members than the value that orjson made of it."""
    members = _count_members(value)
    # Each member has a colon, so the strings need a look only where there are other colons.
    return body.count(b":") != members and _STRING.findall(body).count(b":") != members


def _count_members(value: Any) -> int:
    """Return the number of members of all objects in a value; not recursive, as values may be deep."""
    count = 0
    values = [value]
    for each in values:
        if isinstance(each, dict):
            count += len(each)
            values.extend(each.values())
        elif isinstance(each, list):
            values.extend(each)
    return count


def to_json(obj: Any) -> bytes:
    """Return the JSON text of an object, sensitive values in their masks."""
    return orjson.dumps(obj, default=_shown)


def _shown(value: Any) -> str:
    """Return what is sent of a sensitive value: its mask."""
    if isinstance(value, SensitiveValue):
        return str(value)
    raise TypeError(type(value).__name__)
