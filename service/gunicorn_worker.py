"""The worker that gunicorn runs: gthread, in which a client that does nothing holds up nobody else.

It leans on the inside of gunicorn 27, and pyproject.toml keeps to that: on what an accepted connection goes
through, and on a loop that asks before each wait whether to look for new ones.
"""

import socket
import time
from collections import deque
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.http.body import ChunkedReader
from gunicorn.workers.gthread import ThreadWorker

from service.worker_loads import WorkerLoads

LEFT_SECONDS = 0.005
"""So long a worker leaves a new connection to another that has less in hand."""

FIRST_BYTE_SECONDS = 5
LINGER_SECONDS = 2
_DRAINED_BYTES = 4096
# gunicorn reads less than that on after an answer, to keep the connection for another request.
_LEFT_BYTES = 64 * 1024


class Log(Logger):  # type: ignore[misc] # gunicorn is untyped
    """gunicorn's log without its access log, for which it would gather what nobody writes."""

    def access(self, *_args: Any) -> None:
        """Write nothing: the application logs its requests itself."""


class Worker(ThreadWorker):  # type: ignore[misc] # gunicorn is untyped
    """gthread, where connections that say nothing, and those that do not hang up, wait beside the others.

    As gunicorn has it, each connection that says nothing holds a thread for five seconds: with eight
    threads, two such connections a second are enough for nobody to get an answer. And each that stays open
    after its last answer holds up the whole worker for two.

    Workers share new connections evenly. As gunicorn has it, whoever wakes first takes them: of sixteen that
    a proxy opens and keeps, one of two workers mostly gets all but one or two, and half of the cores none.
    """

    loads = WorkerLoads()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what gunicorn gives."""
        super().__init__(*args, **kwargs)
        self._lingering: deque[Any] = deque()
        self._left_until: float | None = None
        self._was_left = False

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection; where another worker has less in hand, leave it to that one for a moment.

        For a moment only: that one may be too busy to take any.
        """
        if self._was_left or self._load() <= self.loads.least():
            self._was_left = False
            super().accept(listener)
            self._tell()
        else:
            self._left_until = time.monotonic() + LEFT_SECONDS
            self.set_accept_enabled(False)

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - as gunicorn has it
        """Look for new connections, or do not: as gunicorn wants, which asks before each wait."""
        super().set_accept_enabled(enabled and self._left_until is None)
        self._tell()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait until something happens, or the moment is over; what was left is then taken if it is there."""
        if self._left_until is None:
            super().wait_for_and_dispatch_events(timeout)
            self._was_left = False
        else:
            moment = max(0.0, self._left_until - time.monotonic())
            super().wait_for_and_dispatch_events(min(timeout, moment))
            if time.monotonic() >= self._left_until:
                self._left_until, self._was_left = None, True
        self._tell()

    def _tell(self) -> None:
        if self.alive:
            self.loads.tell(self.age, self._load())
        else:
            self.loads.forget(self.age)

    def _load(self) -> int:
        """Return what is compared: the requests in hand, and where those are as many the open connections."""
        waiting = len(self.keepalived_conns) + len(self.pending_conns) + len(self._lingering)
        return int((self.nr_conns - waiting) * self.worker_connections + self.nr_conns)

    def enqueue_req(self, conn: Any) -> None:
        """Give the connection a thread, once there is something to read."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
        else:
            self.pending_conns.append(conn)
            self._wait(conn, FIRST_BYTE_SECONDS, self.on_pending_socket_readable)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer the request, and say so where the connection does not outlive the answer (RFC 9112, 9.6).

        gunicorn asks the request when it writes the headers, by when the application has read what it wants.
        """
        as_asked = req.should_close
        req.should_close = lambda: as_asked() or _cannot_be_skipped(req.body)
        try:
            return super().handle_request(req, conn)
        finally:
            # Or the two would hold each other until the garbage collector comes.
            del req.should_close

    def finish_request(self, conn: Any, done: Future[Any]) -> None:
        """Keep the connection, or say that we are done and wait until the client is too.

        To close at once could take the end of the answer along (RFC 9112, 9.6).
        """
        if done.cancelled() or done.exception() or done.result():
            super().finish_request(conn, done)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            conn.close()
        else:
            self._lingering.append(conn)
            self._wait(conn, LINGER_SECONDS, self._drain)

    def murder_pending(self) -> None:
        """Close what has waited long enough."""
        super().murder_pending()
        now = time.monotonic()
        while self._lingering and self._lingering[0].timeout <= now:
            self._hang_up(self._lingering[0])

    def _wait(self, conn: Any, seconds: float, then: Any) -> None:
        conn.sock.settimeout(0)
        conn.timeout = time.monotonic() + seconds
        self.poller.register(conn.sock, EVENT_READ, partial(then, conn))

    def _drain(self, conn: Any, client: socket.socket) -> None:
        try:
            if client.recv(_DRAINED_BYTES):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._hang_up(conn)

    def _hang_up(self, conn: Any) -> None:
        self._lingering.remove(conn)
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()


def _cannot_be_skipped(body: Any) -> bool:
    """Return whether so much of the body is unread, or may be, that gunicorn will not get to its end."""
    if body.failed:
        return True
    if isinstance(body.reader, ChunkedReader):
        return body.reader.parser is not None
    return bool(body.buf.tell() + body.reader.length >= _LEFT_BYTES)
