"""The text of a cursor: the URL-safe base64 of a JSON list."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence

import orjson

from service.errors.requests import FieldError, InvalidRequest


def encode(parts: Sequence[object]) -> str:
    """Return a cursor with these parts."""
    return urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def decode(cursor: str) -> list[object]:
    """Return the parts of a cursor; raises ``InvalidRequest``.

    Rejects a text that is not exactly the encoding of its parts: base64 decoding ignores invalid characters.
    """
    try:
        parts = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (Base64Error, ValueError) as error:
        raise invalid_cursor() from error
    # bool is a subclass of int, so the callers' patterns would accept it.
    if (
        not isinstance(parts, list)
        or any(isinstance(part, bool) for part in parts)
        or encode(parts) != cursor
    ):
        raise invalid_cursor()
    return parts


def invalid_cursor() -> InvalidRequest:
    """Return the error for a cursor of another list, or for a text that is no cursor."""
    return InvalidRequest(
        [FieldError("/cursor", "Not a cursor of this list; leave it out for the first page.")]
    )
