"""The port of the bundled mongod, kept in its data folder from one start to the next."""

from pathlib import Path

_NAME = "mongod.port"
_MAX_DIGITS = 5
# Ports below it need privileges.
_MIN_PORT = 1024
_MAX_PORT = 65535


def read_port(data_dir: Path) -> int | None:
    """Return the port of the last start, None if there is no usable one.

    The port is a preference, not a fact: mongod may have ended, and another program may use its port.
    """
    try:
        text = (data_dir / _NAME).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    # isdecimal alone accepts any number of digits, more than int() converts.
    if not text.isdecimal() or len(text) > _MAX_DIGITS:
        return None
    port = int(text)
    return port if _MIN_PORT <= port <= _MAX_PORT else None


def write_port(data_dir: Path, port: int) -> None:
    """Store the port; a reader sees the old content or the new one, never a part of it."""
    unfinished = data_dir / f"{_NAME}.new"
    unfinished.write_text(f"{port}\n", encoding="ascii")
    unfinished.replace(data_dir / _NAME)
