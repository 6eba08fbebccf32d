"""Find the bundled mongod of a running `profile-lookup run`."""

import socket
from pathlib import Path

from service.local import replica_set
from service.local.data_dir import database_path, read_port

_CONNECT_SECONDS = 0.5


def find_running(data_dir: Path) -> str | None:
    """Return the URI of the running mongod of this data folder, None if there is none.

    Another program can use the stored port now, even the mongod of another data folder. So the server's own
    data folder is compared.
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
