"""Profiles whose entries were made with other rules than this release's, or other masters; in any domain."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import pymongo
from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from service.matching.profiles import Index
from service.sealing.masters import Masters
from service.sealing.vault import Vault
from service.store import sealed_keys
from service.store.client import Document, in_one_batch, translated, writing
from service.store.duplicates import duplicates
from service.store.indexes import RULES
from service.store.profile_documents import Profile, to_profile
from service.store.sealed_keys import Rules

_COUNT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class StaleProfile:
    """A profile, its domain, and the rules its entries were made with."""

    domain: str
    rules: Rules
    profile: Profile


@dataclass(frozen=True, slots=True)
class Conflict:
    """A profile that cannot get its new entries: another one owns a value of a unique key."""

    domain: str
    profile_id: str
    key: str


class StaleProfileStore:
    """Those of the ``profiles`` collection that the index on ``rules`` says are stale."""

    def __init__(self, collection: Collection[Document], masters: Masters = ()) -> None:
        """Take the collection, and the masters that sensitive values are sealed with."""
        self._collection = collection
        self._masters = masters
        self._current = sealed_keys.current_rules(masters)

    @translated
    def exist(self) -> bool:
        """Tell whether there is any, from one key of the index."""
        return bool(self._rules_but([]))

    @translated
    def missing_masters(self) -> list[str]:
        """Return the IDs of the masters that values are sealed with and that are not accepted.

        From one key of the index for each combination of rules and masters.
        """
        known = {master.id for master in self._masters}
        used = (sealed_keys.masters_in(rules) for rules in self._collection.distinct("rules"))
        return sorted(set().union(*used) - known)

    @translated
    def count(self) -> int:
        """Return how many there are, from the index alone: about a second for some millions."""
        with pymongo.timeout(_COUNT_SECONDS):
            return self._collection.count_documents(self._stale([]), hint=RULES)

    def batches(self, size: int) -> Generator[list[StaleProfile], None, None]:
        """Yield each of them once, ``size`` at a time; raises ``DatastoreUnavailable``.

        Each batch is a command of its own, with its own time: that of a cursor would be for all of them. It
        begins behind the one before it, so that what cannot be brought up to date does not come again.
        """
        walked: list[Rules] = []
        while rules := self._rules_but(walked):
            batch = self._batch(rules[0], "", size)
            while batch:
                yield batch
                more = len(batch) == size
                batch = self._batch(rules[0], batch[-1].profile["profile_id"], size) if more else []
            walked += rules

    @translated
    def _rules_but(self, walked: Sequence[Rules]) -> list[Rules]:
        """Return the rules that the first of the stale profiles was made with, if there is any."""
        found = self._collection.find(self._stale(walked), {"_id": False, "rules": True}).hint(RULES).limit(1)
        return [document.get("rules") for document in found]

    @translated
    def _batch(self, rules: Rules, after: str, size: int) -> list[StaleProfile]:
        query: Document = {"rules": rules, "_id": {"$gt": after}}
        found = self._collection.find(query, {"lookup": False, "unique": False}).hint(RULES).sort("_id")
        return [
            StaleProfile(document["domain"], document.get("rules"), to_profile(document, self._masters))
            for document in found.limit(size).batch_size(in_one_batch(size))
        ]

    @writing
    def renew(self, renewed: Sequence[tuple[StaleProfile, Index]]) -> tuple[int, list[Conflict]]:
        """Give each profile its entries, unless it has changed in the meantime; one command.

        Its sensitive values are sealed by the master that writes, and its phone numbers are as they are read
        now. Nothing else of it changes, nor does its version. Returns how many were given theirs, and which
        cannot get them.
        """
        updates = [self._update(stale, index) for stale, index in renewed]
        try:
            return self._collection.bulk_write(updates, ordered=False).matched_count, []
        except BulkWriteError as error:
            conflicts = [
                _conflict(renewed[each["index"]][0], each["keyValue"]["unique"]) for each in duplicates(error)
            ]
            return error.details["nMatched"], conflicts

    def _stale(self, walked: Sequence[Rules]) -> Document:
        """Match those of other rules than these and those that are up to date.

        A document of before there were rules has no such field: it stands under null in the index, and is
        stale.
        """
        return {"rules": {"$nin": [*self._current, *walked]}}

    def _update(self, stale: StaleProfile, index: Index) -> UpdateOne:
        profile_id, keys = stale.profile["profile_id"], stale.profile["keys"]
        as_read = {
            "_id": profile_id,
            "domain": stale.domain,
            "version": stale.profile["version"],
            # A run of another release, or with other masters, may have been here.
            "rules": stale.rules,
        }
        new: Document = {
            "lookup": index.lookup,
            "phone_numbers": stale.profile["phone_numbers"],
            "rules": sealed_keys.rules_of(keys, self._masters),
        }
        if sealed_keys.are_sensitive(keys):
            new["keys"] = sealed_keys.to_stored(keys, Vault(stale.domain, self._masters), profile_id)
        if index.unique:
            return UpdateOne(as_read, {"$set": new | {"unique": index.unique}})
        return UpdateOne(as_read, {"$set": new, "$unset": {"unique": ""}})


def _conflict(stale: StaleProfile, entry: str) -> Conflict:
    return Conflict(stale.domain, stale.profile["profile_id"], entry.partition(":")[0])
