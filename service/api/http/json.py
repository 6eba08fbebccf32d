"""Parse and write JSON with orjson."""

import re

import orjson

from service.api.http.request_errors import MalformedJson
from service.model.sensitive import SensitiveValue

# A string of a JSON document that orjson has parsed, and the colon after it if it is a member's name.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"[ \t\r\n]*(:?)')


def parse_json(body: bytes) -> object:
    """Return the value of a JSON document in UTF-8.

    Raises ``MalformedJson`` for anything else, and for an object with two members of the same name: parsers
    disagree on which of them counts (RFC 8259, 4), and orjson silently keeps the last.
    """
    try:
        value: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedJson from error
    if _has_duplicate_members(body, value):
        raise MalformedJson("An object in the body has two members of the same name; send each name once.")
    return value


def _has_duplicate_members(body: bytes, value: object) -> bool:
    """Return whether the body has more members than the value that orjson made of it."""
    members = _count_members(value)
    # Each member has a colon. The strings matter only if there are more colons than members.
    return body.count(b":") != members and _STRING.findall(body).count(b":") != members


def _count_members(value: object) -> int:
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


def to_json(value: object) -> bytes:
    """Return the JSON text of a value; sensitive values are masked."""
    return orjson.dumps(value, default=_mask)


def _mask(value: object) -> str:
    if isinstance(value, SensitiveValue):
        return str(value)
    raise TypeError(type(value).__name__)
