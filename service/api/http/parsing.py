"""How a request becomes a view's arguments."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from flask import Request, current_app, request
from gunicorn.http.errors import ParseException
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from service.api.http.current import this_request
from service.api.http.json import parse_json
from service.api.http.request_errors import IncompleteBody, PayloadTooLarge, UnsupportedMediaType
from service.errors.requests import FieldError, InvalidRequest
from service.model.personal_values import redact_text

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
# Its name, and what many clients call it.
_UTF_8 = ("utf-8", "utf8")

# An entity-tag (RFC 9110, 8.8.3), or a version whose quotation marks a client has left out.
_TAG = r'(?:(?:W/)?"[!#-~\x80-\xff]*"|[0-9]+)'
# Or several, where a list may have empty elements (5.6.1.2), or any (13.1.1).
IF_MATCH = re.compile(rf"^(?:\*|(?:,[ \t]*)*{_TAG}(?:[ \t]*,(?:[ \t]*{_TAG})?)*)$")
_TAGS = re.compile(_TAG)
# No longer than MongoDB's integers.
_VERSION = re.compile(r'"?([1-9][0-9]{0,17})"?', re.ASCII)

_KEY = r"[!#-+\x2d-\[\]-~]{1,255}"
IDEMPOTENCY_KEY = re.compile(f'^(?:{_KEY}|"{_KEY}")$')

_MOST_FAULTS = 100
"""An answer names so many faults; a caller who has made more is not helped by all of them."""


def media_types(method: str) -> tuple[str, ...]:
    """Return the kinds of body that a method takes, the best first."""
    return (MERGE_PATCH, JSON) if method.upper() == "PATCH" else (JSON,)


def _read(req: Request) -> bytes:
    """Return the body; raises ``IncompleteBody`` and ``PayloadTooLarge``."""
    most: int = current_app.config["MAX_CONTENT_LENGTH"]
    length = req.content_length
    try:
        if length is None:
            return _read_chunks(req)
        if length > most:
            raise PayloadTooLarge(most)
        body = req.input_stream.read(length)
    except RequestEntityTooLarge as error:
        raise PayloadTooLarge(most) from error
    except (ClientDisconnected, OSError, ParseException) as error:
        # Of these gunicorn raises the last one for a chunk that is none.
        raise IncompleteBody from error
    if len(body) < length:
        raise IncompleteBody
    return body


def _read_chunks(req: Request) -> bytes:
    body = req.get_data(cache=False)
    # It is cut at the limit, and only a read beyond it tells.
    req.stream.read(1)
    return body


class BodyParser(FlaskParser):
    """Reads bodies and query strings, and raises what is wrong with them in the service's own words."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": RAISE}  # noqa: RUF012 - as webargs declares it

    def get_default_request(self) -> Request:
        """Return the request itself: webargs would take Flask's proxy of it."""
        return this_request()

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Return the parsed body.

        Raises ``UnsupportedMediaType``, ``IncompleteBody``, ``PayloadTooLarge`` and ``MalformedJson``.
        """
        del schema
        supported = media_types(req.method)
        if req.mimetype not in supported or req.mimetype_params.get("charset", "utf-8").lower() not in _UTF_8:
            raise UnsupportedMediaType(supported)
        return parse_json(_read(req))

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Raise ``InvalidRequest`` with a pointer for each fault."""
        del error_status_code, error_headers
        by_location: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call] # marshmallow's
        if "json" in by_location:
            _say_where_it_belongs(by_location["json"], [schema.error_messages["unknown"]], req)
        faults = [fault for messages in by_location.values() for fault in _flat(messages, "")]
        raise InvalidRequest(faults[:_MOST_FAULTS]) from error


def _say_where_it_belongs(messages: dict[str, Any], unknown: list[str], req: Request) -> None:
    """Tell an unknown member of the body that has the name of a query parameter of this operation."""
    view = current_app.view_functions[req.endpoint or ""]
    for taken in getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", ()):
        if taken["in"] == "query":
            for name, field in taken["schema"].fields.items():
                if messages.get(member := field.data_key or name) == unknown:
                    messages[member] = "Not in the body: it belongs in the query string."


def pointer(name: Any) -> str:
    """Return the RFC 6901 pointer of a member of the whole; a name that could be personal is masked in it.

    The caller has chosen it, and may have put an address or a number where a field's name belongs.
    """
    return "/" + redact_text(str(name)).replace("~", "~0").replace("/", "~1")


def _flat(messages: Any, place: str) -> Iterator[FieldError]:
    """Yield marshmallow's nested messages, each with its RFC 6901 pointer."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flat(inner, place if name == "_schema" else place + pointer(name))
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            yield FieldError(place, str(message))


def if_match() -> frozenset[int] | None:
    """Return the versions that If-Match accepts, or None where it accepts any (RFC 9110, 13.1.1).

    An ETag that the service never gave, and a weak one, matches nothing. Raises ``InvalidRequest`` for what
    is no ETag.
    """
    given = request.headers.get("If-Match")
    if given is None:
        return None
    held = given.strip(" \t")
    if not IF_MATCH.fullmatch(held):
        what_to_send = (
            'Must be the ETag that was answered, such as "1", in its quotation marks; several with commas '
            "between them; or *."
        )
        raise InvalidRequest([FieldError("/If-Match", what_to_send)])
    if held == "*":
        return None
    versions = map(_VERSION.fullmatch, _TAGS.findall(held))
    return frozenset(int(version[1]) for version in versions if version)


def idempotency_key() -> str | None:
    """Return the request's Idempotency-Key, or None; raises ``InvalidRequest`` for one that is malformed.

    A structured field's string (draft-ietf-httpapi-idempotency-key-header-07, 2.1; RFC 9651, 3.3.3), whose
    quotation marks many clients leave out. No comma, since two such headers arrive joined by one.
    """
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    key = given.strip()
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise InvalidRequest(
            [FieldError("/Idempotency-Key", 'Must be 1 to 255 visible ASCII characters but , " and \\.')]
        )
    return key.strip('"')
