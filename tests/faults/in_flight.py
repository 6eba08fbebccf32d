"""Partly sent requests, and the workers that accepted them."""

import time
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from uuid import uuid4

_CONCURRENT = 6
# The service waits five seconds for the rest of a body.
_QUICKLY_SECONDS = 2
_DEADLINE_SECONDS = 90


class InFlight:
    """A request to create a profile, partly sent."""

    _BODY = b'{"first_name": "Written", "account_number": "%s"}'

    def __init__(self, port: int) -> None:
        """Send the first part to the service on this port of loopback."""
        self.tag = uuid4().hex
        self._body = self._BODY % self.tag.encode()
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._connection.putrequest("POST", "/v1/profiles")
        self._connection.putheader("Content-Type", "application/json")
        self._connection.putheader("Content-Length", str(len(self._body)))
        self._connection.endheaders(self._body[:5])
        assert self._connection.sock is not None
        # The service's port and the client's port.
        self._ports = port, self._connection.sock.getsockname()[1]

    def worker(self, workers: Sequence[int]) -> int | None:
        """Return the process ID of the worker that accepted the connection, if any."""
        return find_worker(*self._ports, workers)

    def finish(self) -> int | None:
        """Send the rest of the request. Return the status, or None if there is no response."""
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


def requests_in_flight(port: int, workers: Sequence[int]) -> Mapping[int, Sequence[InFlight]]:
    """Return requests in flight by worker. Every worker has at least one, and no request times out soon."""
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while True:
        began = time.monotonic()
        requests = [InFlight(port) for _ in range(_CONCURRENT)]
        by_worker: dict[int, list[InFlight]] = {}
        while time.monotonic() - began < _QUICKLY_SECONDS:
            accepted = [(request.worker(workers), request) for request in requests]
            by_worker = {pid: [request for by, request in accepted if by == pid] for pid in workers}
            if all(by_worker.values()) and all(pid for pid, _ in accepted):
                return by_worker
        # By chance, one worker accepted all requests, or the machine was too slow.
        for request in requests:
            request.finish()
        assert time.monotonic() < deadline, "one worker accepts all requests"


def find_worker(local_port: int, peer_port: int, workers: Sequence[int]) -> int | None:
    """Return the process ID of the worker that accepted a connection on loopback, if any."""
    inode = _inode(local_port, peer_port)
    return next((pid for pid in workers if inode and inode in _open_sockets(pid)), None)


def _inode(local_port: int, peer_port: int) -> str | None:
    """Return the inode of a socket on loopback, given the ports of both ends."""
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
