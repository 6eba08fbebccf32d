"""How many values of sensitive keys each credential has brought, in MongoDB: one small document an hour.

All workers and instances add to the same count, so the limit is exact. MongoDB removes old counts by itself.
"""

from datetime import datetime, timedelta

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from service.store.client import Document, translated

_KEPT = timedelta(days=1)


class SensitiveValueCountStore:
    """The ``sensitive_value_counts`` collection."""

    def __init__(self, collection: Collection[Document], *, limit: int) -> None:
        """Take the collection, and how many values a credential may bring in one window; 0 is no limit."""
        self._collection = collection
        self._limit = limit

    # Not ``writing``: whether a value was counted is nothing that a caller has to find out.
    @translated
    def add(self, domain: str, credential_id: str, begin: datetime, values: int) -> bool:
        """Count the values in the window that begins then; False where that would be over the limit."""
        if not self._limit:
            return True
        if values > self._limit:
            return False
        query: Document = {
            "_id": f"{domain}/{credential_id}/{begin:%Y-%m-%dT%H}",
            "domain": domain,
            "count": {"$lte": self._limit - values},
        }
        update: Document = {"$inc": {"count": values}, "$setOnInsert": {"expires_at": begin + _KEPT}}
        try:
            self._collection.update_one(query, update, upsert=True)
        except DuplicateKeyError:
            # The count is at the limit, or another request has just begun it.
            return self._collection.update_one(query, update).matched_count == 1
        return True
