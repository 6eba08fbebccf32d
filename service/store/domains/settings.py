"""The ``settings`` collection: one document for each domain."""

from collections.abc import Mapping

from pymongo import ReturnDocument
from pymongo.collection import Collection

from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors


class SettingsStore:
    """Reads and changes the settings of domains. Settings that were never set are absent."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    @translate_errors
    def get(self, domain: str) -> Document:
        """Return the domain's settings."""
        return _to_settings(self._collection.find_one({"_id": domain}))

    @translate_write_errors
    def change(self, domain: str, changes: Mapping[str, object]) -> Document:
        """Set each name to its value, or unset it if the value is None. Return the settings.

        A name is that of a setting or of one of its members, such as ``match_keys.voice``. The schema
        validates names, and the pattern of search key names allows no dot.
        """
        update: Document = {"$setOnInsert": {"domain": domain}}
        if given := {name: value for name, value in changes.items() if value is not None}:
            update["$set"] = given
        if removed := {name: "" for name, value in changes.items() if value is None}:
            update["$unset"] = removed
        document = self._collection.find_one_and_update(
            {"_id": domain}, update, upsert=True, return_document=ReturnDocument.AFTER
        )
        return _to_settings(document)


def _to_settings(document: Document | None) -> Document:
    return {name: value for name, value in (document or {}).items() if name not in {"_id", "domain"}}
