"""Remove personal values from log events.

The service logs none on purpose. This catches what a library logs, or a careless line of our own.
"""

from collections.abc import Mapping
from traceback import walk_tb

from structlog.typing import EventDict, ExcInfo, WrappedLogger

from service.model.personal_values import REDACTED, redact_text

OWN = frozenset(
    {
        *("code", "credential_id", "database_milliseconds", "domain", "error", "exception", "frames", "host"),
        *("level", "logger", "method", "milliseconds", "origin", "request_id", "route", "status"),
        "timestamp",
    }
)
"""Fields that the service fills itself, never with input, and writes unchanged: an ID may look like a number.

``host`` and ``origin`` are input, which the code that logs refused requests redacts.
"""

PERSONAL = frozenset(
    {
        *("account", "account_number", "additional_information", "address", "address_1", "address_2"),
        *("address_3", "address_4", "addresses", "args", "attributes", "authorization", "birth_date", "body"),
        *("business_name", "city", "command", "cookie", "country", "county", "criteria", "cursor", "data"),
        *("document", "e164", "email", "email_address", "email_addresses", "first_name", "form", "gender"),
        *("headers", "json", "keys", "last_name", "lookup", "matched_on", "middle_name", "name", "params"),
        *("party_type", "password", "path", "phone", "phone_number", "phone_numbers", "phonetic_first_name"),
        *("phonetic_last_name", "postal_code", "profile", "province", "query", "query_string", "reply"),
        *("secret", "ssn", "state", "stored_form", "token", "unique", "uri", "url", "value", "values"),
    }
)
"""Names of fields whose values are or may be personal, whatever they look like."""

_PLAIN = (str, int, float, type(None))
_MAX_CAUSES = 10


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event without personal values; a processor for structlog.

    It must run after exceptions are rendered, so that it sees their text. The result holds JSON types only:
    of other objects the type is kept, since their text could contain anything.
    """
    return {name: _redact_field(name, value) for name, value in event.items()}


def _redact_field(name: str, value: object) -> object:
    if name in OWN and isinstance(value, _PLAIN):
        return value
    if name.lower() in PERSONAL:
        return REDACTED
    return _redact_value(value, own=name in OWN)


def _redact_value(value: object, *, own: bool = False) -> object:
    match value:
        case None | bool():
            return value
        case int() | float():
            return value if own else _redact_number(value)
        case str():
            return value if own else redact_text(value)
        case Mapping():
            return {redact_text(str(name)): _redact_field(str(name), inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_redact_value(inner, own=own) for inner in value]
        case _:
            return type(value).__name__


def _redact_number(value: float) -> float | str:
    text = redact_text(str(value))
    return value if text == str(value) else text


def exception_origin(
    exc_info: ExcInfo,
) -> list[str]:
    """Return the type and the source lines of an exception and of its causes; a formatter for structlog.

    The message is left out: it may contain a name, which cannot be told from other words.
    """
    origins: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(origins) < _MAX_CAUSES:
        frames = [
            f"{frame.f_code.co_filename.rpartition('/')[2]}:{line}"
            for frame, line in walk_tb(error.__traceback__)
        ]
        origins.append(" < ".join([type(error).__name__, *reversed(frames)]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return origins
