"""The ``object_types`` collection: one document for each object type of a domain."""

from collections.abc import Sequence
from contextlib import suppress

from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from service.errors.datastore import DatastoreUnavailable
from service.model.object_types import (
    ContentType,
    ObjectField,
    ObjectKey,
    ObjectType,
    StandardIdentifier,
    Tags,
)
from service.store.amazon import tags as stored_tags
from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors
from service.store.client.page_scan import single_batch


class ObjectTypeStore:
    """Reads and changes object types."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    @translate_errors
    def get(self, domain: str, name: str) -> ObjectType | None:
        """Return the object type, or None."""
        document = self._collection.find_one(_by_name(domain, name))
        return None if document is None else _to_object_type(document)

    @translate_errors
    def find(self, domain: str, *, after: str | None, limit: int) -> list[ObjectType]:
        """Return up to ``limit`` object types, sorted by name, with a name above ``after``."""
        # No name contains a slash, and "0" is the character after it.
        names = {"$gt": _document_id(domain, after or ""), "$lt": f"{domain}0"}
        cursor = self._collection.find({"domain": domain, "_id": names}).hint("_id_").sort("_id")
        return [_to_object_type(each) for each in cursor.limit(limit).batch_size(single_batch(limit))]

    @translate_write_errors
    def put(self, domain: str, new: ObjectType, tags: Tags | None) -> ObjectType:
        """Define an object type, or replace its definition. Return it as it is stored.

        ``tags`` replace its tags, unless they are None. An existing object type keeps its ``created_at``.
        """
        changed = _to_document(new) | ({} if tags is None else {"tags": stored_tags.to_stored(tags)})
        initial: Document = {"created_at": new.created_at, **({"tags": []} if tags is None else {})}
        # A concurrent request can insert the same document. Then the second attempt finds it.
        for _ in range(2):
            with suppress(DuplicateKeyError):
                document = self._collection.find_one_and_update(
                    _by_name(domain, new.name),
                    {"$set": changed, "$setOnInsert": initial},
                    upsert=True,
                    return_document=ReturnDocument.AFTER,
                )
                if document is not None:
                    return _to_object_type(document)
        raise DatastoreUnavailable

    @translate_write_errors
    def replace_tags(self, domain: str, name: str, old: Tags, new: Tags) -> bool:
        """Replace the tags of the object type. Return False if it is gone, or its tags are not ``old``."""
        return stored_tags.replace(self._collection, _by_name(domain, name), old, new)

    @translate_write_errors
    def remove(self, domain: str, name: str) -> bool:
        """Remove the object type. Return whether it existed."""
        return self._collection.delete_one(_by_name(domain, name)).deleted_count == 1

    @translate_write_errors
    def remove_all(self, domain: str) -> None:
        """Remove all object types of the domain."""
        names = {"$gt": _document_id(domain, ""), "$lt": f"{domain}0"}
        self._collection.delete_many({"domain": domain, "_id": names})


def _document_id(domain: str, name: str) -> str:
    return f"{domain}/{name}"


def _by_name(domain: str, name: str) -> Document:
    return {"_id": _document_id(domain, name), "domain": domain}


def _to_document(new: ObjectType) -> Document:
    # Clients choose the names of fields and keys, so the names are stored as values, not as field names.
    return {
        "name": new.name,
        "description": new.description,
        "template_id": new.template_id,
        "allow_profile_creation": new.allow_profile_creation,
        "fields": [
            {
                "name": each.name,
                "source": each.source,
                "target": each.target,
                "content_type": each.content_type,
            }
            for each in new.fields
        ],
        "keys": [
            {
                "name": key.name,
                "search_key": key.search_key,
                "identifiers": sorted(key.identifiers),
                "fields": list(key.fields),
            }
            for key in new.keys
        ],
        "options": dict(new.options),
        "updated_at": new.updated_at,
    }


def _to_object_type(document: Document) -> ObjectType:
    return ObjectType(
        name=document["name"],
        description=document["description"],
        template_id=document["template_id"],
        allow_profile_creation=document["allow_profile_creation"],
        fields=_to_fields(document["fields"]),
        keys=_to_keys(document["keys"]),
        options=document["options"],
        tags=stored_tags.to_tags(document["tags"]),
        created_at=document["created_at"],
        updated_at=document["updated_at"],
    )


def _to_fields(stored: Sequence[Document]) -> list[ObjectField]:
    return [
        ObjectField(
            name=each["name"],
            source=each["source"],
            target=each["target"],
            content_type=None if each["content_type"] is None else ContentType(each["content_type"]),
        )
        for each in stored
    ]


def _to_keys(stored: Sequence[Document]) -> list[ObjectKey]:
    return [
        ObjectKey(
            name=each["name"],
            search_key=each["search_key"],
            identifiers=frozenset(map(StandardIdentifier, each["identifiers"])),
            fields=each["fields"],
        )
        for each in stored
    ]
