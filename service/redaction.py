"""What of a log event may be written: nothing that a person could be told by.

Our own events hold nothing of the kind to begin with. This is for the rest: what a library says, and a line
that is written in a hurry some day.
"""

import re
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any

REDACTED = "[redacted]"

OWN = frozenset(
    {
        "code",
        "credential_id",
        "database_milliseconds",
        "domain",
        "error",
        "exception",
        "frames",
        "host",
        "level",
        "logger",
        "method",
        "milliseconds",
        "origin",
        "request_id",
        "route",
        "status",
        "timestamp",
    }
)
"""Fields that we fill ourselves, never with what somebody typed; an ID may look like a phone number.

The exceptions are ``host`` and ``origin``, which are masked unless they are IP addresses.
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
"""Names under which a value is personal, or may be, whatever it looks like."""

# A value of these types in a field of ours is written as it is.
_PLAIN = (str, int, float, type(None))
_EMAIL = re.compile(r"[^\s@<>\"'(),:;]+@[^\s@<>\"'(),:;]+")
# Seven digits or more of any script, with what people write between them: a phone number, an SSN, an account.
_DIGITS = re.compile(r"\+?\d(?:[^\w:,;]{0,3}\d){6,}")


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return the event with what may be personal masked; a processor of structlog's.

    It comes after the formatter of exceptions, so that their text is looked at like any other, and leaves
    nothing but what JSON knows: a renderer would write out what an object says of itself.
    """
    return {name: _field(name, value) for name, value in event.items()}


def _field(name: str, value: Any) -> Any:
    if name in OWN and isinstance(value, _PLAIN):
        return value
    if name.lower() in PERSONAL:
        return REDACTED
    return _cleaned(value, own=name in OWN)


def _cleaned(value: Any, *, own: bool = False) -> Any:
    match value:
        case None | bool():
            return value
        case int() | float():
            return value if own else _number(value)
        case str():
            return value if own else masked(value)
        case Mapping():
            return {masked(str(name)): _field(str(name), inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_cleaned(inner, own=own) for inner in value]
        case _:
            return type(value).__name__


def _number(value: float) -> float | str:
    text = masked(str(value))
    return value if text == str(value) else text


def masked(text: str) -> str:
    """Return the text without e-mail addresses and long numbers."""
    return _DIGITS.sub(REDACTED, _EMAIL.sub(REDACTED, text))


def origin(
    exc_info: tuple[type[BaseException] | None, BaseException | None, TracebackType | None],
) -> list[str]:
    """Return of an exception, and of what caused it, the type and where it arose; a formatter of structlog's.

    Not what it says: that may quote a name, which nothing tells from any other word.
    """
    told: list[str] = []
    error = exc_info[1]
    while error is not None and len(told) < _MOST_CAUSES:
        told.append(" < ".join([type(error).__name__, *reversed(_frames(error))]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return told


_MOST_CAUSES = 10


def _frames(error: BaseException) -> list[str]:
    frames = []
    traceback = error.__traceback__
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename.rpartition("/")[2]
        frames.append(f"{file}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return frames
