"""Which profiles hold a value, for the audit: all of them, whatever page of them a response shows."""

from collections.abc import Sequence

from pymongo.collection import Collection

from service.store.client.connection import Document, in_one_batch, translated
from service.store.indexes.definitions import LOOKUP
from service.store.profiles import lookups

MAX_HOLDERS = 1000
"""Maximum number of profiles to return for each entry. A value that more profiles hold identifies none."""


class ValueHolderStore:
    """The IDs of the ``profiles`` collection, read from the ``lookup`` index alone."""

    def __init__(self, profiles: Collection[Document]) -> None:
        """Take the collection."""
        self._profiles = profiles

    @translated
    def find(self, domain: str, entries: Sequence[str]) -> list[str]:
        """Return the sorted IDs of the profiles with any of the entries: one command.

        Of an entry that more than ``MAX_HOLDERS`` profiles have, the first by ID. Each entry has its own
        limit, so that a common value does not hide who holds a rare one.
        """
        pipeline = lookups.holders(self._profiles.name, domain, entries, MAX_HOLDERS)
        batch = in_one_batch(MAX_HOLDERS * len(entries))
        rows = self._profiles.aggregate(pipeline, hint=LOOKUP, batchSize=batch)
        return sorted(row["_id"] for row in rows)
