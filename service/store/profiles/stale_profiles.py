"""Profiles of any domain that must be indexed again.

They were written with the rules of another release, with other masters, or under other definitions of their
custom search keys.
"""

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass

import pymongo
from pymongo import UpdateOne
from pymongo.collection import Collection as MongoCollection
from pymongo.errors import BulkWriteError

from service.crypto.master_keyring import MasterKeyring
from service.crypto.vault import Vault
from service.matching.profiles import Index
from service.model.profile import Profile
from service.store.client.connection import Document, in_one_batch, translated, writing
from service.store.client.duplicates import duplicates
from service.store.domains import definitions
from service.store.domains.search_keys import SearchKeyStore
from service.store.indexes.definitions import DEFINITIONS, RULES
from service.store.profiles import sealed_keys
from service.store.profiles.documents import indexed_lists, to_profile, without_lists
from service.store.profiles.sealed_keys import Rules

_COUNT_SECONDS = 60
_TRIES = 8


@dataclass(frozen=True, slots=True)
class StaleProfile:
    """A profile with its domain, and the rules and definitions that it was written under."""

    domain: str
    rules: Rules
    profile: Profile
    definitions: Sequence[str] | None = None
    """The stored fingerprints; None for a profile without custom keys or of an older release."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A profile that cannot get its new entries: another one owns a value of a unique key."""

    domain: str
    profile_id: str
    key: str


class StaleProfileStore:
    """The stale profiles, found through the indexes on ``rules`` and ``definitions``."""

    def __init__(
        self, collection: MongoCollection[Document], search_keys: SearchKeyStore, masters: MasterKeyring = ()
    ) -> None:
        """Take the collection, the search keys, and the masters that sensitive values are sealed with."""
        self._collection = collection
        self._search_keys = search_keys
        self._masters = masters
        self._current = sealed_keys.current_rules(masters)

    def have_other_rules(self) -> bool:
        """Return whether any profile was written with other rules or masters: one key of an index."""
        return bool(self._rules_but([]))

    def have_other_definitions(self, seconds: float) -> bool:
        """Return whether any profile was written under another definition of a search key.

        Reads all search keys of all domains. Raises ``DatastoreUnavailable`` if that takes more than
        ``seconds``.
        """
        with pymongo.timeout(seconds):
            return self._outdated_but([]) is not None

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
        """Return how many there are, from the indexes: about a second for some millions."""
        with pymongo.timeout(_COUNT_SECONDS):
            other_rules = self._collection.count_documents(self._stale([]), hint=RULES)
            outdated = _outdated(self._search_keys.fingerprints()) | {"rules": {"$in": self._current}}
            return other_rules + self._collection.count_documents(outdated, hint=DEFINITIONS)

    def batches(self, size: int) -> Generator[list[StaleProfile], None, None]:
        """Yield each of them, ``size`` at a time; raises ``DatastoreUnavailable``.

        Each batch is a command with a time limit of its own; a cursor would have one limit for all of them.
        A batch begins after the last profile of the batch before, so a profile that cannot be renewed comes
        once, or once per stale search key.
        """
        walked: list[Rules] = []
        while rules := self._rules_but(walked):
            yield from self._walk({"rules": rules[0]}, RULES, size)
            walked += rules
        outdated: list[str] = []
        while (fingerprint := self._next_outdated(outdated)) is not None:
            # Profiles with other rules came above.
            query = {"definitions": fingerprint, "rules": {"$in": self._current}}
            yield from self._walk(query, DEFINITIONS, size)
            outdated.append(fingerprint)

    def _walk(self, query: Document, index: str, size: int) -> Generator[list[StaleProfile], None, None]:
        """Yield the profiles that match the query, in the order of their IDs."""
        batch = self._batch(query, index, "", size)
        while batch:
            yield batch
            more = len(batch) == size
            batch = self._batch(query, index, batch[-1].profile["profile_id"], size) if more else []

    @translated
    def _rules_but(self, walked: Sequence[Rules]) -> list[Rules]:
        """Return the rules that the first of the stale profiles was made with, if there is any."""
        found = self._collection.find(self._stale(walked), {"_id": False, "rules": True}).hint(RULES).limit(1)
        return [document.get("rules") for document in found]

    def _next_outdated(self, walked: Collection[str]) -> str | None:
        with pymongo.timeout(_COUNT_SECONDS):
            return self._outdated_but(walked)

    @translated
    def _outdated_but(self, walked: Collection[str]) -> str | None:
        """Return a stored fingerprint that is not of a current definition, nor in ``walked``; or None.

        The definitions are read again after a hit: the key may have been defined after the first read.
        """
        current = self._search_keys.fingerprints()
        for _ in range(_TRIES):
            query = _outdated([*current, *walked])
            found = self._collection.find(query, {"_id": False, "definitions": True}).hint(DEFINITIONS)
            document = next(iter(found.limit(1)), None)
            if document is None:
                return None
            suspects = definitions.stored([document]).difference(current, walked)
            current = self._search_keys.fingerprints()
            if outdated := suspects.difference(current):
                return min(outdated)
        return None

    @translated
    def _batch(self, query: Document, index: str, after: str, size: int) -> list[StaleProfile]:
        query = {**query, "_id": {"$gt": after}}
        found = self._collection.find(query, {"lookup": False, "unique": False}).hint(index).sort("_id")
        return [
            StaleProfile(
                document["domain"],
                document.get("rules"),
                to_profile(document, self._masters),
                document.get("definitions"),
            )
            for document in found.limit(size).batch_size(in_one_batch(size))
        ]

    @writing
    def renew(self, renewed: Sequence[tuple[StaleProfile, Index]]) -> tuple[int, list[Conflict]]:
        """Give each profile its entries, unless it has changed in the meantime; one command.

        Its sensitive values are sealed by the master that writes, and its phone numbers are as they are read
        now. Nothing else of it changes, nor does its version. Returns how many were given theirs, and which
        cannot get them.
        """
        if not renewed:
            return 0, []
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

    def is_renewed(self, stale: StaleProfile, index: Index) -> bool:
        """Return whether a stale profile is up to date except for its values of undefined keys."""
        rules = sealed_keys.rules_of(stale.profile["keys"], self._masters)
        fingerprints = definitions.fingerprints(stale.domain, index.definitions)
        return stale.rules == rules and sorted(stale.definitions or []) == sorted(fingerprints)

    def _update(self, stale: StaleProfile, index: Index) -> UpdateOne:
        profile_id, keys = stale.profile["profile_id"], stale.profile["keys"]
        as_read = {
            "_id": profile_id,
            "domain": stale.domain,
            "version": stale.profile["version"],
            # Another run may have renewed it, with other rules, masters or definitions.
            "rules": stale.rules,
            "definitions": stale.definitions,
        }
        new: Document = {
            "lookup": index.lookup,
            "phone_numbers": stale.profile["phone_numbers"],
            "rules": sealed_keys.rules_of(keys, self._masters),
            **indexed_lists(stale.domain, index),
        }
        if sealed_keys.are_sensitive(keys):
            new["keys"] = sealed_keys.to_stored(keys, Vault(stale.domain, self._masters), profile_id)
        update: Document = {"$set": new}
        if absent := without_lists(new):
            update["$unset"] = absent
        return UpdateOne(as_read, update)


def _outdated(current: Sequence[str]) -> Document:
    """Match the profiles with a fingerprint that is not among these."""
    return {"definitions": {"$elemMatch": {"$nin": list(current)}}}


def _conflict(stale: StaleProfile, entry: str) -> Conflict:
    return Conflict(stale.domain, stale.profile["profile_id"], entry.partition(":")[0])
