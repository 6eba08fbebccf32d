"""Connect to MongoDB."""

import warnings
from collections.abc import Sequence

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConfigurationError
from pymongo.monitoring import CommandListener, ConnectionPoolListener, TopologyListener
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from service.config import Settings
from service.store.client.document import Document
from service.store.client.errors import translate_errors
from service.store.client.tracing import TracedDatabase

Listener = CommandListener | ConnectionPoolListener | TopologyListener

WRITE_CONCERN = WriteConcern("majority", j=True)
"""Writes are acknowledged only after a majority has stored them on disk, so no election loses them."""

# The driver also warns of other things than wrong options: the vendor of the server, and a missing
# compression library.
_HARMLESS = "You appear to be connected to a |Wire protocol compression with "


def connect(settings: Settings, *, listeners: Sequence[Listener] = ()) -> Database[Document]:
    """Return the service's database. The driver connects when the first command is sent.

    Reads are from the primary and see only data that a majority has stored. Options in the URI cannot change
    this.
    """
    return TracedDatabase(
        _client(settings, listeners),
        settings.mongodb_database,
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
        write_concern=WRITE_CONCERN,
    )


def check_uri(settings: Settings) -> None:
    """Check MONGODB_URI, without connecting and without DNS. Raises ``ValueError``.

    The driver only warns about unknown options, so a misspelt ``tls`` would disable TLS. Messages quote no
    part of the URI: if the password has an unescaped ``&``, an option's name can be a part of the password.
    """
    try:
        with warnings.catch_warnings(action="error", category=UserWarning):
            warnings.filterwarnings("ignore", _HARMLESS, UserWarning)
            _client(settings).close()
    except UserWarning as warning:
        raise ValueError(
            "MONGODB_URI has an option that MongoDB's driver would ignore: its name is unknown, its value is "
            "invalid, or it is repeated. Correct or remove it; in user and password write ? and & as %3F and "
            "%26."
        ) from warning
    except (ConfigurationError, ValueError, KeyError, OSError) as error:
        raise ValueError(
            "MONGODB_URI is no connection string such as mongodb://user:password@host:27017/, or its options "
            "contradict each other (minPoolSize is at most THREADS + 2), or it names a file that cannot be "
            "read. Correct it; in user and password write @ : / ? and % as %40 %3A %2F %3F and %25."
        ) from error


def server_addresses(database: Database[Document]) -> str:
    """Return the hosts and ports of MongoDB's servers for a message, without any other part of MONGODB_URI.

    They are those of the URI until the driver has found the members of the replica set.
    """
    hosts = database.client.topology_description.server_descriptions()
    return ", ".join(sorted(host if port is None else f"{host}:{port}" for host, port in hosts))


@translate_errors
def ping(database: Database[Document]) -> None:
    """Send a ``ping`` command. Raises ``DatastoreUnavailable``."""
    database.command("ping")


def _client(settings: Settings, listeners: Sequence[Listener] = ()) -> MongoClient[Document]:
    return MongoClient(
        settings.mongodb_uri,
        connect=False,
        appname="profile-lookup",
        event_listeners=listeners,
        tz_aware=True,
        retryReads=True,
        retryWrites=True,
        timeoutMS=settings.mongodb_timeout_ms,
        connectTimeoutMS=settings.mongodb_connect_timeout_ms,
        heartbeatFrequencyMS=settings.mongodb_heartbeat_ms,
        # One connection for each concurrent request, and two for the driver's own use.
        maxPoolSize=settings.threads + 2,
    )
