"""Whether an acknowledged write survives the loss of a node."""

from pymongo.database import Database

from service.store.client.connection import WRITE_CONCERN
from service.store.client.document import Document

_STANDALONE = "standalone: make it a replica set, or set MONGODB_REQUIRE_REPLICA_SET=off"
_DIRECT = "direct connection to one member: remove directConnection from MONGODB_URI"
_WEAKENED = "writes are not acknowledged by a majority's journals, or not retried"


class Durability:
    """Checks the deployment, if a replica set is ``required``."""

    def __init__(self, database: Database[Document], *, required: bool) -> None:
        # Mocks of a database have no topology.
        self._database = database if required and isinstance(database, Database) else None

    def fault(self) -> str | None:
        """Return what endangers writes and what to do about it, or None. Sends no command."""
        if self._database is None:
            return None
        client = self._database.client
        if self._database.write_concern != WRITE_CONCERN or not client.options.retry_writes:
            return _WEAKENED
        topology = client.topology_description
        if topology.topology_type_name != "Single":
            return None
        (server,) = topology.server_descriptions().values()
        return _STANDALONE if server.server_type_name == "Standalone" else _DIRECT
