"""Explain why the bundled mongod exited, from its exit code, its output and its log."""

import json
import signal
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

# After some days, the log is long. Its end is enough to find the last error.
_TAIL_BYTES = 1 << 20
_MAX_QUOTE = 300


def explain_exit(returncode: int, *, output: Path, log: Path) -> str:
    """Return one line without a full stop: how mongod exited and its last error, or what it lacks to run.

    ``output`` is the file with the standard output and error of mongod and of the dynamic linker.
    """
    lines = _read_tail(output)
    if any("libcurl.so.4" in line for line in lines):
        return "The bundled mongod needs libcurl.so.4: install it (apt-get install libcurl4)"
    if returncode == -signal.SIGILL:
        return "The bundled mongod cannot run on this processor (it needs AVX)"
    ending = f"signal {-returncode}" if returncode < 0 else f"code {returncode}"
    # A killed mongod cannot log a reason, so an error in its log is older.
    error = "" if returncode == -signal.SIGKILL else _last_error(lines, _read_tail(log))
    return f"The bundled mongod ended with {ending} (log: {log}){error and f': {error}'}"


def _last_error(output: list[str], log: list[str]) -> str:
    """Return the last error in the log or, if there is none, in the output. Prefer errors with a detail.

    mongod writes to its output until it opens its log.
    """
    texts = [line.strip().rstrip(".") for line in output if line.strip() and not line.startswith("{")]
    # If an option is wrong, the first line is the error, and the other lines refer to the documentation.
    error = texts[0] if texts else ""
    for lines in (output, log):
        if errors := sorted(_errors(lines), key=itemgetter(0)):
            error = errors[-1][1]
    line = " ".join(error.split())
    return line if len(line) <= _MAX_QUOTE else f"{line[:_MAX_QUOTE]}…"


def _errors(lines: list[str]) -> Iterator[tuple[bool, str]]:
    """Yield each error, fatal or not, as a pair: whether it has a detail, and its text."""
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        match entry:
            # WT_PANIC and "Writing fatal message" are only consequences of an earlier error.
            case {"attr": {"error": -31804}} | {"id": 6384300}:
                continue
            case {"s": "E" | "F", "msg": message}:
                detail = _detail(entry.get("attr"))
                yield bool(detail), f"{message} ({detail})" if detail else message


def _detail(attributes: object) -> object:
    # The shapes in which mongod logs an error.
    match attributes:
        case {"error": {"errmsg": text}} | {"error": str(text)}:
            return text
        case {"message": {"msg": text, "error_str": reason}}:
            return f"{text}: {reason}"
        case {"message": {"msg": text}}:
            return text
    return None


def _read_tail(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
            return file.read().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return []
