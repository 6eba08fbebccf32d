"""Stale profiles of all domains: stored with other rules, master keys or definitions than the current ones.

Definitions are those of custom search keys. The snapshots for the undo of merges are renewed in the same way,
in a collection of their own.
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
from service.store.client.document import Document
from service.store.client.errors import duplicate_key_errors, translate_errors, translate_write_errors
from service.store.client.page_scan import single_batch
from service.store.domains.domain import fingerprints, stored_fingerprints
from service.store.domains.search_keys import SearchKeyStore
from service.store.indexes.definitions import DEFINITIONS, RULES
from service.store.profiles import sealed_keys
from service.store.profiles.documents import key_of, optional_lists, to_profile, update_of
from service.store.profiles.sealed_keys import Rules
from service.store.profiles.ticks import tick_at

_TIMEOUT_SECONDS = 60
"""The time limit of a search through all profiles."""
_ATTEMPTS = 8
"""Maximum number of reads of the definitions if they change meanwhile."""


@dataclass(frozen=True, slots=True)
class StaleProfile:
    """A profile with its domain, and the rules and definitions with which it was stored."""

    domain: str
    rules: Rules
    profile: Profile
    definitions: Sequence[str] | None = None
    """The stored fingerprints. None if the profile has no custom search keys or is of an older release."""
    document_id: str = ""
    """The ID of the document. A snapshot has an ID of its own, a profile the profile's ID."""
    has_tick: bool = True
    """False for a profile that an older release wrote last, and for snapshots of the result of a merge."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A profile that cannot be renewed, because another profile has its value of a unique search key."""

    domain: str
    profile_id: str
    key: str


class StaleProfileStore:
    """Finds stale profiles, through the indexes on ``rules`` and ``definitions``, and renews them.

    ``collection`` has the profiles, or the snapshots for the undo of merges.
    """

    def __init__(
        self, collection: MongoCollection[Document], search_keys: SearchKeyStore, keyring: MasterKeyring = ()
    ) -> None:
        self._collection = collection
        self._search_keys = search_keys
        self._keyring = keyring
        self._current = sealed_keys.current_rules(keyring)

    def have_other_rules(self) -> bool:
        """Return whether any profile was stored with other rules or master keys, from the index alone."""
        return bool(self._next_rules([]))

    def have_other_definitions(self, seconds: float) -> bool:
        """Return whether any profile was stored with other definitions of its search keys.

        Raises ``DatastoreUnavailable`` if this takes longer than ``seconds``.
        """
        return self._next_outdated([], seconds) is not None

    @translate_errors
    def missing_master_keys(self) -> set[str]:
        """Return the IDs of master keys that encrypt stored values but are not configured.

        Reads the index alone.
        """
        configured = {master.id for master in self._keyring}
        used = (sealed_keys.master_key_ids(rules) for rules in self._collection.distinct("rules"))
        return set().union(*used) - configured

    @translate_errors
    def count(self) -> int:
        """Count the stale profiles. Those with other rules are counted from the index alone."""
        with pymongo.timeout(_TIMEOUT_SECONDS):
            other_rules = self._collection.count_documents(self._other_rules([]), hint=RULES)
            outdated = _outdated(self._search_keys.fingerprints()) | {"rules": {"$in": self._current}}
            return other_rules + self._collection.count_documents(outdated, hint=DEFINITIONS)

    def batches(self, size: int) -> Generator[list[StaleProfile], None, None]:
        """Yield all stale profiles, ``size`` at a time. Raises ``DatastoreUnavailable``.

        Each batch is a command with its own time limit; a cursor would have one limit for all batches. The
        caller renews each batch. A profile that remains stale occurs once if its rules are stale, and
        otherwise once for each of its stale search keys.
        """
        done_rules: list[Rules] = []
        while rules := self._next_rules(done_rules):
            yield from self._pages({"rules": rules[0]}, RULES, size)
            done_rules += rules
        done: list[str] = []
        while (fingerprint := self._next_outdated(done)) is not None:
            # Profiles with other rules were yielded above.
            query = {"definitions": fingerprint, "rules": {"$in": self._current}}
            yield from self._pages(query, DEFINITIONS, size)
            done.append(fingerprint)

    def _pages(self, query: Document, index: str, size: int) -> Generator[list[StaleProfile], None, None]:
        after, is_full = "", True
        while is_full and (page := self._page(query, index, after, size)):
            yield page
            after, is_full = page[-1].document_id, len(page) == size

    @translate_errors
    def _next_rules(self, done: Sequence[Rules]) -> list[Rules]:
        """Return in a list the rules of a stale profile that are not in ``done``; empty if there are none.

        The rules themselves can be None.
        """
        query = self._other_rules(done)
        documents = self._collection.find(query, {"_id": False, "rules": True}).hint(RULES).limit(1)
        return [document.get("rules") for document in documents]

    @translate_errors
    def _next_outdated(self, done: Collection[str], seconds: float = _TIMEOUT_SECONDS) -> str | None:
        """Return a stored fingerprint that is not in ``done`` and belongs to no current definition, or None.

        If there is one, definitions are read again: the search key may have been defined after the first
        read. Gives up after ``_ATTEMPTS`` such reads, and returns None.
        """
        with pymongo.timeout(seconds):
            current = self._search_keys.fingerprints()
            for _ in range(_ATTEMPTS):
                query = _outdated([*current, *done])
                cursor = self._collection.find(query, {"_id": False, "definitions": True}).hint(DEFINITIONS)
                document = next(iter(cursor.limit(1)), None)
                if document is None:
                    return None
                candidates = stored_fingerprints([document]).difference(current, done)
                current = self._search_keys.fingerprints()
                if outdated := candidates.difference(current):
                    return min(outdated)
            return None

    @translate_errors
    def _page(self, query: Document, index: str, after: str, size: int) -> list[StaleProfile]:
        query = {**query, "_id": {"$gt": after}}
        cursor = self._collection.find(query, {"lookup": False, "unique": False}).hint(index).sort("_id")
        return [
            StaleProfile(
                domain=document["domain"],
                rules=document.get("rules"),
                profile=to_profile(document, self._keyring),
                definitions=document.get("definitions"),
                document_id=document["_id"],
                has_tick="changed" in document,
            )
            for document in cursor.limit(size).batch_size(single_batch(size))
        ]

    @translate_write_errors
    def renew(self, renewed: Sequence[tuple[StaleProfile, Index]]) -> tuple[int, list[Conflict]]:
        """Store the index and the phone numbers of each profile, unless it has changed since it was read.

        Also encrypts sensitive values with the current master key. The version of the profile stays the same.
        Sends at most one command. Returns the number of renewed profiles, and the conflicts. Raises
        ``MasterKeyMissing``.
        """
        if not renewed:
            return 0, []
        updates = [self._update(stale, index) for stale, index in renewed]
        try:
            return self._collection.bulk_write(updates, ordered=False).matched_count, []
        except BulkWriteError as error:
            rejected = [(renewed[i][0], values["unique"]) for i, values in duplicate_key_errors(error)]
            return error.details["nMatched"], [
                Conflict(stale.domain, stale.profile["profile_id"], key_of(term)) for stale, term in rejected
            ]

    def _other_rules(self, done: Sequence[Rules]) -> Document:
        return {"rules": {"$nin": [*self._current, *done]}}

    def needs_no_renewal(self, stale: StaleProfile, index: Index) -> bool:
        """Return whether a stale profile is stale only because it has values of undefined search keys."""
        rules = sealed_keys.rules_of(stale.profile["keys"], self._keyring)
        current = fingerprints(stale.domain, index.definitions)
        return stale.rules == rules and sorted(stale.definitions or []) == sorted(current)

    def _update(self, stale: StaleProfile, index: Index) -> UpdateOne:
        profile_id, keys = stale.profile["profile_id"], stale.profile["keys"]
        unchanged = {
            "_id": stale.document_id,
            "domain": stale.domain,
            "version": stale.profile["version"],
            # Another reindexing may have renewed the profile with other rules, master keys or definitions.
            "rules": stale.rules,
            "definitions": stale.definitions,
        }
        new: Document = {
            "lookup": index.lookup,
            "phone_numbers": stale.profile["phone_numbers"],
            "rules": sealed_keys.rules_of(keys, self._keyring),
            **optional_lists(stale.domain, index),
        }
        if sealed_keys.has_sensitive(keys):
            new["keys"] = sealed_keys.to_stored(keys, Vault(stale.domain, self._keyring), profile_id)
        if not stale.has_tick:
            new["changed"] = tick_at(stale.profile["updated_at"])
        return UpdateOne(unchanged, update_of(new, new))


def _outdated(current: Sequence[str]) -> Document:
    return {"definitions": {"$elemMatch": {"$nin": list(current)}}}
