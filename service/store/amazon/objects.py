"""The ``profile_objects`` collection: one document for each object of a profile.

With master keys, the content is encrypted, because it can have values of sensitive search keys. An object's
hashes identify it: see ``ObjectSeal``. A unique index on the hashes rejects a second object with one of them.

A *claim* is a document that has no content yet. It reserves the ID of a profile that is about to be created,
for the object and for each value that would find the profile for other objects.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pymongo import DESCENDING
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from service.errors.search_keys import ValueSealed
from service.model.object_types import ProfileObject
from service.store.amazon.sealed_objects import ObjectSeal
from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors
from service.store.client.page_scan import PageScan, in_batches, single_batch
from service.store.indexes.definitions import OBJECTS_OF_PROFILE, OF_TYPE, UNIQUE

MAX_PAGE_BYTES = 4 * 1024 * 1024
"""A page ends when its objects exceed this size. One object can have a megabyte."""
_BATCH_SIZE = 4
"""Maximum number of objects that an export holds in memory."""
CLAIM_LIFETIME = timedelta(hours=1)
"""The time after which MongoDB deletes a claim whose request was interrupted."""
MAX_COUNTED = 10_000
"""Maximum number of objects whose sizes are added."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The document of an object or of a claim, and the profile to which it belongs."""

    object_id: str
    profile_id: str
    is_claim: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewObject:
    """An object to store. ``unique_values`` are the values that identify it among those of its type."""

    object_id: str
    object_type: str
    profile_id: str
    unique_values: Sequence[str] = field(repr=False)
    content: str = field(repr=False)
    key_paths: Mapping[str, Sequence[str]]
    time: datetime


class ObjectStore:
    """Reads and changes objects."""

    def __init__(self, collection: Collection[Document], seal: ObjectSeal) -> None:
        self._collection = collection
        self.seal = seal

    @translate_errors
    def find_owners(
        self, domain: str, own: Sequence[str], claims: Sequence[str]
    ) -> tuple[Owner | None, Owner | None]:
        """Return the owner of the object or claim with one of the ``own`` hashes, and that of another claim.

        The other claim has one of the hashes in ``claims``. Each owner is None if there is none.
        """
        query = {"domain": domain, "unique": {"$in": [*own, *claims]}}
        fields = ["profile_id", "object_type", "unique"]
        same: Owner | None = None
        other: Owner | None = None
        for document in self._collection.find(query, fields).hint(UNIQUE):
            owner = Owner(document["_id"], document["profile_id"], document["object_type"] is None)
            if set(own).isdisjoint(document["unique"]):
                other = owner
            else:
                same = owner
        return same, other

    @translate_write_errors
    def claim(self, domain: str, owner: Owner, hashes: Sequence[str], time: datetime) -> bool:
        """Reserve the ID of a profile for these hashes. Return False if another document has one of them."""
        document: Document = {
            "_id": owner.object_id,
            "domain": domain,
            "profile_id": owner.profile_id,
            "object_type": None,
            "unique": list(hashes),
            "master_keys": self.seal.master_keys,
            "size": 0,
            "created_at": time,
            "expires_at": time + CLAIM_LIFETIME,
        }
        return self._insert(document)

    @translate_write_errors
    def release(self, domain: str, object_id: str) -> None:
        """Remove a claim, unless it was replaced by an object."""
        self._collection.delete_one({"_id": object_id, "domain": domain, "object_type": None})

    @translate_write_errors
    def insert(self, domain: str, new: NewObject) -> bool:
        """Add an object. Return False if another document has one of its hashes."""
        document = self._to_document(domain, new)
        return self._insert(
            document | {"_id": new.object_id, "domain": domain, "created_at": document["updated_at"]}
        )

    @translate_write_errors
    def replace(self, domain: str, new: NewObject) -> bool:
        """Replace an object or a claim by this object, which has the same ID. Return False if it is gone."""
        query = {"_id": new.object_id, "domain": domain}
        document = self._to_document(domain, new)
        # The object may have been stored without master keys, and now be encrypted, or vice versa.
        others = dict.fromkeys({"sealed", "plain", "expires_at"} - document.keys(), "")
        update: Document = {"$set": document, "$unset": others}
        return self._collection.update_one(query, update).matched_count == 1

    @translate_errors
    def page(
        self, domain: str, profile_id: str, object_type: str, *, before: str | None, limit: int
    ) -> PageScan[ProfileObject, str]:
        """Return up to ``limit`` objects of a type, newest first, with an ID below ``before``.

        Stops at ``MAX_PAGE_BYTES``. Sends two commands, or one if there are no objects. Raises
        ``ValueSealed``.
        """
        query: Document = {"domain": domain, "profile_id": profile_id, "object_type": object_type}
        if before is not None:
            query["_id"] = {"$lt": before}
        # Read the sizes first. Otherwise, one response could have 16 MB of objects, four times what is shown.
        cursor = self._collection.find(query, ["size"]).hint(OBJECTS_OF_PROFILE).sort("_id", DESCENDING)
        ids, size, ended_at = list[str](), 0, None
        for document in cursor.limit(limit).batch_size(single_batch(limit)):
            if ended_at is None:
                ids.append(document["_id"])
                size += document["size"]
                ended_at = ids[-1] if size > MAX_PAGE_BYTES else None
        objects = self._find(query, ids) if ids else []
        # Other requests may have removed objects meanwhile. Then this page may not be the last one.
        return PageScan(objects, ids[-1] if len(objects) < len(ids) else ended_at)

    def _find(self, query: Document, ids: Sequence[str]) -> list[ProfileObject]:
        """Return the objects with these IDs, newest first."""
        cursor = self._collection.find(query | {"_id": {"$in": ids}}).sort("_id", DESCENDING)
        return [self._to_object(each) for each in cursor.batch_size(single_batch(len(ids)))]

    @translate_errors
    def get(self, domain: str, profile_id: str, object_type: str, object_id: str) -> ProfileObject | None:
        """Return an object of the profile, or None. Raises ``ValueSealed``."""
        query = {"_id": object_id, "domain": domain, "profile_id": profile_id, "object_type": object_type}
        document = self._collection.find_one(query)
        return None if document is None else self._to_object(document)

    def of_profile(self, domain: str, profile_id: str) -> Iterator[ProfileObject]:
        """Yield all objects of a profile. Raises ``DatastoreUnavailable`` and ``ValueSealed``."""
        query: Document = {"domain": domain, "profile_id": profile_id, "object_type": {"$gt": ""}}
        with self._collection.find(query).hint(OBJECTS_OF_PROFILE) as cursor:
            for batch in in_batches(cursor, _BATCH_SIZE):
                yield from map(self._to_object, batch)

    @translate_write_errors
    def remove(self, domain: str, profile_id: str, object_type: str, object_id: str) -> bool:
        """Remove an object. Return whether the profile had it."""
        query = {"_id": object_id, "domain": domain, "profile_id": profile_id, "object_type": object_type}
        return self._collection.delete_one(query).deleted_count == 1

    @translate_write_errors
    def remove_of_type(self, domain: str, object_type: str) -> None:
        """Remove all objects of a type."""
        self._collection.delete_many({"domain": domain, "object_type": object_type})

    @translate_write_errors
    def remove_of_profiles(self, domain: str, profile_ids: Sequence[str]) -> None:
        """Remove all objects and claims of the profiles. Sends one command."""
        self._collection.delete_many({"domain": domain, "profile_id": {"$in": list(profile_ids)}})

    @translate_errors
    def measure(self, domain: str) -> tuple[int, int]:
        """Return the number of objects, and the size of their JSON in bytes.

        For ``MAX_COUNTED`` objects or more, the size is an estimate from the first ones.
        """
        query: Document = {"domain": domain, "object_type": {"$gt": ""}}
        total = {"$group": {"_id": None, "count": {"$sum": 1}, "size": {"$sum": "$size"}}}
        pipeline: list[Document] = [{"$match": query}, {"$limit": MAX_COUNTED}, total]
        first = next(iter(self._collection.aggregate(pipeline, hint=OF_TYPE)), {"count": 0, "size": 0})
        if first["count"] < MAX_COUNTED:
            return first["count"], first["size"]
        count = self._collection.count_documents(query, hint=OF_TYPE)
        return count, first["size"] * count // first["count"]

    def _insert(self, document: Document) -> bool:
        try:
            self._collection.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    def _to_document(self, domain: str, new: NewObject) -> Document:
        return {
            "profile_id": new.profile_id,
            "object_type": new.object_type,
            # The names of search keys and the paths are values, not field names.
            "key_paths": [{"key": key, "paths": list(paths)} for key, paths in new.key_paths.items()],
            "size": len(new.content.encode()),
            "updated_at": new.time,
            **self.seal.to_stored(domain, new.object_id, new.object_type, new.unique_values, new.content),
        }

    def _to_object(self, document: Document) -> ProfileObject:
        content = self.seal.to_content(document)
        if content is None:
            raise ValueSealed(self.seal.master_id(document))
        return ProfileObject(
            object_id=document["_id"],
            object_type=document["object_type"],
            content=content.text,
            key_paths={each["key"]: each["paths"] for each in document["key_paths"]},
            created_at=document["created_at"],
            updated_at=document["updated_at"],
        )
