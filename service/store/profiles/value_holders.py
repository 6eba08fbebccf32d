"""Find all profiles that hold a value, for the audit, whatever page a response shows."""

from collections.abc import Sequence

from pymongo.collection import Collection

from service.store.client.batches import single_batch
from service.store.client.document import Document
from service.store.client.errors import translate_errors
from service.store.indexes.definitions import LOOKUP
from service.store.profiles import queries

MAX_HOLDERS = 1000
"""Maximum number of profiles to return for each term. A value that more profiles hold identifies none."""


class ValueHolderStore:
    """Reads profile IDs from the ``lookup`` index alone."""

    def __init__(self, profiles: Collection[Document]) -> None:
        self._profiles = profiles

    @translate_errors
    def find(self, domain: str, terms: Sequence[str]) -> list[str]:
        """Return the sorted IDs of the profiles with any of the terms. Sends one command.

        If more than ``MAX_HOLDERS`` profiles have a term, the first by ID. Each term has its own limit, so
        that a common value does not hide the holders of a rare one.
        """
        pipeline = queries.holders(self._profiles.name, domain, terms, MAX_HOLDERS)
        batch_size = single_batch(MAX_HOLDERS * len(terms))
        rows = self._profiles.aggregate(pipeline, hint=LOOKUP, batchSize=batch_size)
        return sorted(row["_id"] for row in rows)
