"""Erasures of profiles in MongoDB: begun on the profile itself, so that racing requests share one."""

from collections.abc import Collection
from datetime import datetime, timedelta

from pymongo.collection import Collection as MongoCollection

from service.store.client import Document, writing

_MAX_AGE = timedelta(seconds=10)
"""Longer than a request takes; an older erasure was interrupted, and the next request begins its own."""


class ErasureStore:
    """The ``profiles`` collection, as a profile leaves it."""

    def __init__(self, collection: MongoCollection[Document]) -> None:
        """Take the collection."""
        self._collection = collection

    @writing
    def begin(
        self, domain: str, profile_id: str, now: datetime, versions: Collection[int] | None = None
    ) -> datetime | None:
        """Note on the profile, at one of the versions given, that it is being erased; return since when.

        Requests that race to erase it get the same time, so that they write the same audit events. None if
        there is no such profile at these versions.
        """
        query = _at_versions(domain, profile_id, versions)
        unclaimed = {"$or": [{"erasing_at": None}, {"erasing_at": {"$lt": now - _MAX_AGE}}]}
        # Not findAndModify: MongoDB would keep a copy of the profile in config.image_collection.
        if self._collection.update_one(query | unclaimed, {"$set": {"erasing_at": now}}).matched_count == 1:
            return now
        begun = self._collection.find_one(query, {"erasing_at": True})
        return None if begun is None else begun.get("erasing_at")

    @writing
    def finish(
        self, domain: str, profile_id: str, erasing_at: datetime, versions: Collection[int] | None = None
    ) -> bool:
        """Remove the profile whose erasure began then; False if it is gone or at none of the versions."""
        query = _at_versions(domain, profile_id, versions) | {"erasing_at": erasing_at}
        return self._collection.delete_one(query).deleted_count == 1


def _at_versions(domain: str, profile_id: str, versions: Collection[int] | None) -> Document:
    query: Document = {"_id": profile_id, "domain": domain}
    return query if versions is None else query | {"version": {"$in": list(versions)}}
