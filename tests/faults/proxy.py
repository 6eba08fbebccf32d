"""A TCP proxy between the service and MongoDB that breaks the link in the ways links break.

It reads MongoDB's wire protocol (messages with their length in front; OP_MSG's section 0 is the command),
so that a test says which command is to be hit, and no chance decides.
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
# In OP_MSG, four bytes of flags and one that says which kind the first section is.
_COMMAND_AT = _HEADER.size + 5
_DELAY_SECONDS = 0.3
_SECONDS = 60


class Fault(Enum):
    """What becomes of a command."""

    CUT = "the connection is cut before MongoDB has the command"
    LOST_REPLY = "the connection is cut when MongoDB replies"
    DELAY = "the reply comes late, and in time"
    NO_REPLY = "MongoDB's reply never comes"
    NEVER = "the command never gets to MongoDB, and nobody says so"
    LATE = "the command gets to MongoDB when nobody waits for it any more"


class Trap:
    """A fault that waits for a command, named with its collection, and falls on the next one alone."""

    def __init__(self, fault: Fault, command: str, collection: str) -> None:
        """Take what is to happen, and to which command."""
        self.fault = fault
        self.hits = (command, collection)
        self.sprung = threading.Event()
        self._let_go = threading.Event()
        self._replied = threading.Event()

    def let_go(self) -> None:
        """Let a command that is held back get to MongoDB, and wait until that has replied."""
        self._let_go.set()
        self.wait_for_reply()

    def wait_for_reply(self) -> None:
        """Wait until MongoDB has done what the command says, or has refused to."""
        assert self._replied.wait(_SECONDS), "MongoDB has not replied"

    def wait_until_let_go(self) -> None:
        """Hold the command back."""
        self._let_go.wait(_SECONDS)

    def wait_a_little(self) -> None:
        """Hold the reply back."""
        self._let_go.wait(_DELAY_SECONDS)

    def note_reply(self) -> None:
        """Note that MongoDB has replied."""
        self._replied.set()


class Proxy:
    """Listens on a free port of loopback and hands everything on, except where a trap is set."""

    def __init__(self, host: str, port: int) -> None:
        """Take where MongoDB listens."""
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
        """Let the fault fall on the next such command."""
        self._trap = Trap(fault, command, collection)
        return self._trap

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Cut all connections and take none for the time of the block."""
        self._refusing = True
        self._cut_all()
        try:
            yield
        finally:
            self._refusing = False

    def close(self) -> None:
        """Cut all connections for good."""
        self._refusing = True
        # A thread that waits in accept does not notice that its socket is closed.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._cut_all()
        for thread in self._threads:
            thread.join(_SECONDS)
            assert not thread.is_alive()

    def _cut_all(self) -> None:
        with self._lock:
            for link in self._links:
                link.cut()

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
        for carry in (link.carry_commands, link.carry_replies):
            thread = threading.Thread(target=carry, daemon=True)
            self._threads.append(thread)
            thread.start()

    def sprung(self, message: bytes) -> Trap | None:
        """Return the trap that the message has sprung, once."""
        with self._lock:
            trap = self._trap
            if trap is None or _command(message) != trap.hits:
                return None
            self._trap = None
        trap.sprung.set()
        return trap

    def forget(self, link: "_Link") -> None:
        """Let go of a link that is no more."""
        with self._lock:
            self._links.discard(link)


class _Link:
    """One connection of the service's, and the one to MongoDB that belongs to it."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._caught: dict[int, Trap] = {}
        # Closed by whichever thread is through last, so that neither reads from a descriptor used anew.
        self._last_one_out = threading.Barrier(2, action=self._close)

    def carry_commands(self) -> None:
        """Carry what the service sends to MongoDB, until either has had enough."""
        with suppress(OSError):
            while message := _read(self._client):
                trap = self._proxy.sprung(message)
                if trap is None:
                    self._server.sendall(message)
                elif trap.fault is Fault.CUT:
                    break
                elif trap.fault is not Fault.NEVER:
                    self._caught[_HEADER.unpack_from(message)[1]] = trap
                    if trap.fault is Fault.LATE:
                        trap.wait_until_let_go()
                    self._server.sendall(message)
                    # The service may have gone in the meantime, and MongoDB does not know that yet.
                    trap.wait_for_reply()
        self._leave()

    def carry_replies(self) -> None:
        """Carry what MongoDB replies to the service, likewise."""
        with suppress(OSError):
            while message := _read(self._server):
                trap = self._caught.pop(_HEADER.unpack_from(message)[2], None)
                if trap is None:
                    self._client.sendall(message)
                    continue
                trap.note_reply()
                if trap.fault is Fault.LOST_REPLY:
                    break
                if trap.fault is Fault.DELAY:
                    trap.wait_a_little()
                if trap.fault is not Fault.NO_REPLY:
                    self._client.sendall(message)
        self._leave()

    def cut(self) -> None:
        """Wake whoever waits for something from either end."""
        for each in (self._client, self._server):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _leave(self) -> None:
        self.cut()
        self._last_one_out.wait()

    def _close(self) -> None:
        self._client.close()
        self._server.close()
        self._proxy.forget(self)


def _read(connection: socket.socket) -> bytes:
    """Return the next whole message, nothing where there are no more."""
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
    """Return the command's name and what it is on, which for most is a collection."""
    if _HEADER.unpack_from(message)[3] != _OP_MSG or message[_COMMAND_AT - 1] != 0:
        return None
    (size,) = struct.unpack_from("<i", message, _COMMAND_AT)
    return next(iter(bson.decode(message[_COMMAND_AT : _COMMAND_AT + size]).items()))
