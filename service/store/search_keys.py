"""The custom search keys of each domain, in MongoDB: one small document a key."""

from pymongo import ReturnDocument
from pymongo.collection import Collection

from service.matching.search_keys import KeyType, SearchKey
from service.sealing.masters import Masters
from service.sealing.vault import Vault
from service.store.client import Document, translated, writing

_FIELDS = ("name", "label", "type", "unique", "sensitive", "built_in", "example")


class SearchKeyStore:
    """The ``search_keys`` collection."""

    def __init__(self, collection: Collection[Document], masters: Masters = ()) -> None:
        """Take the collection, and the masters by which sensitive values are found."""
        self._collection = collection
        self._masters = masters

    @translated
    def all(self, domain: str) -> dict[str, SearchKey]:
        """Return the domain's custom keys by name, in the order of their names."""
        found = self._collection.find({"domain": domain}).sort("name")
        vault = Vault(domain, self._masters)
        return {document["name"]: _to_search_key(document, vault) for document in found}

    @writing
    def define(self, domain: str, key: SearchKey) -> bool:
        """Define the key, or define it anew; True where it was not defined before."""
        # What a newer release has put into the document stays.
        before = self._collection.find_one_and_update(
            {"_id": _id(domain, key.name)},
            {
                "$set": {
                    "domain": domain,
                    **{name: getattr(key, name) for name in _FIELDS},
                    "type": key.type.value,
                }
            },
            upsert=True,
            return_document=ReturnDocument.BEFORE,
        )
        return before is None

    @writing
    def remove(self, domain: str, name: str) -> bool:
        """Remove the key; False where there is none."""
        return self._collection.delete_one({"_id": _id(domain, name)}).deleted_count == 1


def _id(domain: str, name: str) -> str:
    """Return the document's ID; neither part can contain the slash."""
    return f"{domain}/{name}"


def _to_search_key(document: Document, vault: Vault) -> SearchKey:
    """Return the key of a document, in which a newer release may have more fields."""
    fields = {name: document[name] for name in _FIELDS if name in document}
    blind = vault.blind if fields.get("sensitive") else None
    return SearchKey(**fields | {"type": KeyType(fields["type"]), "blind": blind})
