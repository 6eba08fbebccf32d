"""Profiles in MongoDB: one document each, written whole, found through one index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pymongo import ReturnDocument
from pymongo.collection import Collection as MongoCollection
from pymongo.errors import DuplicateKeyError

from service.crypto.master_keyring import MasterKeyring
from service.errors.datastore import DatastoreUnavailable
from service.matching.profiles import Index
from service.model.profile import Profile
from service.store.client import page_scan
from service.store.client.connection import Document, in_one_batch, translated, writing
from service.store.client.page_scan import PageScan
from service.store.indexes.definitions import LOOKUP
from service.store.profiles import lookups
from service.store.profiles.documents import fields_of, to_document, without_lists
from service.store.profiles.reader import ProfileReader
from service.store.profiles.scan import by_id, first_by_id, scan_excluding
from service.store.profiles.unique_values import refuse_if_taken

_TRIES = 3

_MAX_CREATION_TIME = timedelta(seconds=30)
"""Longer than a request that creates a profile takes."""


@dataclass(frozen=True, slots=True)
class Created:
    """A profile that an Idempotency-Key created, as it is now, and the fingerprint of what created it."""

    profile: Profile
    fingerprint: str


class ProfileStore:
    """The ``profiles`` collection."""

    def __init__(
        self, collection: MongoCollection[Document], masters: MasterKeyring, reader: ProfileReader
    ) -> None:
        """Take the collection, the masters that seal sensitive values, and the reader of profiles."""
        self._collection = collection
        self._masters = masters
        self._reader = reader

    @writing
    def insert(
        self, domain: str, profile: Profile, index: Index, *, fingerprint: str | None = None
    ) -> Created | None:
        """Add a profile, with the fingerprint of the request if its ID comes from an Idempotency-Key.

        Returns None, or what stands under that ID already. Raises ``UniqueKeyTaken`` where another profile
        owns a value of a unique key, and ``MasterKeyMissing``.
        """
        document = to_document(domain, profile, index, self._masters)
        if fingerprint is not None:
            document["fingerprint"] = fingerprint
        for _ in range(_TRIES):
            try:
                self._collection.insert_one(document)
            except DuplicateKeyError as error:
                # Which of two indexes is named says nothing: a retry meets its own unique values too.
                if fingerprint is not None and (created := self.created(domain, document["_id"])):
                    return created
                refuse_if_taken(self._collection, document, error)
            else:
                return None
        raise DatastoreUnavailable

    @writing
    def created(self, domain: str, profile_id: str) -> Created | None:
        """Return the profile that an Idempotency-Key created, or None; from now on it counts as repeated.

        Raises ``DatastoreUnavailable`` if the request that creates it may be about to take it back, because
        its search keys are defined otherwise by now.
        """
        query: Document = {"_id": profile_id, "domain": domain, "fingerprint": {"$exists": True}}
        # A profile without search keys, or one that was returned before, stays in any case.
        stays = {"$or": [{"definitions": {"$exists": False}}, {"repeated": True}]}
        document = self._mark_repeated(query | stays)
        if document is None and (found := self._collection.find_one(query)):
            if _is_new(found) and not self._reader.is_current(domain, found):
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

    @writing
    def replace(self, domain: str, profile: Profile, index: Index, *, old: Profile) -> bool:
        """Put the profile in the place of the old one; False where that is no longer the current one.

        Writes the fields that differ alone: what a newer release has put into the document stays. Raises
        ``UniqueKeyTaken`` where another profile owns a value of a unique key, and ``MasterKeyMissing``.
        """
        document = to_document(domain, profile, index, self._masters)
        before = fields_of(old)
        changed = {
            name: value
            for name, value in document.items()
            if name != "_id" and (name not in before or before[name] != value)
        }
        update: Document = {"$set": changed}
        if absent := without_lists(document):
            update["$unset"] = absent
        current = {"_id": profile["profile_id"], "domain": domain, "version": old["version"]}
        try:
            return self._collection.update_one(current, update).matched_count == 1
        except DuplicateKeyError as error:
            refuse_if_taken(self._collection, document, error)
            return False

    @translated
    def get(self, domain: str, profile_id: str) -> Profile | None:
        """Return the profile, or None."""
        document = by_id(self._collection, {"_id": profile_id, "domain": domain})
        return None if document is None else self._to_profile(domain, document)

    @translated
    def exists(self, domain: str, profile_id: str) -> bool:
        """Return whether there is such a profile."""
        return by_id(self._collection, {"_id": profile_id, "domain": domain}, ["_id"]) is not None

    @writing
    def take_back(self, domain: str, profile_id: str) -> bool:
        """Remove a profile that was just added, unless another request has returned it or is erasing it."""
        alone = {"repeated": {"$exists": False}, "erasing_at": {"$exists": False}}
        return self._collection.delete_one({"_id": profile_id, "domain": domain} | alone).deleted_count == 1

    @translated
    def holds_key(self, domain: str, key: str) -> bool:
        """Return whether any profile of the domain holds a value of the custom search key."""
        query = lookups.holding(domain, key)
        return any(True for _ in self._collection.find(query, {"_id": True}).hint(LOOKUP).limit(1))

    @translated
    def find_any(
        self, domain: str, entries: Sequence[str], *, after: str | None, limit: int
    ) -> list[Profile]:
        """Return up to ``limit`` profiles with any of the entries, by ID, those after ``after`` only."""
        query = lookups.with_any(domain, entries, after)
        return self._reader.read(domain, first_by_id(self._collection, query, limit))

    @translated
    def find_best(
        self, domain: str, entries: Sequence[str], must: Sequence[Sequence[str]], *, most: int, limit: int
    ) -> tuple[list[Profile], set[str]]:
        """Return up to ``limit`` profiles that meet ``must``, those with the first entries first.

        And, not looked at for that, the entries that more than ``most`` profiles have.
        """
        pipeline = lookups.best_first(self._collection.name, domain, entries, must, most, limit)
        batch = in_one_batch(limit + len(entries))
        rows = list(self._collection.aggregate(pipeline, hint=LOOKUP, batchSize=batch))
        found = {row["found"]["_id"]: row["found"] for row in rows if "found" in row}
        best = self._reader.read(domain, list(found.values())[:limit])
        return best, {entries[row["_id"]] for row in rows if row["shared"]}

    @translated
    def shared(self, domain: str, entries: Sequence[str], *, most: int) -> set[str]:
        """Return the entries that more than ``most`` profiles have."""
        pipeline = lookups.shared(self._collection.name, domain, entries, most)
        batch = in_one_batch(len(entries))
        rows = self._collection.aggregate(pipeline, hint=LOOKUP, batchSize=batch)
        return {entries[row["_id"]] for row in rows}

    @translated
    def find_all(
        self, domain: str, groups: Sequence[Sequence[str]], *, after: str | None, limit: int
    ) -> PageScan[Profile, str]:
        """Return up to ``limit`` profiles with an entry of every group, by ID, those after ``after`` only.

        One command; two more only where every group has more than ``lookups.RARE`` profiles, and one more
        where each has more than ``page_scan.MAX_SCANNED``: the scan stops after that many.
        """
        pipeline = lookups.every(self._collection.name, domain, groups, after, limit)
        rarest = next(iter(self._collection.aggregate(pipeline, hint=LOOKUP)), None)
        if rarest is None:
            return PageScan([])
        if rarest["size"] <= lookups.RARE:
            return PageScan(self._reader.read(domain, rarest["found"]), scanned=rarest["size"])
        return self._find_all_common(domain, groups, after, limit)

    def _find_all_common(
        self, domain: str, groups: Sequence[Sequence[str]], after: str | None, limit: int
    ) -> PageScan[Profile, str]:
        counted = lookups.sizes(self._collection.name, domain, groups)
        sizes = list(self._collection.aggregate(counted, hint=LOOKUP))
        if len(sizes) < len(groups):
            return PageScan([])
        smallest_first = [groups[size["_id"]] for size in sizes]
        size = sizes[0]["size"]
        is_long = size > page_scan.MAX_SCANNED
        end = self._end_of_scan(domain, smallest_first[0], after) if is_long else None
        pipeline = lookups.along_first(domain, smallest_first, after, end, limit)
        found = self._collection.aggregate(pipeline, hint=LOOKUP, batchSize=in_one_batch(limit))
        profiles = self._reader.read(domain, list(found))
        scanned = min(size, page_scan.MAX_SCANNED)
        return PageScan(profiles, end if len(profiles) < limit else None, scanned)

    @translated
    def find_any_but(
        self,
        domain: str,
        entries: Sequence[str],
        without: Sequence[str],
        without_all: Sequence[Sequence[str]],
        *,
        after: str | None,
        limit: int,
    ) -> PageScan[Profile, str]:
        """Return up to ``limit`` profiles with any of the entries, by ID, those after ``after`` only.

        None of them has an entry of ``without``, nor one of each group of ``without_all``. One command, or up
        to four: see ``page_scan``.
        """
        scan = scan_excluding(self._collection, domain, entries, without, without_all)
        page = scan.page(after, limit)
        return PageScan(self._reader.read(domain, page.items), page.ended_at, page.scanned)

    def _end_of_scan(self, domain: str, group: Sequence[str], after: str | None) -> str | None:
        """Return the ID of the last profile that may be scanned, from the index alone; None if all may."""
        scanned = self._collection.find(lookups.with_any(domain, group, after), {"_id": True})
        scanned = scanned.hint(LOOKUP).sort("_id").skip(page_scan.MAX_SCANNED - 1).limit(1)
        return next((document["_id"] for document in scanned), None)

    @translated
    def find_starting_with(self, domain: str, prefixes: Sequence[str], *, limit: int) -> list[Profile]:
        """Return the first ``limit`` profiles, in index order, with an entry that begins so."""
        found = self._collection.find(lookups.starting_with(domain, prefixes)).hint(LOOKUP).limit(limit)
        return self._reader.read(domain, list(found))

    def _to_profile(self, domain: str, document: Document) -> Profile:
        return self._reader.read(domain, [document])[0]


def _is_new(document: Document) -> bool:
    """Return whether the request that created the profile may still be at work."""
    created_at: datetime = document["created_at"]
    return datetime.now(UTC) - created_at < _MAX_CREATION_TIME
