"""How this process writes its log: one line of JSON an event on the standard error, and nothing personal.

structlog is for ours; what libraries say through ``logging`` takes the same way.
"""

import logging
import sys
from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from structlog.typing import Processor

from service.redaction import REDACTED, origin, redact


def _json(event: Any, **_options: Any) -> str:
    return orjson.dumps(event).decode()


_PROCESSORS: tuple[Processor, ...] = (
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(origin),
    redact,
    structlog.processors.JSONRenderer(serializer=_json),
)
# One list for good: the loggers that structlog keeps hold on to it, and its ``capture_logs`` changes it.
_OURS: list[Processor] = [structlog.processors.add_log_level, *_PROCESSORS]


class _StandardError:
    """Writes a line and its end at once.

    As two writes, which print() makes where Python does not buffer, those of several workers get mixed.
    """

    def msg(self, line: str) -> None:
        # Looked up at each line, since tests put another in its place.
        sys.stderr.write(f"{line}\n")

    info = warning = error = critical = msg


def configure() -> None:
    """Have structlog write that way, by loggers that it makes once."""
    structlog.configure(
        processors=_OURS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: _StandardError(),
        cache_logger_on_first_use=True,
    )


# gunicorn's word for where it serves, and as which process: its port and process ID may look like a phone
# number, and nothing of it came in.
_LISTENING = ("gunicorn.error", "Listening at: %s (%s)")


class JsonFormatter(logging.Formatter):
    """Writes what a library logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of JSON.

        Of a warning or an error the arguments that are no numbers are left out: they quote what came in.
        """
        event: Any = {"event": _message(record), "level": record.levelname.lower(), "logger": record.name}
        if record.exc_info:
            event["exc_info"] = record.exc_info
        for processor in _PROCESSORS:
            if processor is redact and (record.name, record.msg) == _LISTENING:
                continue
            event = processor(None, event["level"], event)
        return str(event)


def _message(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    if record.levelno < logging.WARNING or not record.args:
        return record.getMessage()
    args = record.args
    told: Any = (
        {name: _told(value) for name, value in args.items()}
        if isinstance(args, Mapping)
        else tuple(map(_told, args))
    )
    try:
        return str(record.msg % told)
    except (TypeError, ValueError):
        # A conversion that takes numbers only.
        return record.msg


def _told(value: object) -> object:
    return value if isinstance(value, int | float) else REDACTED


GUNICORN: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": JsonFormatter}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    },
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    # Its level is that of gunicorn's own setting.
    "loggers": {"gunicorn.error": {"handlers": ["stderr"], "propagate": False}},
}
"""For gunicorn's ``logconfig_dict``: all of its processes, and every library in them."""
