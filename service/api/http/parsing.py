"""Read bodies, query strings, If-Match and Idempotency-Key."""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from itertools import islice
from typing import Any

import orjson
from flask import current_app, request
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from schemas.base import UNKNOWN_FIELD
from service.api.http.problems import IncompleteBody, MalformedJson, PayloadTooLarge, UnsupportedMediaType
from service.errors.requests import FieldError, InvalidRequest
from service.model.personal_values import redact_text

Loaded = dict[str, Any]
"""A loaded body or query string. Its schema defines the fields and their types."""

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
# The registered name, and a name that many clients send.
_UTF_8 = ("utf-8", "utf8")

# An entity-tag (RFC 9110, section 8.8.3), or a version without the quotation marks that some clients omit.
_TAG = r'(?:(?:W/)?"[!#-~\x80-\xff]*"|[0-9]+)'
# One or more tags (a list may have empty elements, section 5.6.1.2), or "*" (section 13.1.1).
IF_MATCH = re.compile(rf"^(?:\*|(?:,[ \t]*)*{_TAG}(?:[ \t]*,(?:[ \t]*{_TAG})?)*)$")
_TAGS = re.compile(_TAG)
# At most 18 digits, so that the version fits into an integer of MongoDB.
_VERSION = re.compile(r'"?([1-9][0-9]{0,17})"?', re.ASCII)

# Visible ASCII except quotation mark, comma and backslash.
_IDEMPOTENCY_CHARACTERS = r"[!#-+\x2d-\[\]-~]{1,255}"
IDEMPOTENCY_KEY = re.compile(f'^(?:{_IDEMPOTENCY_CHARACTERS}|"{_IDEMPOTENCY_CHARACTERS}")$')

# A string in a valid JSON document. The group is the colon after the string, if it is a member's name.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"[ \t\r\n]*(:?)')

_MAX_FIELD_ERRORS = 100
"""Maximum number of field errors in one response."""

_TEXTS = {
    "Field may not be null.": "Must not be null.",
    "Missing data for required field.": "This field is required; send it.",
    "Not a valid boolean.": "Must be true or false.",
    "Not a valid integer.": "Must be an integer.",
    "Not a valid list.": "Must be an array.",
    "Not a valid string.": "Must be a string.",
}
"""marshmallow's error texts, and the texts to send instead. They use the words of JSON."""


def media_types(method: str) -> tuple[str, ...]:
    """Return the media types of bodies that a method accepts, the preferred one first."""
    return (MERGE_PATCH, JSON) if method.upper() == "PATCH" else (JSON,)


def load_body(schema_for: Callable[[object], Schema], query: Schema | None, max_bytes: int = 0) -> Loaded:
    """Return the loaded body of the request.

    ``schema_for`` returns the schema for a parsed body. ``query`` is the schema of the query string: if the
    body has a field of this schema, the error says where to send the field. For ``max_bytes``, see
    ``read_body``. Raises ``UnsupportedMediaType``, ``IncompleteBody``, ``PayloadTooLarge``, ``MalformedJson``
    and ``InvalidRequest``.
    """
    supported = media_types(request.method)
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype not in supported or charset not in _UTF_8:
        raise UnsupportedMediaType(supported)
    body = parse_json(read_body(max_bytes))
    return load(schema_for(body), body, () if query is None else query.fields)


def load_query(schema: Schema) -> Loaded:
    """Return the loaded query string. Raises ``InvalidRequest``."""
    return load(schema, request.args.to_dict())


def reject_query() -> None:
    """Raise ``InvalidRequest`` if the request has a query string."""
    # ``query_string`` is checked first, because Werkzeug's parsing takes longer even if it is empty.
    if request.query_string and request.args:
        raise InvalidRequest([FieldError(pointer(name), UNKNOWN_FIELD) for name in request.args])


def load(schema: Schema, data: object, query_fields: Container[str] = ()) -> Loaded:
    """Return the loaded data. Raises ``InvalidRequest`` with up to ``_MAX_FIELD_ERRORS`` field errors.

    If the data has an unknown field that is one of the ``query_fields``, the error says where to send it.
    """
    try:
        loaded: Loaded = schema.load(data)  # type: ignore[arg-type] # data of any other type is an error
    except ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call] # marshmallow does not type it
        misplaced_messages = {
            name: "This field is not part of the body; send it in the query string."
            for name, message in messages.items()
            if name in query_fields and message == [UNKNOWN_FIELD]
        }
        errors = islice(_field_errors(messages | misplaced_messages, data, ""), _MAX_FIELD_ERRORS)
        raise InvalidRequest(list(errors)) from error
    return loaded


def read_body(max_bytes: int) -> bytes:
    """Return the body; raises ``IncompleteBody`` and ``PayloadTooLarge``.

    The body has at most ``max_bytes``, or as many as the general limit if that is larger.
    """
    limit = max(max_bytes, current_app.config["MAX_CONTENT_LENGTH"])
    request.max_content_length = limit
    length = request.content_length
    try:
        if length is None:
            body = request.get_data(cache=False)
            # Werkzeug cuts the body at the limit. Only a read beyond the limit raises RequestEntityTooLarge.
            request.stream.read(1)
            return body
        if length > limit:
            raise PayloadTooLarge(limit)
        body = request.input_stream.read(length)
    except RequestEntityTooLarge as error:
        raise PayloadTooLarge(limit) from error
    except (ClientDisconnected, OSError) as error:
        raise IncompleteBody from error
    if len(body) < length:
        raise IncompleteBody
    return body


def parse_json(body: bytes) -> object:
    """Return the value of a JSON document in UTF-8.

    Raises ``MalformedJson`` for any other body, and if an object has two members of the same name: parsers
    disagree on which member to use (RFC 8259, section 4), and orjson silently uses the last one.
    """
    try:
        value: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _malformed_json(body, error) from error
    if _has_duplicate_members(body, value):
        raise MalformedJson("An object in the body has two members of the same name; send each name once.")
    return value


def _malformed_json(body: bytes, error: orjson.JSONDecodeError) -> MalformedJson:
    """Return the error for a body that is not JSON. The error text contains no part of the body.

    The text contains the position of the error, unless the body is empty or not UTF-8.
    """
    if not body.strip():
        return MalformedJson("The body is empty; send a JSON object.")
    try:
        body.decode()
    except UnicodeDecodeError:
        return MalformedJson("The body is not valid UTF-8; send valid JSON in UTF-8.")
    position = f"line {error.lineno}, column {error.colno}"
    return MalformedJson(f"The body is not valid JSON at {position}; send valid JSON in UTF-8.")


def _has_duplicate_members(body: bytes, value: object) -> bool:
    """Return whether the body has more members than ``value``, which orjson parsed from it."""
    members = _count_members(value)
    # Each member has one colon. If there are more colons, count only those after a member's name.
    return body.count(b":") != members and _STRING.findall(body).count(b":") != members


def _count_members(value: object) -> int:
    """Count the members of all objects in a value. Not recursive, because values may be nested deeply."""
    count = 0
    values = [value]
    for each in values:
        if isinstance(each, dict):
            count += len(each)
            values.extend(each.values())
        elif isinstance(each, list):
            values.extend(each)
    return count


def pointer(name: object) -> str:
    """Return the RFC 6901 pointer to a member. Personal values in its name are masked."""
    return "/" + redact_text(str(name)).replace("~", "~0").replace("/", "~1")


def _field_errors(messages: object, data: object, path: str) -> Iterator[FieldError]:
    """Yield an error for each of marshmallow's messages, which mirror the structure of ``data``.

    ``path`` is the pointer to ``data``.
    """
    if not isinstance(messages, Mapping):
        for message in messages if isinstance(messages, list) else [messages]:
            yield FieldError(path, _TEXTS.get(str(message), str(message)))
        return
    for name, inner in messages.items():
        # marshmallow uses this name for errors of a whole object. But an object can have such a member too.
        is_member = name != "_schema" or (isinstance(data, Mapping) and name in data)
        yield from _field_errors(inner, _member(data, name), path + pointer(name) if is_member else path)


def _member(data: object, name: object) -> object:
    """Return the member of an object or the item of a list, or None if there is none."""
    if isinstance(data, Mapping):
        return data.get(name)
    return data[name] if isinstance(data, list) and isinstance(name, int) else None


def if_match() -> frozenset[int] | None:
    """Return the versions that If-Match accepts (RFC 9110, section 13.1.1).

    Return None if the header is missing or `*`. Weak ETags and ETags of another form match no version.
    Raises ``InvalidRequest`` if the header is malformed.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return None
    header = header.strip(" \t")
    if not IF_MATCH.fullmatch(header):
        detail = (
            'Must be the ETag of a response with its quotation marks, such as "1", or several ETags with '
            "commas between them, or *."
        )
        raise InvalidRequest([FieldError("/If-Match", detail)])
    if header == "*":
        return None
    versions = map(_VERSION.fullmatch, _TAGS.findall(header))
    return frozenset(int(version[1]) for version in versions if version)


def idempotency_key() -> str | None:
    """Return the request's Idempotency-Key, or None. Raises ``InvalidRequest`` if it is malformed.

    The header is a structured field of type string (draft-ietf-httpapi-idempotency-key-header-07,
    section 2.1; RFC 9651, section 3.3.3). Many clients omit the quotation marks. A comma is not allowed,
    because servers join repeated headers with a comma.
    """
    header = request.headers.get("Idempotency-Key")
    if header is None:
        return None
    header = header.strip(" \t")
    if not IDEMPOTENCY_KEY.fullmatch(header):
        detail = (
            "Must be 1 to 255 visible ASCII characters except comma, quotation mark and backslash; quotation "
            "marks around the value are allowed."
        )
        raise InvalidRequest([FieldError("/Idempotency-Key", detail)])
    return header.strip('"')
