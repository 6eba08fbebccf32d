"""The log of this process: one line of JSON per event on standard error, without personal values."""

import logging
import logging.config
import sys
from collections.abc import Mapping

import orjson
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from service.model.personal_values import REDACTED
from service.server.redaction import exception_origin, redact

_LOGGER = "service"
# gunicorn's message with its address and process ID. Their digits look like a phone number.
_LISTENING = ("gunicorn.error", "Listening at: %s (%s)")


class StandardErrorHandler(logging.Handler):
    """Writes each line and its end in one call, so that lines of several processes do not mix."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record to the current standard error, which tests replace."""
        try:
            sys.stderr.write(f"{self.format(record)}\n")
        except Exception:  # noqa: BLE001 - as every handler of logging: an error in it stops no request
            self.handleError(record)


def _describe_library_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Format the message of a library, and add the library's name.

    In warnings and errors, arguments other than numbers are redacted: they quote the input.
    """
    record: logging.LogRecord = event["_record"]
    args = event.pop("positional_args")
    return {**event, "event": _message(record.msg, args, record.levelno), "logger": record.name}


def _message(message: object, args: object, level: int) -> str:
    if not isinstance(message, str):
        return type(message).__name__
    if not args:
        return message
    if level >= logging.WARNING:
        args = _numbers_of(args)
    try:
        return message % args
    except (TypeError, ValueError):
        # For example a %d whose number was redacted.
        return message


def _numbers_of(args: object) -> object:
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


_PROCESSORS: tuple[Processor, ...] = (
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(exception_origin),
    _redact_unless_listening,
    ProcessorFormatter.remove_processors_meta,
    structlog.processors.JSONRenderer(serializer=_to_json),
)


def formatter() -> ProcessorFormatter:
    """Return the formatter for events of the service and of libraries."""
    return ProcessorFormatter(
        processors=_PROCESSORS,
        foreign_pre_chain=[structlog.stdlib.add_log_level, _describe_library_event],
        use_get_message=False,
        pass_foreign_args=True,
    )


CONFIG: dict[str, object] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": formatter}},
    "handlers": {"stderr": {"()": StandardErrorHandler, "formatter": "json"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        _LOGGER: {"level": "INFO", "handlers": ["stderr"], "propagate": False},
        # gunicorn sets the level.
        "gunicorn.error": {"handlers": ["stderr"], "propagate": False},
    },
}
"""For ``logging.config.dictConfig``, which gunicorn calls itself."""

# The cached loggers and structlog's ``capture_logs`` share this list.
_BEFORE_LOGGING: list[Processor] = [
    structlog.stdlib.add_log_level,
    ProcessorFormatter.wrap_for_formatter,
]


def configure() -> None:
    """Write the events of the service and of libraries to standard error."""
    logging.config.dictConfig(CONFIG)
    configure_structlog()


def configure_structlog() -> None:
    """Pass the service's events on to ``logging``."""
    structlog.configure(
        processors=_BEFORE_LOGGING,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: logging.getLogger(_LOGGER),
        cache_logger_on_first_use=True,
    )
