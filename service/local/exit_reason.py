"""Explain why the bundled mongod exited, from its exit code, its output and its log."""

import json
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

# The log of a mongod that ran for days is long; its end is enough.
_TAIL_BYTES = 1 << 20
_MAX_QUOTE = 300
# WiredTiger logs its panic (WT_PANIC) after the error that caused it.
_WIREDTIGER_PANIC = -31804
# "Writing fatal message": the signal that ended mongod, which its exit code shows too.
_FATAL_SIGNAL_ID = 6384300


def explain_exit(returncode: int, *, output: Path, log: Path) -> str:
    """Return one line without a full stop: how mongod exited and its last error.

    ``output`` is what mongod and the dynamic linker wrote to the terminal.
    """
    lines = _read_tail(output).splitlines()
    if any("libcurl.so.4" in line for line in lines):
        return "The bundled mongod needs libcurl.so.4: install it (apt-get install libcurl4)"
    if returncode == -signal.SIGILL:
        return "The bundled mongod cannot run on this processor (it needs AVX)"
    ending = f"signal {-returncode}" if returncode < 0 else f"code {returncode}"
    # A killed mongod had no time to log why: an error in its log is older.
    error = None if returncode == -signal.SIGKILL else _last_error(lines, _read_tail(log).splitlines())
    return f"The bundled mongod ended with {ending} (log: {log}){f': {error}' if error else ''}"


def _last_error(output: list[str], log: list[str]) -> str | None:
    """Return the last error in the log, or in the output, where mongod writes before it opens its log."""
    for lines in (log, output):
        errors = list(_errors(lines))
        if errors:
            with_detail = [text for text, has_detail in errors if has_detail]
            return (with_detail or [text for text, _ in errors])[-1]
    plain = [line.strip() for line in output if line.strip() and not line.startswith("{")]
    # If an option is wrong, the first line is the error; the others refer to the documentation.
    return _shorten(plain[0].rstrip(".")) if plain else None


def _errors(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield the lines of severity E (error) or F (fatal), each with whether it has a detail."""
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if not isinstance(entry, dict) or entry.get("s") not in {"E", "F"}:
            continue
        attributes = entry.get("attr")
        attributes = attributes if isinstance(attributes, dict) else {}
        if attributes.get("error") == _WIREDTIGER_PANIC or entry.get("id") == _FATAL_SIGNAL_ID:
            continue
        message, detail = str(entry.get("msg", "")), _detail(attributes)
        yield _shorten(f"{message} ({detail})" if detail else message), bool(detail)


def _detail(attributes: Mapping[str, object]) -> str | None:
    """Return the text of an error in the three shapes in which mongod logs it."""
    error, message = attributes.get("error"), attributes.get("message")
    if isinstance(error, dict) and "errmsg" in error:
        return str(error["errmsg"])
    if isinstance(message, dict) and "msg" in message:
        reason = message.get("error_str")
        return f"{message['msg']}: {reason}" if reason else str(message["msg"])
    return error if isinstance(error, str) else None


def _shorten(text: str) -> str:
    """Return the text in one line of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= _MAX_QUOTE else f"{line[:_MAX_QUOTE]}…"


def _read_tail(path: Path) -> str:
    """Return the end of the file, nothing if it does not exist."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            return file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
