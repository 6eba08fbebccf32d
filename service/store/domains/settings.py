"""What each domain has set, in MongoDB: one small document a domain."""

from collections.abc import Mapping
from typing import Any

from pymongo import ReturnDocument
from pymongo.collection import Collection

from service.store.client.connection import Document, translated, writing


class SettingsStore:
    """The ``settings`` collection; a name that is absent was never set."""

    def __init__(self, collection: Collection[Document]) -> None:
        """Take the collection."""
        self._collection = collection

    @translated
    def get(self, domain: str) -> dict[str, Any]:
        """Return what the domain has set."""
        return _to_settings(self._collection.find_one({"_id": domain}))

    @writing
    def change(self, domain: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Set each name to its value, unset those that are None, and return what is set then.

        A name is a setting's, or that of a member of it: ``match_keys.voice``. The schema knows them all; the
        names of search keys among them have a pattern of their own.
        """
        update: Document = {"$setOnInsert": {"domain": domain}}
        if given := {name: value for name, value in changes.items() if value is not None}:
            update["$set"] = given
        if dropped := {name: "" for name, value in changes.items() if value is None}:
            update["$unset"] = dropped
        document = self._collection.find_one_and_update(
            {"_id": domain}, update, upsert=True, return_document=ReturnDocument.AFTER
        )
        return _to_settings(document)


def _to_settings(document: Document | None) -> dict[str, Any]:
    return {name: value for name, value in (document or {}).items() if name not in {"_id", "domain"}}
