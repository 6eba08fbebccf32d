"""Find the bundled mongod that a `profile-lookup run` has started on this machine."""

import socket
from pathlib import Path

from service.embedded import replica_set
from service.embedded.port_file import read_port

_CONNECT_SECONDS = 0.5


def database_path(data_dir: Path) -> Path:
    """Return the folder of mongod's own files."""
    return data_dir.resolve() / "mongodb"


def master_keys_path(data_dir: Path) -> Path:
    """Return the file of the master keys that `profile-lookup run` makes for the bundled mongod."""
    return data_dir.resolve() / "master-keys"


def find_running(data_dir: Path) -> str | None:
    """Return the URI of the mongod that serves this data folder now, None if there is none.

    Another program may use the stored port by now, even the mongod of another data folder. So the server is
    asked for its folder.
    """
    port = read_port(data_dir)
    if port is None or not is_listening("127.0.0.1", port):
        return None
    with replica_set.connect(f"127.0.0.1:{port}") as client:
        if not replica_set.serves(client, database_path(data_dir)):
            return None
    return replica_set.uri(port)


def is_listening(host: str, port: int) -> bool:
    """Return whether a program accepts connections at the address."""
    try:
        with socket.create_connection((host, port), timeout=_CONNECT_SECONDS):
            return True
    except OSError:
        return False
