"""The files in DATA_DIR: the database of the bundled mongod, its port, and the master key."""

import os
import secrets
import socket
from base64 import b64encode
from pathlib import Path

from service.crypto.master_keyring import KEY_BYTES
from service.local import replica_set

_PORT_FILE = "mongod.port"
# Lower ports need privileges.
_MIN_PORT = 1024
_MAX_PORT = 65535
_CONNECT_SECONDS = 0.5


def database_path(data_dir: Path) -> Path:
    """Return the folder with the database files of mongod."""
    return data_dir.resolve() / "mongodb"


def master_keys_path(data_dir: Path) -> Path:
    """Return the path of the file with the master key that `profile-lookup run` generates."""
    return data_dir.resolve() / "master-keys"


def read_port(data_dir: Path) -> int | None:
    """Return the port on which mongod last started, or None if no valid port is stored.

    mongod may have stopped since, and another program may use the port now.
    """
    try:
        port = int((data_dir / _PORT_FILE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return port if _MIN_PORT <= port <= _MAX_PORT else None


def write_port(data_dir: Path, port: int) -> None:
    """Store the port atomically."""
    unfinished = data_dir / f"{_PORT_FILE}.new"
    unfinished.write_text(f"{port}\n", encoding="ascii")
    unfinished.replace(data_dir / _PORT_FILE)


def find_running(data_dir: Path) -> str | None:
    """Return the URI of the bundled mongod of this data folder, or None if it does not run.

    Compares the folder that the server on the stored port reports: another program may use the port now, even
    the mongod of another data folder.
    """
    port = read_port(data_dir)
    if port is None or not is_listening("127.0.0.1", port):
        return None
    with replica_set.connect(f"127.0.0.1:{port}") as client:
        is_ours = replica_set.data_path(client) == str(database_path(data_dir))
    return replica_set.uri(port) if is_ours else None


def is_listening(host: str, port: int) -> bool:
    """Return whether a program accepts connections at the address."""
    try:
        with socket.create_connection((host, port), timeout=_CONNECT_SECONDS):
            return True
    except OSError:
        return False


def generate_master_key(path: Path) -> None:
    """Write a new master key into a file that only its owner can read; does nothing if the file exists.

    Writes the file atomically, because without the master key all sensitive values are lost. The ID of the
    master key is random too, so that an older master key, whose file was deleted, has another ID.
    """
    if path.exists():
        return
    key = b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"local-{secrets.token_hex(4)}:{key}\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
