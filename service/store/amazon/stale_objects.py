"""Stale objects of all domains: those that were stored with other master keys than the current ones."""

from collections.abc import Iterator, Sequence

from pymongo import UpdateOne
from pymongo.collection import Collection

from service.store.amazon.sealed_objects import ObjectSeal
from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors
from service.store.client.page_scan import single_batch
from service.store.indexes.definitions import MASTER_KEYS


class StaleObjectStore:
    """Finds stale objects, through the index on ``master_keys``, and encrypts them again."""

    def __init__(self, collection: Collection[Document], seal: ObjectSeal) -> None:
        self._collection = collection
        self._seal = seal

    @translate_errors
    def exist(self) -> bool:
        """Return whether any object is stale, from the index alone."""
        entries = self._collection.find(self._stale(), {"_id": False, "master_keys": True})
        return next(iter(entries.hint(MASTER_KEYS).limit(1)), None) is not None

    @translate_errors
    def count(self) -> int:
        """Count the stale objects."""
        return self._collection.count_documents(self._stale(), hint=MASTER_KEYS)

    @translate_errors
    def missing_master_keys(self) -> set[str]:
        """Return the IDs of master keys that are not configured, but were when an object was last stored.

        Only the master keys that encrypted then count. Claims count as objects until they expire.
        """
        used = {text.partition(",")[0] for text in self._collection.distinct("master_keys")}
        return used - {master.id for master in self._seal.keyring} - {""}

    def batches(self, size: int) -> Iterator[list[Document]]:
        """Yield the documents of all stale objects, ``size`` at a time. Raises ``DatastoreUnavailable``."""
        after = ""
        while batch := self._batch(after, size):
            yield batch
            after = batch[-1]["_id"]

    @translate_errors
    def _batch(self, after: str, size: int) -> list[Document]:
        query = self._stale() | {"_id": {"$gt": after}}
        return list(self._collection.find(query).sort("_id").limit(size).batch_size(single_batch(size)))

    @translate_write_errors
    def renew(self, batch: Sequence[Document]) -> int:
        """Encrypt the objects with the first master key. Return how many were encrypted again.

        Omits objects that have changed since they were read or cannot be decrypted. Without master keys, an
        object is stored in plain text. Sends one command at most.
        """
        updates = [update for each in batch if (update := self._update(each)) is not None]
        if not updates:
            return 0
        return self._collection.bulk_write(updates, ordered=False).matched_count

    def _update(self, document: Document) -> UpdateOne | None:
        content = self._seal.to_content(document) if document["object_type"] is not None else None
        if content is None:
            return None
        domain, object_id, object_type = document["domain"], document["_id"], document["object_type"]
        stored = self._seal.to_stored(domain, object_id, object_type, content.unique_values, content.text)
        unchanged = {
            "_id": object_id,
            "domain": domain,
            "master_keys": document["master_keys"],
            "updated_at": document["updated_at"],
        }
        others = dict.fromkeys({"sealed", "plain"} - stored.keys(), "")
        return UpdateOne(unchanged, {"$set": stored, "$unset": others})

    def _stale(self) -> Document:
        # Claims are not renewed, because they have no content.
        return {"master_keys": {"$ne": self._seal.master_keys}, "object_type": {"$ne": None}}
