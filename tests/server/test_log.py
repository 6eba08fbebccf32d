"""The log has one line of JSON for each event of the service and of libraries."""

import io
import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
import structlog

from service.server import log
from tests.api.caller import Json
from tests.faults.serving import Service, open_listener


def _format(level: int, message: Any, *args: Any, exc_info: Any = None) -> Json:
    record = logging.LogRecord("library", level, __file__, 1, message, args, exc_info)
    line: Json = json.loads(log.formatter().format(record))
    return line


def test_an_event_of_a_library_is_logged_as_json() -> None:
    """The line has the time, the level and the name of the library."""
    line = _format(logging.INFO, "Listening at: %s (%s)", "http://127.0.0.1:8080", 7)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "Listening at: http://127.0.0.1:8080 (7)", "level": "info", "logger": "library"}


def test_the_address_of_gunicorn_is_not_redacted(tmp_path: Path) -> None:
    """Gunicorn's port and process ID look like a phone number."""
    with open_listener() as listener:
        service = Service(
            listener, tmp_path / "log", {"MONGODB_URI": "mongodb://127.0.0.1:1", "WORKERS": "1"}
        )
    try:
        service.wait_until("/livez")
        (line,) = (line for line in service.log.read_text().splitlines() if "Listening" in line)
    finally:
        service.stop()
    assert (
        json.loads(line)["event"] == f"Listening at: http://127.0.0.1:{service.port} ({service.process.pid})"
    )


@pytest.mark.parametrize(
    ("library", "message", "args"),
    [
        ("other", "Listening at: %s (%s)", ("http://127.0.0.1:41555", 50100)),
        ("gunicorn.error", "Listening at: http://127.0.0.1:41555 (50100)", ()),
    ],
)
def test_similar_messages_are_redacted(library: str, message: str, args: tuple[Any, ...]) -> None:
    """Only gunicorn's own message is logged without redaction."""
    record = logging.LogRecord(library, logging.INFO, __file__, 1, message, args, None)
    event = json.loads(log.formatter().format(record))["event"]
    assert event == "Listening at: http://127.0.0.1:[redacted])"


@pytest.mark.parametrize(
    ("message", "args", "event"),
    [
        ("Error handling request %s", ("/v1/x?name=Jane",), "Error handling request [redacted]"),
        ("Worker (pid:%s) was sent %s!", (7, "Jane"), "Worker (pid:7) was sent [redacted]!"),
        ("Worker %d gone", ("Jane",), "Worker %d gone"),
        ("%(who)s called", ({"who": "Jane"},), "[redacted] called"),
        ("jane@example.com called from 415-555-0100", (), "[redacted] called from [redacted]"),
        (ValueError("Jane"), (), "ValueError"),
    ],
)
def test_a_warning_contains_no_input(message: Any, args: tuple[Any, ...], event: str) -> None:
    """Arguments that are not numbers may come from requests, so they are redacted."""
    assert _format(logging.WARNING, message, *args)["event"] == event


def test_an_exception_of_a_library_is_logged_without_its_message() -> None:
    """The log has the type and the origin of the exception."""
    try:
        Path("/nowhere/Jane").read_text()
    except OSError:
        line = _format(logging.ERROR, "failed", exc_info=sys.exc_info())
    (origin,) = line["exception"]
    assert origin.startswith("FileNotFoundError < ")
    assert "Jane" not in str(line)


def test_an_exception_of_the_service_is_logged_without_its_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The service redacts an event after it has formatted the exception."""
    try:
        Path("/nowhere/Jane").read_text()
    except OSError:
        structlog.get_logger("x").exception("failed", first_name="Jane", note="jane@example.com")
    line = json.loads(capsys.readouterr().err)
    assert line["exception"][0].startswith("FileNotFoundError < ")
    assert (line["first_name"], line["note"]) == ("[redacted]", "[redacted]")
    assert "ane" not in str(line)


class _RecordingStream(io.StringIO):
    """Stores the text of each call of ``write()``."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []

    def write(self, text: str) -> int:
        self.writes.append(text)
        return super().write(text)


def test_a_line_and_its_end_are_written_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers share standard error. With two writes per line, lines of several workers could mix."""
    stderr = _RecordingStream()
    monkeypatch.setattr(sys, "stderr", stderr)
    structlog.get_logger("x").info("request")
    (line,) = stderr.writes
    assert json.loads(line)["event"] == "request"
    assert line.endswith("}\n")
