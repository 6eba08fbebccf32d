"""The log of this process: one line of JSON per event on standard error, without personal values.

The service does not log personal values itself. Redaction removes personal values that a library logs, or
that the service logs by mistake.
"""

import json
import logging
import logging.config
import sys
from collections.abc import Mapping
from contextlib import suppress
from traceback import walk_tb
from typing import TextIO, cast

import orjson
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from service.model.personal_values import REDACTED, redact_text
from service.model.profile import Address, ProfileFields

SAFE_FIELDS = frozenset(
    {
        *("code", "credential_id", "database_milliseconds", "domain", "error", "exception", "frames", "host"),
        *("level", "logger", "method", "milliseconds", "origin", "request_id", "route", "status"),
        "timestamp",
    }
)
"""Fields that are written unchanged, because an ID may look like a phone number.

They contain no input, except ``host`` and ``origin``. The code that logs rejected requests redacts these two.
"""

PERSONAL_FIELDS = frozenset(
    {
        *ProfileFields.__annotations__,
        *Address.__annotations__,
        *("account", "address", "args", "authorization", "body", "command", "cookie", "criteria", "cursor"),
        *("data", "document", "e164", "email", "email_address", "form", "headers", "json", "lookup"),
        *("matched_on", "name", "params", "password", "path", "phone", "phone_number", "profile", "query"),
        *("query_string", "reply", "secret", "ssn", "stored_form", "token", "unique", "uri", "url", "value"),
        "values",
    }
)
"""Names of fields that may contain personal values. Their values are always redacted."""

_SCALARS = (str, int, float, type(None))
_MAX_EXCEPTIONS = 10
# The logger and format of gunicorn's message with its address and process ID, whose digits look like a phone
# number.
_LISTENING = ("gunicorn.error", "Listening at: %s (%s)")


class _StandardError:
    """Writes to the current ``sys.stderr``, which tests replace."""

    def write(self, text: str) -> None:
        # As in all handlers of logging, an error must not stop a request.
        with suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Do nothing: standard error is written line by line."""


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event without personal values. This is a processor for structlog.

    It must run after exceptions are rendered, to redact their text too. The result has only JSON types. Each
    object of another type is replaced by the name of its type, since its text could contain anything.
    """
    return {name: _redact_field(name, value) for name, value in event.items()}


def _redact_field(name: str, value: object) -> object:
    if name in SAFE_FIELDS and isinstance(value, _SCALARS):
        return value
    if name.lower() in PERSONAL_FIELDS:
        return REDACTED
    return _redact_value(value, is_safe=name in SAFE_FIELDS)


def _redact_value(value: object, *, is_safe: bool = False) -> object:
    match value:
        case None | bool():
            return value
        case int() | float():
            text = redact_text(str(value))
            return value if is_safe or text == str(value) else text
        case str():
            return value if is_safe else redact_text(value)
        case Mapping():
            return {redact_text(str(name)): _redact_field(str(name), inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_redact_value(inner, is_safe=is_safe) for inner in value]
        case _:
            return type(value).__name__


def exception_origin(exc_info: ExcInfo) -> list[str]:
    """Return a text for an exception and for each of its causes: the type and the source lines, last first.

    This is a formatter for structlog. Messages of exceptions are left out: they may contain a person's name,
    which looks like any other word.
    """
    origins: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(origins) < _MAX_EXCEPTIONS:
        frames = [
            f"{frame.f_code.co_filename.rpartition('/')[2]}:{line}"
            for frame, line in walk_tb(error.__traceback__)
        ]
        origins.append(" < ".join([type(error).__name__, *reversed(frames)]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return origins


def _describe_library_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Format the message of a library, and add the name of its logger."""
    record: logging.LogRecord = event["_record"]
    args = event.pop("positional_args")
    # The stack contains paths and lines of source code, which are not logged.
    event.pop("stack_info", None)
    return {**event, "event": _message(record.msg, args, record.levelno), "logger": record.name}


def _message(message: object, args: object, level: int) -> str:
    if not isinstance(message, str):
        return type(message).__name__
    if not args:
        return message
    if level >= logging.WARNING:
        # Warnings and errors of libraries can quote input.
        args = _redact_all_but_numbers(args)
    try:
        return message % args
    except (TypeError, ValueError):
        # For example, a value for %d was redacted.
        return message


def _redact_all_but_numbers(args: object) -> object:
    def number(value: object) -> object:
        return value if isinstance(value, int | float) else REDACTED

    if isinstance(args, Mapping):
        return {name: number(value) for name, value in args.items()}
    return tuple(map(number, args)) if isinstance(args, tuple) else REDACTED


def _redact_unless_listening(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    return event if (record.name, record.msg) == _LISTENING else redact(logger, method, event)


def _to_json(event: object, **_options: object) -> str:
    try:
        return orjson.dumps(event).decode()
    except orjson.JSONEncodeError:
        # The event contains half a surrogate pair or a huge number.
        return json.dumps(event)


# structlog and ``logging`` write a line and its end in one call, so that lines of processes do not mix.
_STDERR = cast("TextIO", _StandardError())
_STAMP: tuple[Processor, ...] = (
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(exception_origin),
)
_RENDER = structlog.processors.JSONRenderer(serializer=_to_json)
# The service's own events do not pass through ``logging``, which would double the time to write a line. The
# list is shared by cached loggers and by structlog's ``capture_logs``.
_PROCESSORS: list[Processor] = [structlog.stdlib.add_log_level, *_STAMP, redact, _RENDER]


def formatter() -> ProcessorFormatter:
    """Return the formatter for events of libraries."""
    return ProcessorFormatter(
        processors=[*_STAMP, _redact_unless_listening, ProcessorFormatter.remove_processors_meta, _RENDER],
        foreign_pre_chain=[structlog.stdlib.add_log_level, _describe_library_event],
        use_get_message=False,
        pass_foreign_args=True,
    )


CONFIG: dict[str, object] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": formatter}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": _STDERR, "formatter": "json"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    # gunicorn sets the level.
    "loggers": {"gunicorn.error": {"handlers": ["stderr"], "propagate": False}},
}
"""The argument of ``logging.config.dictConfig``, which gunicorn itself calls."""


def configure() -> None:
    """Configure the log for events of the service and of its libraries."""
    logging.config.dictConfig(CONFIG)
    configure_structlog()


def configure_structlog() -> None:
    """Configure the log for events of the service only."""
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(_STDERR),
        cache_logger_on_first_use=True,
    )
