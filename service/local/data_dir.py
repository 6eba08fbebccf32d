"""The files in DATA_DIR: the database, the port of its mongod, and its master keys."""

from pathlib import Path

_PORT_FILE = "mongod.port"
_MAX_DIGITS = 5
# Lower ports need privileges.
_MIN_PORT = 1024
_MAX_PORT = 65535


def database_path(data_dir: Path) -> Path:
    """Return the folder of mongod's own files."""
    return data_dir.resolve() / "mongodb"


def master_keys_path(data_dir: Path) -> Path:
    """Return the file of the master key that `profile-lookup run` generates for the bundled MongoDB."""
    return data_dir.resolve() / "master-keys"


def read_port(data_dir: Path) -> int | None:
    """Return the port of the last start, None if there is no usable one.

    mongod may have stopped since, and another program may use its port.
    """
    try:
        text = (data_dir / _PORT_FILE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    # isdecimal alone accepts more digits than int() converts.
    if not text.isdecimal() or len(text) > _MAX_DIGITS:
        return None
    port = int(text)
    return port if _MIN_PORT <= port <= _MAX_PORT else None


def write_port(data_dir: Path, port: int) -> None:
    """Store the port atomically."""
    unfinished = data_dir / f"{_PORT_FILE}.new"
    unfinished.write_text(f"{port}\n", encoding="ascii")
    unfinished.replace(data_dir / _PORT_FILE)
