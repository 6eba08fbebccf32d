"""The log of this process: one line of JSON per event on standard error, without personal values."""

import logging
import logging.config
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO, cast

import orjson
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from service.model.personal_values import REDACTED
from service.server.redaction import exception_origin, redact

# gunicorn's message with its address and process ID. Their digits look like a phone number.
_LISTENING = ("gunicorn.error", "Listening at: %s (%s)")


class _StandardError:
    """The current standard error, which tests replace."""

    def write(self, text: str) -> None:
        # As in every handler of logging: an error stops no request.
        with suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Do nothing: standard error is written line by line."""


def _describe_library_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Format the message of a library, and add the library's name."""
    record: logging.LogRecord = event["_record"]
    args = event.pop("positional_args")
    return {**event, "event": _message(record.msg, args, record.levelno), "logger": record.name}


def _message(message: object, args: object, level: int) -> str:
    if not isinstance(message, str):
        return type(message).__name__
    if not args:
        return message
    if level >= logging.WARNING:
        # They quote the input.
        args = _redact_all_but_numbers(args)
    try:
        return message % args
    except (TypeError, ValueError):
        # For example a %d whose number was redacted.
        return message


def _redact_all_but_numbers(args: object) -> object:
    if isinstance(args, Mapping):
        return {name: _number_of(value) for name, value in args.items()}
    return tuple(map(_number_of, args)) if isinstance(args, tuple) else REDACTED


def _number_of(value: object) -> object:
    return value if isinstance(value, int | float) else REDACTED


def _redact_unless_listening(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    return event if (record.name, record.msg) == _LISTENING else redact(logger, method, event)


def _to_json(event: object, **_options: object) -> str:
    return orjson.dumps(event).decode()


# Both loggers write a line and its end in one call, so that lines of several processes do not mix.
_STDERR = cast("TextIO", _StandardError())
_STAMP: tuple[Processor, ...] = (
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(exception_origin),
)
_RENDER = structlog.processors.JSONRenderer(serializer=_to_json)
# The service's own events do not pass through ``logging``, which would double the time of a line. The cached
# loggers and structlog's ``capture_logs`` share this list.
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
"""For ``logging.config.dictConfig``, which gunicorn calls itself."""


def configure() -> None:
    """Write the events of the service and of libraries to standard error."""
    logging.config.dictConfig(CONFIG)
    configure_structlog()


def configure_structlog() -> None:
    """Write the service's own events to standard error."""
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(_STDERR),
        cache_logger_on_first_use=True,
    )
