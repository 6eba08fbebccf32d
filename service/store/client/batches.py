"""Long answers of MongoDB's, a few documents at a time."""

from collections.abc import Iterator
from itertools import islice

from pymongo.cursor import Cursor

from service.store.client.connection import Document, translated

_SIZE = 100
"""So many documents are in memory at a time."""


def in_batches(cursor: Cursor[Document]) -> Iterator[list[Document]]:
    """Yield what the cursor finds; raises ``DatastoreUnavailable``."""
    cursor.batch_size(_SIZE)
    while batch := _next(cursor):
        yield batch


@translated
def _next(cursor: Cursor[Document]) -> list[Document]:
    return list(islice(cursor, _SIZE))
