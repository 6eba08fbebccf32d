"""A request of which half is sent, and the worker that waits for the rest of it."""

from http.client import HTTPConnection, HTTPException
from pathlib import Path
from uuid import uuid4


class InFlight:
    """A creation in the hands of a worker."""

    _BODY = b'{"first_name": "Written", "account_number": "%s"}'

    def __init__(self, port: int) -> None:
        """Send the first half to the service on this port of loopback."""
        self.tag = uuid4().hex
        self._body = self._BODY % self.tag.encode()
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._connection.putrequest("POST", "/v1/profiles")
        self._connection.putheader("Content-Type", "application/json")
        self._connection.putheader("Content-Length", str(len(self._body)))
        self._connection.endheaders(self._body[:5])
        assert self._connection.sock is not None
        self._port: int = self._connection.sock.getsockname()[1]

    def worker(self, workers: list[int]) -> int | None:
        """Return the worker that has accepted the connection, None as long as none has."""
        inode = _inode(self._port)
        return next((pid for pid in workers if inode and inode in _open_sockets(pid)), None)

    def finish(self) -> int | None:
        """Send the rest; return the status, or None where there is no answer."""
        try:
            self._connection.send(self._body[5:])
            response = self._connection.getresponse()
            response.read()
        except (OSError, HTTPException):
            return None
        else:
            return response.status
        finally:
            self._connection.close()


def _inode(peer_port: int) -> str | None:
    """Return the inode of the server's end of a connection on loopback, known by its client's port."""
    for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[2].rpartition(":")[2], 16) == peer_port:
            return fields[9]
    return None


def _open_sockets(pid: int) -> set[str]:
    targets = (_target(path) for path in Path(f"/proc/{pid}/fd").iterdir())
    return {target.removeprefix("socket:[").removesuffix("]") for target in targets}


def _target(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""
