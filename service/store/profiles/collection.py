"""The ``profiles`` collection: one document for each profile."""

from collections.abc import Sequence
from dataclasses import dataclass

from pymongo import ReturnDocument
from pymongo.collection import Collection as MongoCollection
from pymongo.errors import DuplicateKeyError

from service.crypto.master_keyring import MasterKeyring
from service.errors.datastore import DatastoreUnavailable
from service.matching.profiles import Index
from service.model.profile import Profile
from service.store.client import page_scan
from service.store.client.batches import single_batch
from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors
from service.store.client.page_scan import PageScan
from service.store.indexes.definitions import LOOKUP
from service.store.profiles import queries
from service.store.profiles.documents import fields_of, to_document, update_of
from service.store.profiles.reader import ProfileReader
from service.store.profiles.scan import by_id, first_by_id, scan_excluding
from service.store.profiles.unique_values import raise_if_taken

_INSERT_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Created:
    """A profile that was created with an Idempotency-Key, and the fingerprint of that request."""

    profile: Profile
    fingerprint: str


class ProfileStore:
    """Reads and changes profiles."""

    def __init__(
        self, collection: MongoCollection[Document], keyring: MasterKeyring, reader: ProfileReader
    ) -> None:
        self._collection = collection
        self._keyring = keyring
        self._reader = reader

    @translate_write_errors
    def insert(
        self, domain: str, profile: Profile, index: Index, *, fingerprint: str | None = None
    ) -> Created | None:
        """Add a profile. ``fingerprint`` is that of the request, if it has an Idempotency-Key.

        Returns None, or the profile if an earlier request with the same Idempotency-Key created it. Raises
        ``UniqueKeyTaken`` and ``MasterKeyMissing``.
        """
        document = to_document(domain, profile, index, self._keyring)
        if fingerprint is not None:
            document["fingerprint"] = fingerprint
        for _ in range(_INSERT_ATTEMPTS):
            try:
                self._collection.insert_one(document)
            except DuplicateKeyError as error:
                # A retry can violate either index: the ``_id``, or the unique values that it owns itself.
                if fingerprint is not None and (created := self.created(domain, document["_id"])):
                    return created
                raise_if_taken(self._collection, document, error)
            else:
                return None
        raise DatastoreUnavailable

    @translate_write_errors
    def created(self, domain: str, profile_id: str) -> Created | None:
        """Return a profile that was created with an Idempotency-Key, or None. Mark it as returned again.

        Raises ``DatastoreUnavailable`` if the request that creates it may still undo that, because the
        definitions of its search keys have changed.
        """
        query: Document = {"_id": profile_id, "domain": domain, "fingerprint": {"$exists": True}}
        # Creation is not undone without search keys, or once the profile was returned again.
        permanent = {"$or": [{"definitions": {"$exists": False}}, {"repeated": True}]}
        document = self._mark_repeated(query | permanent)
        if document is None and (stored := self._collection.find_one(query)):
            if self._reader.may_be_undone(domain, stored):
                raise DatastoreUnavailable
            document = self._mark_repeated(query)
        if document is None:
            return None
        return Created(self._to_profile(domain, document), document["fingerprint"])

    def _mark_repeated(self, query: Document) -> Document | None:
        document: Document | None = self._collection.find_one_and_update(
            query, {"$set": {"repeated": True}}, return_document=ReturnDocument.AFTER
        )
        return document

    @translate_write_errors
    def replace(self, domain: str, profile: Profile, index: Index, *, old: Profile) -> bool:
        """Replace the old profile. Return False if it is not the current one.

        Writes only fields that differ, so that fields of newer releases stay. Raises ``UniqueKeyTaken`` and
        ``MasterKeyMissing``.
        """
        document = to_document(domain, profile, index, self._keyring)
        before = fields_of(old)
        changed = {
            name: value
            for name, value in document.items()
            if name != "_id" and (name not in before or before[name] != value)
        }
        current = {"_id": profile["profile_id"], "domain": domain, "version": old["version"]}
        try:
            return self._collection.update_one(current, update_of(changed, document)).matched_count == 1
        except DuplicateKeyError as error:
            raise_if_taken(self._collection, document, error)
            return False

    @translate_errors
    def get(self, domain: str, profile_id: str) -> Profile | None:
        """Return the profile, or None."""
        document = by_id(self._collection, {"_id": profile_id, "domain": domain})
        return None if document is None else self._to_profile(domain, document)

    @translate_errors
    def exists(self, domain: str, profile_id: str) -> bool:
        """Return whether the profile exists."""
        return by_id(self._collection, {"_id": profile_id, "domain": domain}, ["_id"]) is not None

    @translate_write_errors
    def undo_insert(self, domain: str, profile_id: str) -> bool:
        """Remove a profile that was just added, unless another request has returned it or is erasing it."""
        unused = {"repeated": {"$exists": False}, "erasing_at": {"$exists": False}}
        return self._collection.delete_one({"_id": profile_id, "domain": domain} | unused).deleted_count == 1

    @translate_errors
    def holds_key(self, domain: str, key: str) -> bool:
        """Return whether any profile of the domain holds a value of the custom search key."""
        query = queries.holding(domain, key)
        return any(True for _ in self._collection.find(query, {"_id": True}).hint(LOOKUP).limit(1))

    @translate_errors
    def find_any(self, domain: str, terms: Sequence[str], *, after: str | None, limit: int) -> list[Profile]:
        """Return up to ``limit`` profiles with any of the terms, by ID, starting after ``after``."""
        query = queries.with_any(domain, terms, after)
        return self._reader.read(domain, first_by_id(self._collection, query, limit))

    @translate_errors
    def find_best(
        self,
        domain: str,
        terms: Sequence[str],
        must: Sequence[Sequence[str]],
        *,
        max_profiles: int,
        limit: int,
    ) -> tuple[list[Profile], set[str]]:
        """Return up to ``limit`` profiles that meet ``must``, in the order of the terms, and shared terms.

        A term is shared if more than ``max_profiles`` profiles have it; it leads to no profile.
        """
        pipeline = queries.best_first(self._collection.name, domain, terms, must, max_profiles, limit)
        batch_size = single_batch(limit + len(terms))
        rows = list(self._collection.aggregate(pipeline, hint=LOOKUP, batchSize=batch_size))
        # Each profile once, under its first term.
        documents = {row["found"]["_id"]: row["found"] for row in rows if "found" in row}
        best = self._reader.read(domain, list(documents.values())[:limit])
        return best, {terms[row["_id"]] for row in rows if row["shared"]}

    @translate_errors
    def shared(self, domain: str, terms: Sequence[str], *, max_profiles: int) -> set[str]:
        """Return the terms that more than ``max_profiles`` profiles have."""
        pipeline = queries.shared(self._collection.name, domain, terms, max_profiles)
        batch_size = single_batch(len(terms))
        rows = self._collection.aggregate(pipeline, hint=LOOKUP, batchSize=batch_size)
        return {terms[row["_id"]] for row in rows}

    @translate_errors
    def find_all(
        self, domain: str, groups: Sequence[Sequence[str]], *, after: str | None, limit: int
    ) -> PageScan[Profile, str]:
        """Return up to ``limit`` profiles with a term of every group, by ID, starting after ``after``.

        One command. Two more if every group has more than ``queries.RARE`` profiles, and a fourth if every
        group has more than ``page_scan.MAX_SCANNED``: the scan stops after that many.
        """
        pipeline = queries.every(self._collection.name, domain, groups, after, limit)
        rarest = next(iter(self._collection.aggregate(pipeline, hint=LOOKUP)), None)
        if rarest is None:
            return PageScan([])
        if rarest["size"] <= queries.RARE:
            return PageScan(self._reader.read(domain, rarest["found"]), scanned=rarest["size"])
        return self._find_all_common(domain, groups, after, limit)

    def _find_all_common(
        self, domain: str, groups: Sequence[Sequence[str]], after: str | None, limit: int
    ) -> PageScan[Profile, str]:
        pipeline = queries.sizes(self._collection.name, domain, groups)
        sizes = list(self._collection.aggregate(pipeline, hint=LOOKUP))
        if len(sizes) < len(groups):
            return PageScan([])
        smallest_first = [groups[size["_id"]] for size in sizes]
        size = sizes[0]["size"]
        is_long = size > page_scan.MAX_SCANNED
        end = self._end_of_scan(domain, smallest_first[0], after) if is_long else None
        pipeline = queries.along_first(domain, smallest_first, after, end, limit)
        documents = self._collection.aggregate(pipeline, hint=LOOKUP, batchSize=single_batch(limit))
        profiles = self._reader.read(domain, list(documents))
        scanned = min(size, page_scan.MAX_SCANNED)
        return PageScan(profiles, end if len(profiles) < limit else None, scanned)

    def _end_of_scan(self, domain: str, group: Sequence[str], after: str | None) -> str | None:
        """Return the ID of the last profile to scan, from the index alone; None to scan all."""
        ids = self._collection.find(queries.with_any(domain, group, after), {"_id": True})
        ids = ids.hint(LOOKUP).sort("_id").skip(page_scan.MAX_SCANNED - 1).limit(1)
        return next((document["_id"] for document in ids), None)

    @translate_errors
    def find_any_excluding(
        self,
        domain: str,
        terms: Sequence[str],
        without: Sequence[str],
        without_all: Sequence[Sequence[str]],
        *,
        after: str | None,
        limit: int,
    ) -> PageScan[Profile, str]:
        """Return up to ``limit`` profiles with any of the terms, by ID, starting after ``after``.

        Excludes profiles with a term of ``without``, and those with a term of each group of ``without_all``.
        One command, or up to four: see ``page_scan``.
        """
        scan = scan_excluding(self._collection, domain, terms, without, without_all)
        page = scan.page(after, limit)
        return PageScan(self._reader.read(domain, page.items), page.ended_at, page.scanned)

    @translate_errors
    def find_starting_with(self, domain: str, prefixes: Sequence[str], *, limit: int) -> list[Profile]:
        """Return the first ``limit`` profiles, in index order, with a term that starts with any prefix."""
        cursor = self._collection.find(queries.starting_with(domain, prefixes)).hint(LOOKUP).limit(limit)
        return self._reader.read(domain, list(cursor))

    def _to_profile(self, domain: str, document: Document) -> Profile:
        return self._reader.read(domain, [document])[0]
