"""The query of a match: candidates and the contact's association in one command."""

from collections.abc import Sequence

from pymongo.collection import Collection

from service.model.contact import Association
from service.model.profile import Profile
from service.store.client.batches import single_batch
from service.store.client.document import Document
from service.store.client.errors import translate_errors
from service.store.contacts.queries import association_pipeline
from service.store.indexes.definitions import LOOKUP
from service.store.profiles import queries
from service.store.profiles.reader import ProfileReader


class MatchQueryStore:
    """Reads the ``profiles`` collection together with the collection named ``associations``."""

    def __init__(self, profiles: Collection[Document], associations: str, reader: ProfileReader) -> None:
        self._profiles = profiles
        self._associations = associations
        self._reader = reader

    @translate_errors
    def find(
        self, domain: str, terms: Sequence[str], contact_id: str, *, limit: int
    ) -> tuple[list[Profile], Association | None]:
        """Return up to ``limit`` profiles with any of the terms, by ID, and the contact's association."""
        union = association_pipeline(domain, contact_id)
        pipeline = queries.with_any_and(domain, terms, limit, self._associations, union)
        rows = list(self._profiles.aggregate(pipeline, hint=LOOKUP, batchSize=single_batch(limit + 1)))
        profiles = self._reader.read(domain, [row for row in rows if "lookup" in row])
        return profiles, next((row["association"] for row in rows if "lookup" not in row), None)
