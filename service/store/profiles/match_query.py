"""What a contact is met with, in one command: the profiles that it may come from, and its association."""

from collections.abc import Sequence

from pymongo.collection import Collection

from service.model.contact import Association
from service.model.profile import Profile
from service.store.client.connection import Document, in_one_batch, translated
from service.store.contacts.queries import association_of
from service.store.indexes.definitions import LOOKUP
from service.store.profiles import lookups
from service.store.profiles.reader import ProfileReader


class ArrivalStore:
    """The ``profiles`` collection, and ``associations`` beside it."""

    def __init__(self, profiles: Collection[Document], associations: str, reader: ProfileReader) -> None:
        """``associations`` is the name of the collection of contacts."""
        self._profiles = profiles
        self._associations = associations
        self._reader = reader

    @translated
    def find(
        self, domain: str, entries: Sequence[str], contact_id: str, *, limit: int
    ) -> tuple[list[Profile], Association | None]:
        """Return up to ``limit`` profiles with any of the entries, by ID, and the contact's association."""
        own = association_of(domain, contact_id)
        pipeline = lookups.with_any_and(domain, entries, limit, self._associations, own)
        rows = list(self._profiles.aggregate(pipeline, hint=LOOKUP, batchSize=in_one_batch(limit + 1)))
        profiles = self._reader.read(domain, [row for row in rows if "lookup" in row])
        return profiles, next((row["association"] for row in rows if "lookup" not in row), None)
