"""The ``profiles`` collection: one document for each profile."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.collection import Collection as MongoCollection
from pymongo.errors import DuplicateKeyError

from service.errors.datastore import DatastoreUnavailable
from service.matching.profiles import Index
from service.model.profile import Profile
from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors
from service.store.client.page_scan import single_batch
from service.store.profiles.documents import ProfileReader, replacement, to_document, unique_key_taken
from service.store.profiles.erasure_start import (
    BEGIN_ERASURE,
    can_begin_erasure,
    earliest_start,
    erasure_continues,
)
from service.store.profiles.sealed_keys import sensitive_keys
from service.store.profiles.search import ProfileSearch

_INSERT_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Created:
    """A profile that a request with an Idempotency-Key created, and the fingerprint of that request."""

    profile: Profile
    fingerprint: str


class ProfileStore(ProfileSearch):
    """Reads, changes and erases profiles. Erasures older than ``max_erasure_time`` count as interrupted."""

    def __init__(
        self, collection: MongoCollection[Document], reader: ProfileReader, *, max_erasure_time: timedelta
    ) -> None:
        super().__init__(collection, reader)
        self._earliest_start = earliest_start(max_erasure_time)

    @translate_write_errors
    def insert(
        self,
        domain: str,
        profile: Profile,
        index: Index,
        *,
        fingerprint: str | None = None,
        is_tentative: bool = False,
    ) -> Created | None:
        """Add a profile. Pass the ``fingerprint`` of the request if it has an Idempotency-Key.

        Returns None after adding the profile. If an earlier request with the same Idempotency-Key added it,
        returns that profile instead. A tentative profile must be confirmed: see ``DuplicateStore``. Raises
        ``UniqueKeyTaken``, ``MasterKeyMissing`` and ``DatastoreUnavailable``.
        """
        document = to_document(domain, profile, index, self._reader.keyring)
        if fingerprint is not None:
            document["fingerprint"] = fingerprint
        if is_tentative:
            document["tentative"] = True
        for _ in range(_INSERT_ATTEMPTS):
            try:
                self._collection.insert_one(document)
            except DuplicateKeyError as error:
                # The profile of an earlier request with this Idempotency-Key has the same ID, and may have
                # the same unique values.
                if fingerprint is not None and (created := self.repeat_creation(domain, document["_id"])):
                    return created
                self._raise_if_taken(domain, profile, index, error)
            else:
                return None
        raise DatastoreUnavailable

    @translate_write_errors
    def repeat_creation(self, domain: str, profile_id: str) -> Created | None:
        """Return the profile with this ID if a request with an Idempotency-Key created it, or None.

        Marks the profile as returned to a repeated request, so that no request undoes its creation. Raises
        ``DatastoreUnavailable`` if the request that created it may still be undoing the creation.
        """
        query: Document = {"_id": profile_id, "domain": domain, "fingerprint": {"$exists": True}}
        # A profile that is marked as repeated stays. Without custom search keys, and not tentative, its
        # creation is rarely undone (contact cleared, profile merged), so it is marked without waiting.
        unconditional = {"definitions": {"$exists": False}, "tentative": {"$exists": False}}
        permanent = {"$or": [unconditional, {"repeated": True}]}
        document = self._mark_repeated(query | permanent)
        if document is None and (stored := self._collection.find_one(query)):
            if self._reader.may_undo_creation(domain, stored):
                raise DatastoreUnavailable
            document = self._mark_repeated(query)
        if document is None:
            return None
        return Created(self._reader.read(domain, [document])[0], document["fingerprint"])

    def _mark_repeated(self, query: Document) -> Document | None:
        repeated = {"$set": {"repeated": True}}
        return self._collection.find_one_and_update(query, repeated, return_document=ReturnDocument.AFTER)

    @translate_write_errors
    def replace(self, domain: str, profile: Profile, index: Index, *, old: Profile) -> bool:
        """Replace the profile ``old``, and return whether it was replaced.

        It is not replaced if it is gone or has another version, or if another profile had one of the unique
        values and has released it since. Raises ``UniqueKeyTaken`` and ``MasterKeyMissing``.
        """
        current, update = replacement(domain, profile, index, old, self._reader.keyring)
        try:
            return self._collection.update_one(current, update).matched_count == 1
        except DuplicateKeyError as error:
            self._raise_if_taken(domain, profile, index, error)
            return False

    @translate_errors
    def get(self, domain: str, profile_id: str) -> Profile | None:
        """Return the profile, or None."""
        document = self._by_id({"_id": profile_id, "domain": domain})
        return None if document is None else self._reader.read(domain, [document])[0]

    @translate_errors
    def exists(self, domain: str, profile_id: str) -> bool:
        """Return whether the profile exists."""
        return self._by_id({"_id": profile_id, "domain": domain}, ["_id"]) is not None

    @translate_write_errors
    def undo_insert(
        self, domain: str, profile_id: str, *, is_tentative: bool = False, only_unchanged: bool = False
    ) -> bool:
        """Remove a profile that was just added, and return whether it was removed.

        It stays if it is marked as repeated, if its erasure has begun, or if its last change is older than
        ``max_erasure_time``: the list of changes may already show the profile. With ``only_unchanged`` or
        ``is_tentative``, it also stays if it was changed. With ``is_tentative``, it also stays if it is
        confirmed.
        """
        is_recent = {"$gte": [{"$toDate": "$changed"}, self._earliest_start]}
        unused = {"repeated": {"$exists": False}, "erasing_at": {"$exists": False}, "$expr": is_recent}
        if is_tentative:
            unused["tentative"] = True
        if is_tentative or only_unchanged:
            # A profile that another request has changed is in use.
            unused["version"] = 1
        return self._collection.delete_one({"_id": profile_id, "domain": domain} | unused).deleted_count == 1

    @translate_write_errors
    def begin_erasure(
        self, domain: str, profile_id: str, versions: Collection[int] | None = None
    ) -> datetime | None:
        """Store MongoDB's time as the start of the profile's erasure, and return it.

        Concurrent requests get the same time, so that they write the same audit events. If the last erasure
        was interrupted, a new one starts. Returns None if the profile does not exist, or if ``versions`` are
        given and it has none of them.
        """
        query = _at_versions(domain, profile_id, versions)
        # Not findAndModify: MongoDB would store a copy of the profile in config.image_collection.
        self._collection.update_one(query | can_begin_erasure(self._earliest_start), BEGIN_ERASURE)
        document = self._by_id(query, ["erasing_at"])
        return None if document is None else document.get("erasing_at")

    @translate_write_errors
    def finish_erasure(
        self, domain: str, profile_id: str, erasing_at: datetime, versions: Collection[int] | None = None
    ) -> bool:
        """Remove the profile, and return whether it was removed.

        It is not removed if it is gone, if it has none of the ``versions``, if its erasure has another start,
        or if the erasure counts as interrupted: the list of changes may have passed that time without showing
        a deletion.
        """
        query = _at_versions(domain, profile_id, versions) | {"erasing_at": erasing_at}
        query |= erasure_continues(self._earliest_start)
        return self._collection.delete_one(query).deleted_count == 1

    def _by_id(self, query: Document, fields: list[str] | None = None) -> Document | None:
        # Without a hint, the planner may choose the ``lookup`` index and then read a large part of it.
        return next(iter(self._collection.find(query, fields).hint("_id_").limit(1)), None)

    def _raise_if_taken(self, domain: str, profile: Profile, index: Index, error: DuplicateKeyError) -> None:
        """Raise ``UniqueKeyTaken`` if other profiles still have unique values of the profile."""
        query = {
            "domain": domain,
            "unique": {"$in": index.unique},
            "_id": {"$ne": profile["profile_id"]},
        }
        owners = self._collection.find(query, {"unique": True}).batch_size(single_batch(len(index.unique)))
        terms = set(index.unique)
        taken = {owner["_id"]: terms.intersection(owner["unique"]) for owner in owners}
        if taken_error := unique_key_taken(taken, sensitive_keys(profile["keys"]), index.definitions):
            raise taken_error from error


def _at_versions(domain: str, profile_id: str, versions: Collection[int] | None) -> Document:
    query: Document = {"_id": profile_id, "domain": domain}
    return query if versions is None else query | {"version": {"$in": list(versions)}}
