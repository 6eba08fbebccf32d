"""Check that MongoDB is available and that its writes are durable."""

import errno
import socket
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from time import monotonic

import pymongo
from pymongo.database import Database
from pymongo.errors import ConfigurationError
from pymongo.monitoring import (
    TopologyClosedEvent,
    TopologyDescriptionChangedEvent,
    TopologyListener,
    TopologyOpenedEvent,
)
from pymongo.server_description import ServerDescription

from service.errors.datastore import NO_RESPONSE, DatastoreUnavailable
from service.store.client.connection import WRITE_CONCERN, ping
from service.store.client.deadline import start_daemon
from service.store.client.document import Document
from service.store.client.errors import NAME_NOT_FOUND

ELECTION_TIMEOUT = 3.0
"""Seconds without a primary after which requests are rejected. Until then, they wait for a new one."""

PING_TIMEOUT = 0.75
"""Seconds. This is less than the one second that Kubernetes probes wait by default."""

_STANDALONE_SERVER = "standalone: make it a replica set, or set MONGODB_REQUIRE_REPLICA_SET=off"
_DIRECT_CONNECTION = "direct connection to one member: remove directConnection from MONGODB_URI"
_WEAK_WRITES = "writes are not acknowledged by a majority's disks, or not retried: open MongoDB by connect()"

_CONNECTION_REFUSED = "connection refused: no server listens at MONGODB_URI"
_WRONG_SET = "wrong replica set: the server is in no replica set, or not in the one that MONGODB_URI names"
_NO_PRIMARY = "no primary: servers respond, but none accepts writes"

# Not every system has EAI_NODATA.
_DNS_ERRORS = {socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None)}
# The driver keeps only the text of an OSError.
_REASONS = {f"[Errno {number}]": NAME_NOT_FOUND for number in _DNS_ERRORS} | {
    f"[Errno {errno.ECONNREFUSED}]": _CONNECTION_REFUSED
}
_READ_ONLY = frozenset({"RSSecondary", "RSArbiter", "RSOther", "RSGhost"})


class Availability(TopologyListener):
    """Tracks whether there is a primary. Assumes that there is one until the first event of the driver."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.election_timeout = ELECTION_TIMEOUT
        self._clock = clock
        self._has_primary = True
        self._missing_since: float | None = None

    def check(self) -> None:
        """Raise ``DatastoreUnavailable`` if there has been no primary for ``election_timeout`` seconds."""
        if self._has_primary:
            return
        if self._missing_since is None:
            # There was no primary yet, because the driver connects with the first request.
            self._missing_since = self._clock()
        elif self._clock() - self._missing_since > self.election_timeout:
            raise DatastoreUnavailable

    def opened(self, event: TopologyOpenedEvent) -> None:
        """Record that a new client has no primary yet."""
        del event
        self._has_primary = False

    def description_changed(self, event: TopologyDescriptionChangedEvent) -> None:
        """Record whether there is a primary now, and when it was lost."""
        has_primary = event.new_description.has_writable_server()
        if has_primary:
            self._missing_since = None
        elif self._has_primary:
            self._missing_since = self._clock()
        self._has_primary = has_primary

    def closed(self, event: TopologyClosedEvent) -> None:
        """Do nothing when the client is closed."""


class Health:
    """Pings MongoDB, explains failures, and reports weak durability if a replica set is required."""

    def __init__(self, database: Database[Document], *, require_replica_set: bool) -> None:
        self._database = database
        self._require_replica_set = require_replica_set
        self._pending: Future[None] | None = None
        # A mock of a database has no topology.
        self._client = database.client if isinstance(database, Database) else None

    def disconnect(self) -> None:
        """Close the client of the database."""
        # The driver ends its sessions on a server. Without a server, it would wait for one for 30 seconds.
        with pymongo.timeout(PING_TIMEOUT):
            self._database.client.close()

    def ping(self) -> None:
        """Ping MongoDB. Raise ``DatastoreUnavailable`` after an error, or without a response in time.

        Not thread-safe.
        """
        # Do not cancel a pending ping: this would close a connection that is still being opened, and the next
        # ping would start again.
        if self._pending is None or self._pending.done():
            self._pending = start_daemon(partial(ping, self._database), "ping")
        try:
            self._pending.result(timeout=PING_TIMEOUT)
        except TimeoutError:
            raise DatastoreUnavailable from None

    def failure_reason(self) -> str:
        """Return why MongoDB does not respond: the reason for each server. Sends no command."""
        if self._client is None:
            return NO_RESPONSE
        topology = self._client.topology_description
        servers = topology.server_descriptions().values()
        # The driver removes servers that are not in the replica set of the URI.
        if not servers and topology.topology_type_name == "ReplicaSetNoPrimary":
            return _WRONG_SET
        return "; ".join(sorted({_reason(server) for server in servers})) or NO_RESPONSE

    def durability_problem(self) -> str | None:
        """Return how acknowledged writes could be lost and what to do, or None if no problem is known.

        Sends no command.
        """
        if self._client is None or not self._require_replica_set:
            return None
        if self._database.write_concern != WRITE_CONCERN or not self._client.options.retry_writes:
            return _WEAK_WRITES
        topology = self._client.topology_description
        if topology.topology_type_name != "Single":
            return None
        (server,) = topology.server_descriptions().values()
        return _STANDALONE_SERVER if server.server_type_name == "Standalone" else _DIRECT_CONNECTION


def _reason(server: ServerDescription) -> str:
    if server.server_type_name in _READ_ONLY:
        return _NO_PRIMARY
    if isinstance(server.error, ConfigurationError):
        return _WRONG_SET
    error = str(server.error)
    return next((reason for code, reason in _REASONS.items() if code in error), NO_RESPONSE)
