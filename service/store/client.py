"""The one place where a connection to MongoDB is made, and its errors become ours."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import ConfigurationError, InvalidURI, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.uri_parser import parse_uri
from pymongo.write_concern import WriteConcern

from service.config import Settings
from service.errors import DatastoreUnavailable
from service.store.tracing import DatabaseTime, TracedDatabase

Document = dict[str, Any]

# The server's error codes Unauthorized and AuthenticationFailed.
_REFUSALS: dict[int | None, str] = {13: "not authorised", 18: "authentication failed"}

_P = ParamSpec("_P")
_R = TypeVar("_R")


def connect(settings: Settings, *, listeners: Sequence[Any] = ()) -> Database[Document]:
    """Return the service's database; the driver connects when it is first asked something.

    Reads and writes are majority, writes journaled, and reads go to the primary, so that what one answer says
    the next request sees and a lost node does not undo; a URI cannot weaken that. Commands carry the ID of
    their request. ``listeners`` are those of PyMongo.
    """
    client: MongoClient[Document] = MongoClient(
        settings.mongodb_uri,
        appname="profile-lookup",
        event_listeners=[DatabaseTime(), *listeners],
        connect=False,
        tz_aware=True,
        retryReads=True,
        retryWrites=True,
        timeoutMS=settings.mongodb_timeout_ms,
        connectTimeoutMS=settings.mongodb_connect_timeout_ms,
        heartbeatFrequencyMS=settings.mongodb_heartbeat_ms,
        # A request holds at most one connection at a time; the two more are for the driver's own use.
        maxPoolSize=settings.threads + 2,
    )
    return TracedDatabase(
        client,
        settings.mongodb_database,
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
        write_concern=WriteConcern("majority", j=True),
    )


def check_uri(uri: str) -> None:
    """Raise ValueError, without what stands in the URI, where the driver cannot make sense of it."""
    try:
        parse_uri(uri)
    except (InvalidURI, ConfigurationError, ValueError) as error:
        raise ValueError(
            "MONGODB_URI is no connection string of MongoDB's, such as mongodb://user:password@host:27017/; "
            "in user and password @ : / and % are written %40 %3A %2F and %25."
        ) from error


def translated(method: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a store's method raise ``DatastoreUnavailable`` for whatever the driver could not do."""

    @wraps(method)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return method(*args, **kwargs)
        except OperationFailure as error:
            raise DatastoreUnavailable(_REFUSALS.get(error.code, "refused")) from error
        except PyMongoError as error:
            raise DatastoreUnavailable from error

    return call


def in_one_batch(most: int) -> int:
    """Return the batch size with which ``most`` documents come with the first answer, and end the cursor.

    MongoDB sends 101 otherwise, and the rest when it is asked for more.
    """
    return most + 1


@translated
def ping(database: Database[Document]) -> None:
    """Ask MongoDB for a sign of life; raises ``DatastoreUnavailable``."""
    database.command("ping")
