"""The one place where a connection to MongoDB is made, and its errors become ours."""

import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from bson.errors import BSONError, InvalidBSON
from dns.exception import DNSException
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConfigurationError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from service.config import Settings
from service.errors.datastore import CannotBeStored, DatastoreUnavailable
from service.store.client.deadline import may_have_written, note_write, within_deadline
from service.store.client.tracing import TracedDatabase, database_time

Document = dict[str, Any]

WRITE_CONCERN = WriteConcern("majority", j=True)
"""On the disks of more than half of the nodes: one of them is in any majority that elects a primary."""

NO_NAME = "name not found: DNS does not resolve a host of MONGODB_URI"

# The server's error codes Unauthorized and AuthenticationFailed.
_REFUSALS: dict[int | None, str] = {13: "not authorised", 18: "authentication failed"}

# BSONObjectTooLarge, and what an update is answered whose result is (its codes have no names).
_TOO_LARGE = frozenset({10334, 17419, 17420})

# How the driver's warnings begin that say nothing against an option: whose product a host is, and a
# compression that is not installed.
_HARMLESS = ("You appear to be connected to a ", "Wire protocol compression with ")

_P = ParamSpec("_P")
_R = TypeVar("_R")


def connect(settings: Settings, *, listeners: Sequence[Any] = ()) -> Database[Document]:
    """Return the service's database; the driver connects when it is first asked something.

    Reads and writes are majority, writes journaled, and reads go to the primary, so that what one answer says
    the next request sees and a lost node does not undo; a URI cannot weaken that. Commands carry the ID of
    their request. ``listeners`` are those of PyMongo.
    """
    return TracedDatabase(
        _client(settings, listeners),
        settings.mongodb_database,
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
        write_concern=WRITE_CONCERN,
    )


def check_uri(settings: Settings) -> None:
    """Raise ValueError where ``connect`` could make no client of MONGODB_URI, and no worker start.

    Also where the driver would pass over an option with a warning: a misspelt ``tls`` would be no TLS.
    Nothing that stands in the URI is repeated: where a ? or & of a password is not escaped, a piece of it is
    the name of an option. Nothing is connected to, and no name is looked up.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            for start in _HARMLESS:
                warnings.filterwarnings("ignore", start, UserWarning)
            _client(settings).close()
    except UserWarning as warning:
        raise ValueError(
            "MONGODB_URI has an option that MongoDB's driver would pass over: one that it does not know, "
            "whose value cannot be, or that is there twice; in user and password ? and & are written %3F "
            "and %26."
        ) from warning
    except (ConfigurationError, ValueError, KeyError, OSError) as error:
        raise ValueError(
            "MONGODB_URI is no connection string of MongoDB's, such as mongodb://user:password@host:27017/, "
            "or its options contradict each other (minPoolSize is at most THREADS + 2) or name a file that "
            "cannot be read; in user and password @ : / ? and % are written %40 %3A %2F %3F and %25."
        ) from error


def _client(settings: Settings, listeners: Sequence[Any] = ()) -> MongoClient[Document]:
    """Return a client that has not connected yet."""
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
        # A request holds at most one connection at a time; the two more are for the driver's own use.
        maxPoolSize=settings.threads + 2,
    )


def translated(method: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a store's method raise ``DatastoreUnavailable`` for whatever the driver could not do.

    Within a request it has what is left of the request's deadline. What writes is ``writing`` instead.
    """

    @wraps(method)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            with within_deadline(), database_time():
                return method(*args, **kwargs)
        except (PyMongoError, BSONError, OverflowError) as error:
            raise _ours(error) from error

    return call


def writing(method: Callable[_P, _R]) -> Callable[_P, _R]:
    """Do the same for a method that writes: after any error but a refusal, its change may stand or not.

    The driver sends a write again after a network error, so that even an error of the search for a server
    may be that of the second attempt.
    """
    bounded = translated(method)

    @wraps(method)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        note_write()
        return bounded(*args, **kwargs)

    return call


def _ours(error: Exception) -> DatastoreUnavailable | CannotBeStored:
    """Return what the service raises for an error of the driver's."""
    if isinstance(error, OperationFailure):
        if error.code in _TOO_LARGE:
            return CannotBeStored()
        return DatastoreUnavailable(_REFUSALS.get(error.code, "refused"), writing=may_have_written())
    if isinstance(error.__cause__, DNSException):
        # Of a mongodb+srv URI, which the driver resolves itself.
        return DatastoreUnavailable(NO_NAME, writing=may_have_written())
    if isinstance(error, (PyMongoError, InvalidBSON)):
        return DatastoreUnavailable(writing=may_have_written())
    return CannotBeStored()


def in_one_batch(most: int) -> int:
    """Return the batch size with which ``most`` documents come with the first answer, and end the cursor.

    MongoDB sends 101 otherwise, and the rest when it is asked for more.
    """
    return most + 1


def addresses(database: Database[Document]) -> str:
    """Return the hosts of MONGODB_URI with their ports, for a message: nothing else of the URI."""
    hosts = database.client.topology_description.server_descriptions()
    return ", ".join(sorted(host if port is None else f"{host}:{port}" for host, port in hosts))


@translated
def ping(database: Database[Document]) -> None:
    """Ask MongoDB for a sign of life; raises ``DatastoreUnavailable``."""
    database.command("ping")
