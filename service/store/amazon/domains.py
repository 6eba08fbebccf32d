"""The ``amazon_domains`` collection: the description of each domain that CreateDomain created."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from service.model.object_types import DomainDescription, Tags
from service.store.amazon import tags as stored_tags
from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors


class AmazonDomainStore:
    """Reads and changes descriptions of domains."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    @translate_errors
    def get(self, domain: str, call_id: str | None = None) -> DomainDescription | None:
        """Return the description of the domain, or None.

        With ``call_id``, returns None too if another call than this has added the description.
        """
        added = {} if call_id is None else {"call_id": call_id}
        document = self._collection.find_one(_by_name(domain) | added)
        return None if document is None else _to_description(document)

    @translate_write_errors
    def add(self, domain: str, new: DomainDescription, call_id: str | None) -> bool:
        """Store the description of a domain. Return False, and change nothing, if the domain has one.

        ``call_id`` identifies the call, so that its repetitions find what it has added.
        """
        document = {
            "call_id": call_id,
            "options": dict(new.options),
            "tags": stored_tags.to_stored(new.tags),
            "created_at": new.created_at,
            "updated_at": new.updated_at,
        }
        try:
            self._collection.insert_one(_by_name(domain) | document)
        except DuplicateKeyError:
            return False
        return True

    @translate_write_errors
    def change(
        self, domain: str, options: Mapping[str, Any], tags: Tags | None, time: datetime
    ) -> DomainDescription | None:
        """Set these options, and remove those whose value is None. Return the changed description.

        ``tags`` replace all tags, unless they are None. Returns None if the domain has no description.
        """
        changed: Document = {f"options.{n}": value for n, value in options.items() if value is not None}
        changed |= {"updated_at": time, **({} if tags is None else {"tags": stored_tags.to_stored(tags)})}
        removed = {f"options.{name}": "" for name, value in options.items() if value is None}
        update = {"$set": changed, **({"$unset": removed} if removed else {})}
        document = self._collection.find_one_and_update(
            _by_name(domain), update, return_document=ReturnDocument.AFTER
        )
        return None if document is None else _to_description(document)

    @translate_write_errors
    def replace_tags(self, domain: str, old: Tags, new: Tags) -> bool:
        """Replace the tags of the domain. Return False if its tags are not ``old``, or not stored."""
        return stored_tags.replace(self._collection, _by_name(domain), old, new)

    @translate_write_errors
    def remove(self, domain: str) -> bool:
        """Remove the description of the domain. Return whether it had one."""
        return self._collection.delete_one(_by_name(domain)).deleted_count == 1


def _by_name(domain: str) -> Document:
    return {"_id": domain, "domain": domain}


def _to_description(document: Document) -> DomainDescription:
    return DomainDescription(
        options=document["options"],
        tags=stored_tags.to_tags(document["tags"]),
        created_at=document["created_at"],
        updated_at=document["updated_at"],
    )
