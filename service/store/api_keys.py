"""The ``api_keys`` collection: one document for each API key. It contains only the hash of the key."""

from dataclasses import fields
from datetime import date, datetime

import pymongo
from pymongo import ASCENDING
from pymongo.collection import Collection

from service.model.principal import ApiKey, Scope
from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors

_USAGE_TIMEOUT = 1.0
"""Seconds. The last use of an API key is not essential, so its recording must not take long."""

_IDS_PER_BATCH = 100_000
"""A document with only an ID takes about 40 bytes, so a response of MongoDB can contain 100,000."""


class ApiKeyStore:
    """Reads and changes API keys."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    @translate_write_errors
    def insert(self, api_key: ApiKey) -> None:
        """Add an API key."""
        self._collection.insert_one(_to_document(api_key))

    @translate_errors
    def get(self, key_id: str) -> ApiKey | None:
        """Return the API key, or None. Searches all domains, because the API key determines the domain."""
        document = self._collection.find_one({"_id": key_id})
        return None if document is None else _to_api_key(document)

    @translate_errors
    def ids(self) -> frozenset[str]:
        """Return the IDs of all API keys, from the ``_id`` index alone."""
        cursor = self._collection.find({}, {"_id": True}, batch_size=_IDS_PER_BATCH).sort("_id", ASCENDING)
        return frozenset(document["_id"] for document in cursor)

    @translate_errors
    def all(self, domain: str | None) -> list[ApiKey]:
        """Return the API keys of a domain, or of all domains, oldest first."""
        query = {} if domain is None else {"domain": domain}
        documents = self._collection.find(query).sort("created_at", ASCENDING)
        return [_to_api_key(document) for document in documents]

    @translate_write_errors
    def revoke(self, key_id: str, now: datetime) -> bool:
        """Revoke the API key. Return False if it does not exist or is already revoked."""
        change = {"$set": {"revoked_at": now}}
        return self._collection.update_one({"_id": key_id, "revoked_at": None}, change).modified_count == 1

    @translate_write_errors
    def set_successor(
        self, key_id: str, successor: str, *, expires_at: datetime | None, revoked_at: datetime | None
    ) -> bool:
        """Store which API key replaces this one. Return False if this one is already replaced or revoked."""
        change = {"successor": successor, "expires_at": expires_at, "revoked_at": revoked_at}
        valid = {"_id": key_id, "successor": None, "revoked_at": None}
        return self._collection.update_one(valid, {"$set": change}).modified_count == 1

    @translate_write_errors
    def record_usage(self, key_id: str, day: date) -> None:
        """Record that the API key was used on that day."""
        with pymongo.timeout(_USAGE_TIMEOUT):
            # BSON has no type for dates without a time. ISO text sorts by date.
            self._collection.update_one({"_id": key_id}, {"$max": {"last_used_day": day.isoformat()}})


def _to_document(api_key: ApiKey) -> Document:
    # Without ``successor``: older releases do not know this field.
    values = {each.name: getattr(api_key, each.name) for each in fields(api_key)}
    del values["key_id"], values["successor"]
    return {
        "_id": api_key.key_id,
        **values,
        "scopes": sorted(api_key.scopes),
        "last_used_day": api_key.last_used_day and api_key.last_used_day.isoformat(),
    }


def _to_api_key(document: Document) -> ApiKey:
    # Fields and scopes of newer releases are ignored.
    names = {each.name for each in fields(ApiKey)}
    values = {name: value for name, value in document.items() if name in names}
    day = document["last_used_day"]
    values["scopes"] = frozenset(scope for scope in Scope if scope in document["scopes"])
    values["last_used_day"] = None if day is None else date.fromisoformat(day)
    return ApiKey(key_id=document["_id"], **values)
