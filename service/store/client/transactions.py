"""Transactions: either all of their writes become visible, or none."""

from collections.abc import Callable
from typing import TypeVar

from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern

from service.errors.merges import ReplicaSetRequired
from service.store.client.connection import WRITE_CONCERN
from service.store.client.document import Document

_ILLEGAL_OPERATION = 20
_SNAPSHOT = ReadConcern("snapshot")

_T = TypeVar("_T")

Session = ClientSession | None
"""The session of which a command is a part, or None."""


def run_transaction(database: Database[Document], callback: Callable[[ClientSession], _T]) -> _T:
    """Execute the commands of the callback in one transaction, and return its result.

    All commands see the data of the same moment. The callback gets the session to pass to each of them. It is
    called again, within the deadline of the request, if another request changes a document that it writes. If
    it raises, nothing is written. Raises ``ReplicaSetRequired`` and driver errors.
    """
    try:
        with database.client.start_session() as session:
            return session.with_transaction(callback, read_concern=_SNAPSHOT, write_concern=WRITE_CONCERN)
    except OperationFailure as error:
        if error.code == _ILLEGAL_OPERATION:
            raise ReplicaSetRequired from error
        raise
