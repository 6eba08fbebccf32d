"""Limit how long a worker waits for a client, and how many requests a worker processes at once.

Each connection has its own greenlet, so a slow client does not delay other clients. Two more limits are
needed: one disconnects stalled clients, the other bounds the number of requests that use the CPU at once.
"""

import resource
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from io import RawIOBase
from socket import SHUT_WR, socket
from wsgiref.types import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

import gevent
from gevent.lock import BoundedSemaphore
from gunicorn.http.errors import ParseException
from gunicorn.http.message import Request
from gunicorn.http.wsgi import Response
from gunicorn.workers.base import Worker

from service.model.batch import BATCH_PATH

RECEIVE_TIMEOUT = 5.0
"""Maximum number of seconds to wait for the next part of a request's body."""
SEND_TIMEOUT = 30.0
"""Maximum number of seconds to wait until the client accepts a part of the response."""
LINGER_TIMEOUT = 2.0
"""Maximum number of seconds to wait after the last response until the client closes the connection."""
MAX_UNREAD_BYTES = 64 * 1024
"""If the unread rest of a body is smaller than this, gunicorn discards the rest and keeps the connection.

Otherwise the connection is closed.
"""
DRAIN_SECONDS = 2.0
"""Number of seconds that a stopping worker waits for new requests on idle connections."""
PATHS_WITHOUT_LIMIT = frozenset({"/livez", "/metrics"})
"""Paths whose requests wait for no slot, so that no orchestrator restarts a worker that is only busy."""
_RESERVED_FILES = 1000
"""Number of file descriptors that are reserved for MongoDB, libraries, metrics and the log."""
_POLL_SECONDS = 0.2
_BUFFER_BYTES = 64 * 1024


def raise_open_file_limit(connections: int) -> int:
    """Raise the limit of open files for this number of connections, up to the hard limit.

    Return how many of these connections the limit allows, at least 1.
    """
    needed = connections + _RESERVED_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _is_below(soft, needed):
        soft = hard if _is_below(hard, needed) else needed
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, soft - _RESERVED_FILES) if _is_below(soft, needed) else connections


def _is_below(limit: int, needed: int) -> bool:
    return limit != resource.RLIM_INFINITY and limit < needed


class ClientLimits:
    """The limits of one worker. Each request that runs holds one of ``max_requests`` slots.

    A batch also holds one of the slots for batches, half as many.
    """

    def __init__(self, max_requests: int) -> None:
        self._slots = BoundedSemaphore(max_requests)
        self._batch_slots = BoundedSemaphore(max(1, max_requests // 2))
        self._unfinished_requests = 0
        self._request: ContextVar[Request] = ContextVar("request")

    def begin(self, request: Request) -> None:
        """Count a request whose headers have arrived."""
        self._unfinished_requests += 1
        self._request.set(request)

    def wrap(self, application: WSGIApplication) -> WSGIApplication:
        """Wrap the application to limit how many requests run at once.

        Batches take half of the slots at most, so that agents' requests do not wait for them. A request holds
        no slot while its body is received or its response is sent. Requests to ``PATHS_WITHOUT_LIMIT`` hold
        none at all.
        """

        def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            is_batch = environ["PATH_INFO"] == BATCH_PATH
            slots = [*([self._batch_slots] if is_batch else []), self._slots]
            body = environ["wsgi.input"] = _Body(environ, slots)
            if environ["PATH_INFO"] not in PATHS_WITHOUT_LIMIT:
                body.take_slots()
            try:
                response = application(environ, start_response)
            finally:
                body.release_slots()
            # This can still set a header: gunicorn sends headers only when it iterates over the response.
            if not body.can_be_skipped():
                self._request.get().force_close()
            environ["gunicorn.socket"].settimeout(SEND_TIMEOUT)
            return response

        return call

    def end(self, response: Response | None, client: socket | None) -> None:
        """Prepare the connection for its next request, or wait for the client to close it.

        Then no longer count the request.
        """
        try:
            if client is not None:
                client.settimeout(None)
                # If no headers have been sent, gunicorn still has to send an error response.
                if response is not None and response.headers_sent and response.should_close():
                    _linger(client)
        finally:
            # Only now may a stopping worker exit: the exit closes its connections at once.
            self._unfinished_requests -= 1

    def exit_when_done(self, worker: Worker) -> None:
        """Wait until the worker is stopping and its requests are finished, then exit.

        gunicorn itself would also wait for idle connections, for the whole ``graceful_timeout``.
        """
        while worker.alive:
            gevent.sleep(_POLL_SECONDS)
        gevent.sleep(DRAIN_SECONDS)
        while self._unfinished_requests:
            gevent.sleep(_POLL_SECONDS)
        sys.exit(0)


def _linger(client: socket) -> None:
    """Wait until the client closes the connection, at most ``LINGER_TIMEOUT`` (RFC 9112, section 9.6).

    Closing while the client still sends would reset the connection, and the response could be lost.
    """
    # The client may have closed the connection already.
    with suppress(OSError):
        client.shutdown(SHUT_WR)
        gevent.with_timeout(LINGER_TIMEOUT, _read_to_end, client, timeout_value=None)


def _read_to_end(client: socket) -> None:
    while client.recv(_BUFFER_BYTES):
        pass


class _Body(RawIOBase):
    """A request body. While it waits for data from the client, it releases the slots of the request.

    The request needs a slot of each of the ``semaphores``.
    """

    def __init__(self, environ: WSGIEnvironment, semaphores: Sequence[BoundedSemaphore]) -> None:
        self._input: InputStream = environ["wsgi.input"]
        self._client: socket = environ["gunicorn.socket"]
        self._semaphores = semaphores
        self._unread = int(environ.get("CONTENT_LENGTH") or 0)
        # The end is known from the start if the request has a Content-Length, or no body.
        self._end_is_known = "HTTP_TRANSFER_ENCODING" not in environ
        self._has_slots = False

    def take_slots(self) -> None:
        """Wait for the slots of the request, and take them."""
        for semaphore in self._semaphores:
            semaphore.acquire()
        self._has_slots = True

    def release_slots(self) -> bool:
        """Release the slots of the request, if it holds them. Return whether it did."""
        had_slots, self._has_slots = self._has_slots, False
        if had_slots:
            for semaphore in self._semaphores:
                semaphore.release()
        return had_slots

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override] # Buffer needs Python 3.12
        # After a failed read, the end of the body stays unknown: a part of the data may be lost.
        end_is_known, self._end_is_known = self._end_is_known, False
        had_slots = self.release_slots()
        self._client.settimeout(RECEIVE_TIMEOUT)
        try:
            data = self._input.read(len(buffer))
        except ParseException as error:
            # A chunk is invalid. The application does not know the exceptions of gunicorn.
            raise OSError("The chunked body is malformed.") from error
        finally:
            self._client.settimeout(None)
            if had_slots:
                self.take_slots()
        buffer[: len(data)] = data
        self._unread -= len(data)
        # A read that returns less data than requested has reached the end, also of a chunked body.
        self._end_is_known = end_is_known or len(data) < len(buffer)
        return len(data)

    def can_be_skipped(self) -> bool:
        """Return whether gunicorn can discard the rest of this body and find the next request after it."""
        return self._end_is_known and self._unread < MAX_UNREAD_BYTES
