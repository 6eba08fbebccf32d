"""A TCP proxy between the service and MongoDB that simulates network faults.

It parses MongoDB's wire protocol (messages start with their length; section 0 of OP_MSG is the command), so
that a test can choose the command that the fault affects.
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from typing import Any

import bson

_HEADER = struct.Struct("<iiii")
_OP_MSG = 2013
# OP_MSG has four bytes of flags and one for the kind of the first section.
_COMMAND_AT = _HEADER.size + 5
_DELAY_SECONDS = 0.3
_TIMEOUT_SECONDS = 60


class Fault(Enum):
    """A fault that affects one command."""

    CUT = "the connection is closed before MongoDB gets the command"
    LOST_REPLY = "the connection is closed when MongoDB replies"
    DELAY = "the reply arrives late, but within the timeout"
    NO_REPLY = "the reply never arrives"
    NEVER = "the command never arrives, and the connection stays open"
    LATE = "the command arrives after the service has timed out"


class Trap:
    """A fault for the next command of this name on this collection."""

    def __init__(self, fault: Fault, command: str, collection: str) -> None:
        self.fault = fault
        self.target = (command, collection)
        self.triggered = threading.Event()
        self._released = threading.Event()
        self._replied = threading.Event()

    def release(self) -> None:
        """Forward a delayed command to MongoDB, and wait for the reply."""
        self._released.set()
        self.wait_for_reply()

    def wait_for_reply(self) -> None:
        """Wait until MongoDB has replied."""
        assert self._replied.wait(_TIMEOUT_SECONDS), "MongoDB has not replied"

    def wait_until_released(self) -> None:
        """Wait until the test releases the command."""
        self._released.wait(_TIMEOUT_SECONDS)

    def wait_a_little(self) -> None:
        """Wait briefly before the reply is forwarded."""
        self._released.wait(_DELAY_SECONDS)

    def record_reply(self) -> None:
        """Record that MongoDB has replied."""
        self._replied.set()


class Proxy:
    """Listens on a free port of loopback and forwards all messages, except those that a trap affects."""

    def __init__(self, host: str, port: int) -> None:
        """Start a proxy for MongoDB's host and port."""
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._trap: Trap | None = None
        self._refusing = False
        self._links: set[_Link] = set()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def trap(self, fault: Fault, command: str, collection: str) -> Trap:
        """Apply the fault to the next command of this name on this collection."""
        self._trap = Trap(fault, command, collection)
        return self._trap

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Close all connections, and reject new ones during the block."""
        self._refusing = True
        self._close_all()
        try:
            yield
        finally:
            self._refusing = False

    def close(self) -> None:
        """Close all connections and stop."""
        self._refusing = True
        # Closing the socket alone does not wake a thread that waits in accept.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._close_all()
        for thread in self._threads:
            thread.join(_TIMEOUT_SECONDS)
            assert not thread.is_alive()

    def _close_all(self) -> None:
        with self._lock:
            for link in self._links:
                link.shut_down()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._refusing:
                client.close()
                continue
            with suppress(OSError):
                self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        link = _Link(self, client, socket.create_connection(self._target))
        with self._lock:
            self._links.add(link)
        for forward in (link.forward_commands, link.forward_replies):
            thread = threading.Thread(target=forward, daemon=True)
            self._threads.append(thread)
            thread.start()

    def take_trap(self, message: bytes) -> Trap | None:
        """Return and remove the trap that applies to the message, if any."""
        with self._lock:
            trap = self._trap
            if trap is None or _command(message) != trap.target:
                return None
            self._trap = None
        trap.triggered.set()
        return trap

    def forget(self, link: "_Link") -> None:
        """Remove a closed link."""
        with self._lock:
            self._links.discard(link)


class _Link:
    """A connection of the service, and the corresponding connection to MongoDB."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._trapped: dict[int, Trap] = {}
        # The last thread closes the sockets, so that the other thread cannot read from a reused descriptor.
        self._both_finished = threading.Barrier(2, action=self._close)

    def forward_commands(self) -> None:
        """Forward the service's commands to MongoDB until either connection closes."""
        with suppress(OSError):
            while message := _read(self._client):
                trap = self._proxy.take_trap(message)
                if trap is None:
                    self._server.sendall(message)
                elif trap.fault is Fault.CUT:
                    break
                elif trap.fault is not Fault.NEVER:
                    self._trapped[_HEADER.unpack_from(message)[1]] = trap
                    if trap.fault is Fault.LATE:
                        trap.wait_until_released()
                    self._server.sendall(message)
                    # If the service has closed its connection, keep MongoDB's open until the reply.
                    trap.wait_for_reply()
        self._finish()

    def forward_replies(self) -> None:
        """Forward MongoDB's replies to the service until either connection closes."""
        with suppress(OSError):
            while message := _read(self._server):
                trap = self._trapped.pop(_HEADER.unpack_from(message)[2], None)
                if trap is None:
                    self._client.sendall(message)
                    continue
                trap.record_reply()
                if trap.fault is Fault.LOST_REPLY:
                    break
                if trap.fault is Fault.DELAY:
                    trap.wait_a_little()
                if trap.fault is not Fault.NO_REPLY:
                    self._client.sendall(message)
        self._finish()

    def shut_down(self) -> None:
        """Shut down both connections, which wakes waiting threads."""
        for each in (self._client, self._server):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _finish(self) -> None:
        self.shut_down()
        self._both_finished.wait()

    def _close(self) -> None:
        self._client.close()
        self._server.close()
        self._proxy.forget(self)


def _read(connection: socket.socket) -> bytes:
    """Return the next complete message, or b"" at the end."""
    header = _read_exactly(connection, _HEADER.size)
    if not header:
        return b""
    return header + _read_exactly(connection, _HEADER.unpack(header)[0] - _HEADER.size)


def _read_exactly(connection: socket.socket, size: int) -> bytes:
    parts: list[bytes] = []
    while size > 0:
        part = connection.recv(size)
        if not part:
            return b""
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _command(message: bytes) -> tuple[str, Any] | None:
    """Return the command's name and its argument, usually a collection."""
    if _HEADER.unpack_from(message)[3] != _OP_MSG or message[_COMMAND_AT - 1] != 0:
        return None
    (size,) = struct.unpack_from("<i", message, _COMMAND_AT)
    return next(iter(bson.decode(message[_COMMAND_AT : _COMMAND_AT + size]).items()))
