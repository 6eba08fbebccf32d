"""Configure the bundled mongod as a replica set of one node."""

import pymongo
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

NAME = "profile-lookup"

# The server's error code NotYetInitialized.
_NOT_YET_INITIALIZED = 94

Client = pymongo.MongoClient[dict[str, object]]


def connect(address: str) -> Client:
    """Return a client that connects only to this node, and waits at most half a second for a connection."""
    return pymongo.MongoClient(
        address, directConnection=True, serverSelectionTimeoutMS=500, connectTimeoutMS=500
    )


def uri(port: int) -> str:
    """Return the URI of the replica set whose member listens on this port."""
    return f"mongodb://127.0.0.1:{port}/?replicaSet={NAME}"


def data_path(client: Client) -> str | None:
    """Return the data folder of the server, or None if the server does not return it."""
    try:
        path: str = client.admin.command("getCmdLineOpts")["parsed"]["storage"]["dbPath"]
    except (PyMongoError, KeyError):
        return None
    return path


def become_primary(client: Client, address: str, pid: int) -> bool:
    """Do the next step to configure the node, or return True if it accepts writes already.

    Does nothing if a process other than ``pid`` uses the port. The caller repeats the call.
    """
    try:
        if client.admin.command("serverStatus")["pid"] != pid:
            return False
        hello = client.admin.command("hello")
        if hello["isWritablePrimary"]:
            return hello.get("me") == address
        _configure(client, address)
    except (ConnectionFailure, OperationFailure):
        # The node is still starting, loading its configuration, or electing a primary.
        pass
    return False


def _configure(client: Client, address: str) -> None:
    config = {
        "_id": NAME,
        "members": [{"_id": 0, "host": address}],
        "settings": {"electionTimeoutMillis": 1000},
    }
    try:
        current = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as error:
        if error.code != _NOT_YET_INITIALIZED:
            raise
        client.admin.command("replSetInitiate", config)
        return
    if current["members"][0]["host"] != address:
        # The last run had another port. Use ``force``, because a node that is not a member cannot be primary.
        moved = {**config, "version": current["version"] + 1}
        client.admin.command("replSetReconfig", moved, force=True)
