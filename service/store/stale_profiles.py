"""Profiles whose entries were made with other rules than this release's, in whichever domain they are."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import islice

import pymongo
from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.cursor import Cursor
from pymongo.errors import BulkWriteError

from service.matching.profiles import Index
from service.matching.rules import RULES_VERSION
from service.store.client import Document, translated
from service.store.indexes import RULES
from service.store.profiles import Profile, to_profile

# A document of before there were rules has no such field: it stands under null in the index, and is stale.
_STALE: Document = {"rules": {"$ne": RULES_VERSION}}

_DUPLICATE_KEY = 11000

_COUNT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class StaleProfile:
    """A profile, its domain, and the rules its entries were made with: None for those before version 1."""

    domain: str
    rules: int | None
    profile: Profile


@dataclass(frozen=True, slots=True)
class Conflict:
    """A profile that cannot get its new entries: another one owns a value of a unique key."""

    domain: str
    profile_id: str
    key: str


class StaleProfileStore:
    """Those of the ``profiles`` collection that the index on ``rules`` says are stale."""

    def __init__(self, collection: Collection[Document]) -> None:
        """Take the collection."""
        self._collection = collection

    @translated
    def exist(self) -> bool:
        """Tell whether there is any, from one key of the index."""
        found = self._collection.find(_STALE, {"_id": False, "rules": True}).hint(RULES).limit(1)
        return any(True for _ in found)

    @translated
    def count(self) -> int:
        """Return how many there are, from the index alone: about a second for some millions."""
        with pymongo.timeout(_COUNT_SECONDS):
            return self._collection.count_documents(_STALE, hint=RULES)

    def batches(self, size: int) -> Generator[list[StaleProfile], None, None]:
        """Yield each of them once, ``size`` at a time; raises ``DatastoreUnavailable``.

        What is brought up to date meanwhile leaves the range of the index that is walked along, so that
        nothing comes twice.
        """
        with self._collection.find(_STALE, {"lookup": False, "unique": False}).hint(RULES) as cursor:
            cursor.batch_size(size)
            while batch := _next(cursor, size):
                yield batch

    @translated
    def renew(self, renewed: Sequence[tuple[StaleProfile, Index]]) -> tuple[int, list[Conflict]]:
        """Give each profile its entries, unless it has changed in the meantime; one command.

        And its phone numbers as they are read now. Nothing else of it changes, nor does its version. Returns
        how many were given theirs, and which cannot get them.
        """
        updates = [_update(stale, index) for stale, index in renewed]
        try:
            return self._collection.bulk_write(updates, ordered=False).matched_count, []
        except BulkWriteError as error:
            failed = error.details["writeErrors"]
            if error.details["writeConcernErrors"] or any(e["code"] != _DUPLICATE_KEY for e in failed):
                raise
            conflicts = [_conflict(renewed[e["index"]][0], e["keyValue"]["unique"]) for e in failed]
            return error.details["nMatched"], conflicts


@translated
def _next(cursor: Cursor[Document], size: int) -> list[StaleProfile]:
    return [
        StaleProfile(document["domain"], document.get("rules"), to_profile(document))
        for document in islice(cursor, size)
    ]


def _update(stale: StaleProfile, index: Index) -> UpdateOne:
    as_read = {
        "_id": stale.profile["profile_id"],
        "domain": stale.domain,
        "version": stale.profile["version"],
        # A run of another release may have been here.
        "rules": stale.rules,
    }
    update: Document = {
        "$set": {
            "lookup": index.lookup,
            "phone_numbers": stale.profile["phone_numbers"],
            "rules": RULES_VERSION,
        }
    }
    if index.unique:
        update["$set"]["unique"] = index.unique
    else:
        update["$unset"] = {"unique": ""}
    return UpdateOne(as_read, update)


def _conflict(stale: StaleProfile, entry: str) -> Conflict:
    return Conflict(stale.domain, stale.profile["profile_id"], entry.partition(":")[0])
