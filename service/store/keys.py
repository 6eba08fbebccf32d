"""The ``api_keys`` and ``access_keys`` collections: one document for each key.

The document of an API key contains a hash of the key, not the key itself. That of an access key contains the
encrypted secret, because the service needs the secret to verify signatures.
"""

from dataclasses import fields
from datetime import date, datetime
from typing import ClassVar, Generic, TypeVar, cast

import pymongo
from pymongo import ASCENDING
from pymongo.collection import Collection

from service.model.principal import AccessKey, ApiKey, Scope, StoredKey
from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors

K = TypeVar("K", bound=StoredKey)

_USAGE_TIMEOUT = 1.0
"""Seconds. The last use of a key is not essential, so its recording must not take long."""

_IDS_PER_BATCH = 100_000
"""A document with only an ID takes about 40 bytes, so a response of MongoDB can contain 100,000."""


class KeyStore(Generic[K]):
    """Reads and changes API keys or access keys."""

    _record: ClassVar[type[StoredKey]]

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    @translate_write_errors
    def insert(self, key: K) -> None:
        """Add a key."""
        self._collection.insert_one(_to_document(key))

    @translate_errors
    def get(self, key_id: str) -> K | None:
        """Return the key, or None. Searches all domains, because the key determines the domain."""
        document = self._collection.find_one({"_id": key_id})
        return None if document is None else self._to_key(document)

    @translate_errors
    def ids(self) -> frozenset[str]:
        """Return the IDs of all keys, from the ``_id`` index alone."""
        cursor = self._collection.find({}, {"_id": True}, batch_size=_IDS_PER_BATCH).sort("_id", ASCENDING)
        return frozenset(document["_id"] for document in cursor)

    @translate_errors
    def all(self, domain: str | None) -> list[K]:
        """Return the keys of a domain, or of all domains, oldest first."""
        query = {} if domain is None else {"domain": domain}
        documents = self._collection.find(query).sort("created_at", ASCENDING)
        return [self._to_key(document) for document in documents]

    @translate_write_errors
    def revoke(self, key_id: str, now: datetime) -> bool:
        """Revoke the key. Return False if it does not exist or is already revoked."""
        change = {"$set": {"revoked_at": now}}
        return self._collection.update_one({"_id": key_id, "revoked_at": None}, change).modified_count == 1

    @translate_write_errors
    def set_successor(
        self, key_id: str, successor: str, *, expires_at: datetime | None, revoked_at: datetime | None
    ) -> bool:
        """Store which key replaces this one, and when this one expires or was revoked.

        Return False, and change nothing, if this one does not exist or is already replaced or revoked.
        """
        change = {"successor": successor, "expires_at": expires_at, "revoked_at": revoked_at}
        valid = {"_id": key_id, "successor": None, "revoked_at": None}
        return self._collection.update_one(valid, {"$set": change}).modified_count == 1

    @translate_write_errors
    def record_usage(self, key_id: str, day: date) -> None:
        """Record that the key was used on that day, unless a later day is stored."""
        with pymongo.timeout(_USAGE_TIMEOUT):
            # BSON has no type for dates without a time. ISO text sorts by date.
            self._collection.update_one({"_id": key_id}, {"$max": {"last_used_day": day.isoformat()}})

    def _to_key(self, document: Document) -> K:
        # Fields and scopes of newer releases are ignored.
        names = {each.name for each in fields(self._record)}
        values = {name: value for name, value in document.items() if name in names}
        day = document["last_used_day"]
        values["scopes"] = frozenset(scope for scope in Scope if scope in document["scopes"])
        values["last_used_day"] = None if day is None else date.fromisoformat(day)
        return cast("K", self._record(key_id=document["_id"], **values))


class ApiKeyStore(KeyStore[ApiKey]):
    """Reads and changes API keys."""

    _record = ApiKey


class AccessKeyStore(KeyStore[AccessKey]):
    """Reads and changes access keys."""

    _record = AccessKey

    @translate_write_errors
    def replace_secret(self, key: AccessKey, sealed_secret: str) -> bool:
        """Replace the encrypted secret. Return False if the stored one is not that of ``key`` any more."""
        unchanged = {"_id": key.key_id, "sealed_secret": key.sealed_secret}
        change = {"$set": {"sealed_secret": sealed_secret}}
        return self._collection.update_one(unchanged, change).modified_count == 1


def _to_document(key: StoredKey) -> Document:
    # Without ``successor``: older releases do not know this field.
    values = {each.name: getattr(key, each.name) for each in fields(key)}
    del values["key_id"], values["successor"]
    return {
        "_id": key.key_id,
        **values,
        "scopes": sorted(key.scopes),
        "last_used_day": key.last_used_day and key.last_used_day.isoformat(),
    }
