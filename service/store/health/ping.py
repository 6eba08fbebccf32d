"""Whether MongoDB responds, and if not, why, without a quote of MONGODB_URI."""

import errno
import socket
from concurrent.futures import Future
from functools import partial

from pymongo.database import Database
from pymongo.errors import ConfigurationError
from pymongo.server_description import ServerDescription

from service.errors.datastore import NO_ANSWER, DatastoreUnavailable
from service.store.client.background import start_daemon
from service.store.client.connection import ping
from service.store.client.document import Document
from service.store.client.errors import NAME_NOT_FOUND

PING_TIMEOUT = 0.75
"""Seconds. Kubernetes probes wait for one second by default."""

_REFUSED = "connection refused: no server listens at MONGODB_URI"
_OTHER_SET = "wrong replica set: the server is in no replica set, or not in the one that MONGODB_URI names"
_NO_PRIMARY = "no primary: no server that responds accepts writes"

# The driver keeps an OSError only as text.
_REASONS = {
    f"[Errno {errno.ECONNREFUSED}]": _REFUSED,
    **{
        f"[Errno {number}]": NAME_NOT_FOUND
        for number in (
            socket.EAI_AGAIN,
            socket.EAI_FAIL,
            socket.EAI_NONAME,
            # Not on every system.
            getattr(socket, "EAI_NODATA", socket.EAI_NONAME),
        )
    },
}
_READ_ONLY = frozenset({"RSSecondary", "RSArbiter", "RSOther", "RSGhost"})


class Ping:
    """Sends ``ping`` commands, and explains missing responses."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._pending: Future[None] | None = None
        # Mocks of a database have no topology.
        self._client = database.client if isinstance(database, Database) else None

    def check(self) -> None:
        """Raise ``DatastoreUnavailable`` if MongoDB does not respond in time. For one thread at a time.

        A pending ping is not cancelled, which would close its connection: if opening one takes longer than
        ``PING_TIMEOUT``, none would ever be open.
        """
        if self._pending is None or self._pending.done():
            self._pending = start_daemon(partial(ping, self._database), "ping")
        try:
            self._pending.result(timeout=PING_TIMEOUT)
        except TimeoutError:
            raise DatastoreUnavailable from None

    def failure_reason(self) -> str:
        """Return why MongoDB does not respond; several reasons if its members differ. Sends no command."""
        if self._client is None:
            return NO_ANSWER
        topology = self._client.topology_description
        servers = topology.server_descriptions().values()
        # The driver removes servers that are not in the replica set of the URI.
        if not servers and topology.topology_type_name == "ReplicaSetNoPrimary":
            return _OTHER_SET
        return "; ".join(sorted({_reason(server) for server in servers})) or NO_ANSWER


def _reason(server: ServerDescription) -> str:
    if server.server_type_name in _READ_ONLY:
        return _NO_PRIMARY
    if isinstance(server.error, ConfigurationError):
        return _OTHER_SET
    error = str(server.error)
    return next((reason for code, reason in _REASONS.items() if code in error), NO_ANSWER)
