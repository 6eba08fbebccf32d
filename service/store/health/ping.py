"""Whether MongoDB answers, and why not as far as the driver knows: in words that quote nothing of the URI."""

import errno
import socket
from concurrent.futures import Future
from threading import Thread

from pymongo.database import Database
from pymongo.errors import ConfigurationError
from pymongo.server_description import ServerDescription

from service.errors.datastore import NO_ANSWER, DatastoreUnavailable
from service.store.client.connection import NO_NAME, Document, ping

ANSWER_SECONDS = 0.75
"""How long a sign of life may take: a probe of Kubernetes waits for a second, where nothing else is set."""

_REFUSED = "connection refused: nothing listens where MONGODB_URI leads"
_OTHER_SET = "wrong replica set: who answers is in none, or in another than replicaSet in MONGODB_URI names"
_NO_PRIMARY = "no primary: of who answers nobody takes writes"

# As Python writes them in an OSError, the one place where the driver leaves them.
_REASONS = {
    f"[Errno {errno.ECONNREFUSED}]": _REFUSED,
    **{
        f"[Errno {number}]": NO_NAME
        for number in (
            socket.EAI_AGAIN,
            socket.EAI_FAIL,
            socket.EAI_NONAME,
            # Not on every system.
            getattr(socket, "EAI_NODATA", socket.EAI_NONAME),
        )
    },
}
_WITHOUT_WRITES = frozenset({"RSSecondary", "RSArbiter", "RSOther", "RSGhost"})


class Pulse:
    """What the driver sees of MongoDB."""

    def __init__(self, database: Database[Document]) -> None:
        """Take the database."""
        self._database = database
        self._asked: Future[None] | None = None
        # What stands in the place of a database of the driver's tells nothing.
        self._client = database.client if isinstance(database, Database) else None

    def check(self) -> None:
        """Raise ``DatastoreUnavailable`` without a sign of life in time; for one caller at a time.

        What was asked stays asked, for as long as the driver waits, and who comes meanwhile waits for it: to
        give it up closes its connection, and where opening one takes longer, none would ever be open.
        """
        if self._asked is None or self._asked.done():
            self._asked = Future()
            # No process waits for it at its end.
            Thread(target=self._ask, args=(self._asked,), name="ping", daemon=True).start()
        try:
            self._asked.result(timeout=ANSWER_SECONDS)
        except TimeoutError:
            raise DatastoreUnavailable from None

    def _ask(self, asked: "Future[None]") -> None:
        try:
            ping(self._database)
        except BaseException as error:  # noqa: BLE001 - handed on to who waits
            asked.set_exception(error)
        else:
            asked.set_result(None)

    def absence(self) -> str:
        """Return why there is no answer, each reason once where the members differ; nothing is sent."""
        if self._client is None:
            return NO_ANSWER
        topology = self._client.topology_description
        servers = topology.server_descriptions().values()
        # The driver looks no more at who is not in the set that it was told.
        if not servers and topology.topology_type_name == "ReplicaSetNoPrimary":
            return _OTHER_SET
        return "; ".join(sorted({_reason(server) for server in servers})) or NO_ANSWER


def _reason(server: ServerDescription) -> str:
    if server.server_type_name in _WITHOUT_WRITES:
        return _NO_PRIMARY
    if isinstance(server.error, ConfigurationError):
        return _OTHER_SET
    said = str(server.error)
    return next((reason for mark, reason in _REASONS.items() if mark in said), NO_ANSWER)
