"""Whether a write that was acknowledged survives the loss of the node that acknowledged it."""

from pymongo.database import Database

from service.store.client.connection import WRITE_CONCERN, Document

_STANDALONE = "standalone: make it a replica set, or set MONGODB_REQUIRE_REPLICA_SET=off"
_DIRECT = "direct connection to one member: take directConnection out of MONGODB_URI"
_WEAKENED = "writes are not acknowledged by a majority's journals, or not retried"


class Durability:
    """What the driver has found out of the deployment, and how the service writes to it."""

    def __init__(self, database: Database[Document], *, required: bool) -> None:
        """Take the database, and whether it has to be a replica set."""
        # What stands in the place of a database of the driver's tells nothing, and is not asked.
        self._database = database if required and isinstance(database, Database) else None

    def fault(self) -> str | None:
        """Return what endangers a write and what to do about it, or None; no command is sent."""
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
