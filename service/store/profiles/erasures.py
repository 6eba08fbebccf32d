"""Erasures of profiles. An erasure is recorded on the profile itself, so racing requests share it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from pymongo.collection import Collection as MongoCollection

from service.store.client.document import Document
from service.store.client.errors import translate_write_errors
from service.store.profiles.scan import by_id


class ErasureStore:
    """Erases profiles. ``max_age`` is the time limit of a request: an older erasure was interrupted."""

    def __init__(self, collection: MongoCollection[Document], *, max_age: timedelta) -> None:
        self._collection = collection
        self._max_age_ms = max_age // timedelta(milliseconds=1)

    @translate_write_errors
    def begin(self, domain: str, profile_id: str, versions: Collection[int] | None = None) -> datetime | None:
        """Record that the erasure of a profile at one of the versions started; return when.

        The time is MongoDB's, so the clocks of the service's hosts do not matter. Requests that race to erase
        the profile get the same time, so that they write the same audit events. If the last erasure was
        interrupted, a new one begins. Returns None if there is no such profile at these versions.
        """
        query = _at_versions(domain, profile_id, versions)
        oldest = {"$subtract": ["$$NOW", self._max_age_ms]}
        unclaimed = {"$or": [{"erasing_at": None}, {"$expr": {"$lt": ["$erasing_at", oldest]}}]}
        # Not findAndModify: MongoDB would keep a copy of the profile in config.image_collection.
        self._collection.update_one(query | unclaimed, {"$currentDate": {"erasing_at": True}})
        document = by_id(self._collection, query, ["erasing_at"])
        return None if document is None else document.get("erasing_at")

    @translate_write_errors
    def finish(
        self, domain: str, profile_id: str, erasing_at: datetime, versions: Collection[int] | None = None
    ) -> bool:
        """Remove the profile whose erasure began then; False if it is gone or at none of the versions."""
        query = _at_versions(domain, profile_id, versions) | {"erasing_at": erasing_at}
        return self._collection.delete_one(query).deleted_count == 1


def _at_versions(domain: str, profile_id: str, versions: Collection[int] | None) -> Document:
    query: Document = {"_id": profile_id, "domain": domain}
    return query if versions is None else query | {"version": {"$in": list(versions)}}
