"""A request of which half is sent, and the worker that waits for the rest of it."""

import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from uuid import uuid4

_AT_ONCE = 6
# The service waits five seconds for the rest of a body.
_QUICKLY_SECONDS = 2
_DEADLINE_SECONDS = 90


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
        # As the service's end of the connection has them.
        self._ports = port, self._connection.sock.getsockname()[1]

    def worker(self, workers: Sequence[int]) -> int | None:
        """Return the worker that has accepted the connection, None as long as none has."""
        return holder(*self._ports, workers)

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


def in_flight_in_each(port: int, workers: Sequence[int]) -> Mapping[int, Sequence[InFlight]]:
    """Return requests in flight by worker, some in each, and time left until the service gives them up."""
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while True:
        began = time.monotonic()
        requests = [InFlight(port) for _ in range(_AT_ONCE)]
        found: dict[int, list[InFlight]] = {}
        while time.monotonic() - began < _QUICKLY_SECONDS:
            taken = [(request.worker(workers), request) for request in requests]
            found = {pid: [request for by, request in taken if by == pid] for pid in workers}
            if all(found.values()) and all(pid for pid, _ in taken):
                return found
        # All in one, by chance, or too late on a busy machine.
        for request in requests:
            request.finish()
        assert time.monotonic() < deadline, "requests in flight are all in one worker"


def holder(local_port: int, peer_port: int, workers: Sequence[int]) -> int | None:
    """Return the worker that has accepted a connection on loopback, None as long as none has."""
    inode = _inode(local_port, peer_port)
    return next((pid for pid in workers if inode and inode in _open_sockets(pid)), None)


def _inode(local_port: int, peer_port: int) -> str | None:
    """Return the inode of a socket of a connection on loopback, by the ports of both its ends."""
    ports = [local_port, peer_port]
    for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if [int(address.rpartition(":")[2], 16) for address in fields[1:3]] == ports:
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
