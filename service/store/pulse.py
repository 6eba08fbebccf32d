"""Whether MongoDB answers, and why not as far as the driver knows: in words that quote nothing of the URI."""

import errno
import socket

from pymongo.database import Database
from pymongo.errors import ConfigurationError
from pymongo.server_description import ServerDescription

from service.errors.datastore import NO_ANSWER
from service.store.client import NO_NAME, Document

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
        # What stands in the place of a database of the driver's tells nothing.
        self._client = database.client if isinstance(database, Database) else None

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
