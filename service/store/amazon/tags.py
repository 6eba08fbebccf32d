"""Tags of domains and object types. Clients choose the names of tags, so they are stored as values."""

from collections.abc import Sequence

from pymongo.collection import Collection

from service.model.object_types import Tags
from service.store.client.document import Document


def to_stored(tags: Tags) -> list[Document]:
    """Return the tags as they are stored, sorted by name."""
    return [{"key": key, "value": tags[key]} for key in sorted(tags)]


def to_tags(stored: Sequence[Document]) -> dict[str, str]:
    """Return the tags by name, from their stored form."""
    return {tag["key"]: tag["value"] for tag in stored}


def replace(collection: Collection[Document], query: Document, old: Tags, new: Tags) -> bool:
    """Replace the tags of the document. Return False if it does not exist, or its tags are not ``old``."""
    unchanged = query | {"tags": to_stored(old)}
    return collection.update_one(unchanged, {"$set": {"tags": to_stored(new)}}).matched_count == 1
