"""API keys in MongoDB: one small document a key, which holds the key's hash and never the key."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

import pymongo
from pymongo import ASCENDING
from pymongo.collection import Collection

from service.model.principal import Scope
from service.store.client.connection import Document, translated, writing

_NOTE_SECONDS = 1.0
"""Noting that a key was used is given up after that: nobody waits for it."""

_IDS_PER_BATCH = 100_000
"""A document with an ID alone takes about 40 bytes, so that one response of MongoDB holds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is known of an API key; ``key_id`` is how the key begins, ``sha256`` the hash of all of it."""

    key_id: str
    sha256: str = field(repr=False)
    label: str
    domain: str
    scopes: frozenset[Scope]
    agent_id: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None = None
    last_used_day: date | None = None
    successor: str | None = None
    """The ID of the key that takes its place, once it was rotated."""

    def has_ended(self, now: datetime) -> bool:
        """Return whether the key is revoked or expired."""
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now)


class ApiKeyStore:
    """The ``api_keys`` collection."""

    def __init__(self, collection: Collection[Document]) -> None:
        """Take the collection."""
        self._collection = collection

    @writing
    def insert(self, key: ApiKey) -> None:
        """Add a key."""
        self._collection.insert_one(_to_document(key))

    @translated
    def get(self, key_id: str) -> ApiKey | None:
        """Return the key, or None; the one query without a domain, since the key is what names it."""
        document = self._collection.find_one({"_id": key_id})
        return None if document is None else _to_key(document)

    @translated
    def ids(self) -> frozenset[str]:
        """Return the IDs of all keys, from the index on ``_id`` alone."""
        cursor = self._collection.find({}, {"_id": True}, batch_size=_IDS_PER_BATCH).sort("_id", ASCENDING)
        return frozenset(document["_id"] for document in cursor)

    @translated
    def all(self, domain: str | None) -> list[ApiKey]:
        """Return the keys of a domain, or of all, the oldest first; for operators, not for callers."""
        query = {} if domain is None else {"domain": domain}
        return [_to_key(document) for document in self._collection.find(query).sort("created_at", ASCENDING)]

    @writing
    def revoke(self, key_id: str, now: datetime) -> bool:
        """End the key now; False where it was revoked before, or there is none."""
        change = {"$set": {"revoked_at": now}}
        return self._collection.update_one({"_id": key_id, "revoked_at": None}, change).modified_count == 1

    @writing
    def hand_over(
        self, key_id: str, successor: str, *, expires_at: datetime | None, revoked_at: datetime | None
    ) -> bool:
        """Note which key takes the place of this one, and how long this one is valid.

        False where another takes its place already, or it is revoked.
        """
        change = {"successor": successor, "expires_at": expires_at, "revoked_at": revoked_at}
        valid = {"_id": key_id, "successor": None, "revoked_at": None}
        return self._collection.update_one(valid, {"$set": change}).modified_count == 1

    @writing
    def note_use(self, key_id: str, day: date) -> None:
        """Note that the key was used on that day."""
        with pymongo.timeout(_NOTE_SECONDS):
            # Days as text sort as they follow each other, and BSON has no type for them.
            self._collection.update_one({"_id": key_id}, {"$max": {"last_used_day": day.isoformat()}})


def _to_document(key: ApiKey) -> Document:
    # What is yet to come is left out, which a release that does not know it reads as well.
    values = {each.name: getattr(key, each.name) for each in fields(key)}
    del values["key_id"], values["successor"]
    return {
        "_id": key.key_id,
        **values,
        "scopes": sorted(key.scopes),
        "last_used_day": key.last_used_day and key.last_used_day.isoformat(),
    }


def _to_key(document: Mapping[str, Any]) -> ApiKey:
    # What another release has put beside them stays where it is.
    known = {each.name for each in fields(ApiKey)}
    values = {name: value for name, value in document.items() if name in known}
    day = document["last_used_day"]
    # Of a scope that another release knows, this one knows nothing.
    values["scopes"] = frozenset(scope for scope in Scope if scope in document["scopes"])
    values["last_used_day"] = None if day is None else date.fromisoformat(day)
    return ApiKey(key_id=document["_id"], **values)
