"""Read and write many profiles with few commands, for batches."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import starmap

from pymongo import DeleteOne, InsertOne, UpdateOne
from pymongo.collection import Collection as MongoCollection
from pymongo.errors import BulkWriteError

from service.matching.profiles import Index
from service.model.profile import Profile
from service.store.client.document import Document
from service.store.client.errors import duplicate_key_errors, translate_errors, translate_write_errors
from service.store.client.page_scan import single_batch
from service.store.client.slices import MAX_WRITES, in_slices
from service.store.indexes.definitions import UNIQUE
from service.store.profiles import documents
from service.store.profiles.documents import ProfileReader
from service.store.profiles.erasure_start import (
    BEGIN_ERASURE,
    can_begin_erasure,
    earliest_start,
    erasure_continues,
)

_MAX_TERMS = 10_000
"""Maximum number of IDs or index terms in one query. A term can have 1,000 bytes, a query 16 MB."""


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """A stored profile, its unique index terms, and the marks of the batch items that changed it."""

    profile: Profile
    unique: frozenset[str]
    marks: Sequence[str]


@dataclass(frozen=True, slots=True)
class NewProfile:
    """A profile to insert, and the marks to store with it."""

    profile: Profile
    index: Index
    marks: Sequence[str]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A new state of the profile ``old``. ``marks`` are all marks to store; the last one is new."""

    profile: Profile
    index: Index
    old: Profile
    marks: Sequence[str]


class BulkProfileStore:
    """Reads and writes many profiles. Erasures older than ``max_erasure_time`` count as interrupted."""

    def __init__(
        self,
        collection: MongoCollection[Document],
        reader: ProfileReader,
        *,
        max_erasure_time: timedelta,
    ) -> None:
        self._collection = collection
        self._reader = reader
        self._earliest_start = earliest_start(max_erasure_time)

    @translate_errors
    def find(
        self, domain: str, profile_ids: Collection[str], unique_terms: Collection[str]
    ) -> list[StoredProfile]:
        """Return the profiles with any of the IDs or unique index terms.

        Sends one command for each ``_MAX_TERMS`` IDs, and one for each ``_MAX_TERMS`` terms.
        """
        found: dict[str, Document] = {}
        for field, hint, values in (("_id", "_id_", profile_ids), ("unique", UNIQUE, unique_terms)):
            for chunk in in_slices(sorted(values), _MAX_TERMS):
                query = {"domain": domain, field: {"$in": chunk}}
                cursor = self._collection.find(query).hint(hint).batch_size(single_batch(len(chunk)))
                found |= {document["_id"]: document for document in cursor}
        stored: list[StoredProfile] = []
        for part in in_slices(list(found.values()), MAX_WRITES):
            pairs = zip(self._reader.read(domain, part), part, strict=True)
            stored += starmap(_to_stored, pairs)
        return stored

    @translate_write_errors
    def insert(self, domain: str, profiles: Sequence[NewProfile], *, are_tentative: bool = False) -> set[str]:
        """Insert the profiles. Return the IDs of those whose ID or unique value a stored profile has.

        The others are inserted. Tentative profiles must be confirmed: see ``DuplicateStore``. Sends one
        command for each ``MAX_WRITES`` profiles. Raises ``MasterKeyMissing``.
        """
        tentative = {"tentative": True} if are_tentative else {}
        parts = in_slices(profiles, MAX_WRITES)
        return set().union(*(self._insert(domain, part, tentative) for part in parts))

    def _insert(self, domain: str, profiles: Sequence[NewProfile], tentative: Document) -> set[str]:
        inserts = [
            InsertOne(
                documents.to_document(domain, new.profile, new.index, self._reader.keyring)
                | documents.optional_marks(new.marks)
                | tentative
            )
            for new in profiles
        ]
        try:
            self._collection.bulk_write(inserts, ordered=False)
        except BulkWriteError as error:
            return {profiles[position].profile["profile_id"] for position, _ in duplicate_key_errors(error)}
        return set()

    @translate_write_errors
    def replace(self, domain: str, replacements: Sequence[Replacement]) -> set[str]:
        """Replace the profiles. Return the IDs of those that were not replaced.

        A profile is not replaced if it is gone or has another version than ``old``, or if another profile has
        one of the unique values. For each ``MAX_WRITES`` profiles, sends one command, or two if one was not
        replaced. Raises ``MasterKeyMissing``.
        """
        return set().union(*(self._replace(domain, part) for part in in_slices(replacements, MAX_WRITES)))

    def _replace(self, domain: str, replacements: Sequence[Replacement]) -> set[str]:
        updates = [
            UpdateOne(
                *documents.replacement(
                    domain, each.profile, each.index, each.old, self._reader.keyring, each.marks
                )
            )
            for each in replacements
        ]
        try:
            matched = self._collection.bulk_write(updates, ordered=False).matched_count
        except BulkWriteError as error:
            duplicate_key_errors(error)
        else:
            if matched == len(updates):
                return set()
        ids = {each.profile["profile_id"] for each in replacements}
        # Each replacement stores a new mark, which shows that it was written.
        written: Document = {
            "_id": {"$in": sorted(ids)},
            "domain": domain,
            "batch_marks": {"$in": [each.marks[-1] for each in replacements]},
        }
        cursor = self._collection.find(written, ["_id"]).hint("_id_").batch_size(single_batch(len(ids)))
        return ids - {document["_id"] for document in cursor}

    @translate_write_errors
    def remove_marks(self, domain: str, profile_id: str, marks: Sequence[str]) -> None:
        """Remove marks from a profile, because the changes that stored them were undone."""
        query = {"_id": profile_id, "domain": domain}
        self._collection.update_one(query, {"$pull": {"batch_marks": {"$in": list(marks)}}})

    @translate_write_errors
    def mark_repeated(self, domain: str, profile_ids: Sequence[str]) -> None:
        """Mark the profiles with these IDs as repeated, so that no request undoes their creation."""
        query: Document = {"_id": {"$in": list(profile_ids)}, "domain": domain}
        self._collection.update_many(query, {"$set": {"repeated": True}}, hint="_id_")

    @translate_write_errors
    def begin_erasures(self, domain: str, versions: Mapping[str, int | None]) -> dict[str, datetime]:
        """Store MongoDB's time as the start of the erasures, and return the start for each profile.

        ``versions`` maps the ID of each profile to the version to erase, or to None for any version. Omits
        profiles that are gone or have another version. See ``ProfileStore.begin_erasure``.
        """
        can_begin = can_begin_erasure(self._earliest_start)
        self._collection.bulk_write(
            [
                UpdateOne(_at_version(domain, id_, version) | can_begin, BEGIN_ERASURE)
                for id_, version in versions.items()
            ],
            ordered=False,
        )
        query = {"_id": {"$in": sorted(versions)}, "domain": domain}
        cursor = self._collection.find(query, ["erasing_at", "version"]).hint("_id_")
        return {
            document["_id"]: document["erasing_at"]
            for document in cursor.batch_size(single_batch(len(versions)))
            if "erasing_at" in document and versions[document["_id"]] in {None, document["version"]}
        }

    @translate_write_errors
    def finish_erasures(
        self, domain: str, versions: Mapping[str, int | None], started: Mapping[str, datetime]
    ) -> set[str]:
        """Remove the profiles in ``started``, and return the IDs of those that remain.

        ``started`` maps the ID of each profile to the start of its erasure. A profile remains if its erasure
        has another start, if its version differs, or if the erasure counts as interrupted: the list of
        changes may already have omitted its deletion. Sends one command, or two if a profile was not removed.
        """
        continues = erasure_continues(self._earliest_start)
        deletions = [
            DeleteOne(_at_version(domain, id_, versions[id_]) | {"erasing_at": erasing_at} | continues)
            for id_, erasing_at in started.items()
        ]
        if self._collection.bulk_write(deletions, ordered=False).deleted_count == len(deletions):
            return set()
        query = {"_id": {"$in": sorted(started)}, "domain": domain}
        cursor = self._collection.find(query, ["_id"]).hint("_id_").batch_size(single_batch(len(started)))
        return {document["_id"] for document in cursor}


def _at_version(domain: str, profile_id: str, version: int | None) -> Document:
    query: Document = {"_id": profile_id, "domain": domain}
    return query if version is None else query | {"version": version}


def _to_stored(profile: Profile, document: Document) -> StoredProfile:
    return StoredProfile(profile, frozenset(document.get("unique", ())), document.get("batch_marks", ()))
