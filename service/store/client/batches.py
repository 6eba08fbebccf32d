"""Read results in batches of a known size."""

from collections.abc import Iterator
from itertools import islice

from pymongo.cursor import Cursor

from service.store.client.document import Document
from service.store.client.errors import translate_errors

_SIZE = 100
"""Maximum number of documents to hold in memory."""


def single_batch(limit: int) -> int:
    """Return the batch size with which one response has ``limit`` documents and closes the cursor."""
    return limit + 1


def in_batches(cursor: Cursor[Document]) -> Iterator[list[Document]]:
    """Yield all documents of a cursor, in batches. Raises ``DatastoreUnavailable``."""
    cursor.batch_size(_SIZE)
    while batch := _next_batch(cursor):
        yield batch


@translate_errors
def _next_batch(cursor: Cursor[Document]) -> list[Document]:
    return list(islice(cursor, _SIZE))
