"""The ``sensitive_value_counts`` collection: how many sensitive values each credential sent in each hour."""

from datetime import datetime, timedelta

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from service.store.client.document import Document
from service.store.client.errors import translate_errors

_RETENTION = timedelta(days=1)


class SensitiveValueCountStore:
    """Counts sensitive values. ``limit`` is for each credential and hour; 0 means no limit."""

    def __init__(self, collection: Collection[Document], *, limit: int) -> None:
        self._collection = collection
        self._limit = limit

    # Not ``translate_write_errors``: clients do not need to know whether a value was counted.
    @translate_errors
    def add(self, domain: str, credential_id: str, begin: datetime, count: int) -> bool:
        """Add ``count`` to the hour that starts at ``begin``. Return False if the limit does not allow it."""
        if not self._limit:
            return True
        if count > self._limit:
            return False
        query: Document = {
            "_id": f"{domain}/{credential_id}/{begin:%Y-%m-%dT%H}",
            "domain": domain,
            "count": {"$lte": self._limit - count},
        }
        update: Document = {"$inc": {"count": count}, "$setOnInsert": {"expires_at": begin + _RETENTION}}
        try:
            self._collection.update_one(query, update, upsert=True)
        except DuplicateKeyError:
            # The limit is reached, or a concurrent request has just created the document.
            return self._collection.update_one(query, update).matched_count == 1
        return True
