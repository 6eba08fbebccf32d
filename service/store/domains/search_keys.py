"""The ``search_keys`` collection: one document for each custom search key."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from service.crypto.master_keyring import MasterKeyring
from service.crypto.vault import Vault
from service.errors.search_keys import SearchKeyFixed
from service.model.limits import MAX_SEARCH_KEYS
from service.model.search_key import KeyType, SearchKey
from service.store.client.document import Document
from service.store.client.errors import translate_errors, translate_write_errors
from service.store.domains.domain import fingerprint

_BATCH_SIZE = 1000

_FIELDS = ("name", "label", "type", "unique", "sensitive", "built_in", "example")


class SearchKeyStore:
    """Reads and changes custom search keys.

    While a search key is being removed, its field ``removing`` contains the ID of the removal. Each new
    search key of a domain gets a slot below ``MAX_SEARCH_KEYS``. A unique index on slots enforces the limit.
    """

    def __init__(self, collection: Collection[Document], keyring: MasterKeyring = ()) -> None:
        self._collection = collection
        self._keyring = keyring

    @translate_errors
    def all(self, domain: str) -> dict[str, SearchKey]:
        """Return the domain's custom search keys by name, sorted by name."""
        documents = self._collection.find({"domain": domain}).sort("name")
        vault = Vault(domain, self._keyring)
        return {document["name"]: _to_search_key(document, vault) for document in documents}

    @translate_errors
    def find_named(self, domain: str, names: Iterable[str]) -> dict[str, SearchKey]:
        """Return the custom search keys with these names, without ``blind``. Omits undefined names."""
        documents = self._collection.find({"_id": {"$in": [_document_id(domain, name) for name in names]}})
        return {document["name"]: _to_search_key(document) for document in documents}

    @translate_errors
    def fingerprints(self) -> list[str]:
        """Return the fingerprints of the search key definitions of all domains."""
        documents = self._collection.find({}, {"label": False, "example": False}).batch_size(_BATCH_SIZE)
        keys = ((document["domain"], _to_search_key(document)) for document in documents)
        return [fingerprint(domain, key.name, key) for domain, key in keys]

    @translate_errors
    def slots(self, domain: str) -> dict[str, int | None]:
        """Return the slots of the domain's search keys by name. Search keys of older releases have None."""
        documents = self._collection.find({"domain": domain}, {"name": True, "slot": True})
        return {document["name"]: document.get("slot") for document in documents}

    @translate_write_errors
    def define(
        self, domain: str, key: SearchKey, slot: int | None, *, keep_example: bool
    ) -> tuple[SearchKey, bool] | None:
        """Define a search key, or change label and example of an existing one. Cancels its removal.

        ``slot`` is a free slot for a new search key, and None for an existing one. With ``keep_example``, an
        existing one keeps its example. Returns the search key and whether it is new. Returns None if a
        concurrent request took the slot, or added or removed the search key. Raises ``SearchKeyFixed`` if an
        existing one has another definition.
        """
        fields = {name: getattr(key, name) for name in _FIELDS} | {"type": key.type.value}
        same = {
            "_id": _document_id(domain, key.name),
            "domain": domain,
            **_same_definition(key),
        }
        changeable = ("label",) if keep_example else ("label", "example")
        fixed = {name: value for name, value in fields.items() if name not in changeable}
        update: Document = {
            # Set only these fields, so that fields of newer releases stay.
            "$set": {name: fields[name] for name in changeable},
            "$setOnInsert": fixed | {"slot": slot},
            "$unset": {"removing": ""},
        }
        with suppress(DuplicateKeyError):
            before = self._collection.find_one_and_update(
                same, update, upsert=slot is not None, return_document=ReturnDocument.BEFORE
            )
            if before is not None and keep_example:
                return replace(key, example=before.get("example", key.example)), False
            if before is not None or slot is not None:
                return key, before is None
        document = self._collection.find_one({"_id": same["_id"]})
        if document is not None and _to_search_key(document).definition != key.definition:
            raise SearchKeyFixed
        return None

    @translate_write_errors
    def begin_removal(self, domain: str, name: str, removal_id: str) -> bool:
        """Mark the search key as being removed, or replace the mark. Return False if it does not exist."""
        marked = {"$set": {"removing": removal_id}}
        return self._collection.update_one({"_id": _document_id(domain, name)}, marked).matched_count == 1

    @translate_write_errors
    def end_removal(self, domain: str, name: str, removal_id: str | None = None) -> None:
        """Remove the mark of a removal. If ``removal_id`` is given, remove only the mark of this removal."""
        mark = {"$exists": True} if removal_id is None else removal_id
        query = {"_id": _document_id(domain, name), "removing": mark}
        self._collection.update_one(query, {"$unset": {"removing": ""}})

    @translate_write_errors
    def remove(self, domain: str, name: str, removal_id: str) -> bool:
        """Delete the search key. Return False if it does not have the mark of this removal."""
        query = {"_id": _document_id(domain, name), "removing": removal_id}
        return self._collection.delete_one(query).deleted_count == 1


def lock_definitions(
    database: Database[Document], domain: str, keys: Mapping[str, SearchKey], session: ClientSession
) -> bool:
    """Keep the search keys from being removed until the transaction ends.

    Return False if one is not defined as in ``keys``, or is being removed. A removal that begins meanwhile
    waits, and then finds the values that the transaction has written. Raises driver errors.
    """
    unchanged = [
        {"_id": _document_id(domain, name), "removing": {"$exists": False}} | _same_definition(key)
        for name, key in keys.items()
    ]
    # Only a change of the document conflicts with a removal.
    change = {"$inc": {"locks": 1}}
    result = database["search_keys"].update_many({"$or": unchanged}, change, session=session)
    return result.matched_count == len(unchanged)


def _same_definition(key: SearchKey) -> Document:
    return {
        "type": key.type.value,
        # Older releases omit the field instead of storing False.
        "unique": True if key.unique else {"$ne": True},
        "sensitive": True if key.sensitive else {"$ne": True},
    }


def free_slot(slots: Mapping[str, int | None], name: str) -> int | None:
    """Return a free slot for a new search key, or None if the domain has the maximum number of keys."""
    # Search keys of older releases have no slot, but count for the limit.
    without_slot = sum(slot is None for slot in slots.values())
    free = sorted(set(range(MAX_SEARCH_KEYS - without_slot)).difference(slots.values()))
    if len(slots) >= MAX_SEARCH_KEYS or not free:
        return None
    # Derived from the name, so that concurrent requests for different search keys rarely try the same slot.
    return free[sum(name.encode()) % len(free)]


def _document_id(domain: str, name: str) -> str:
    # Neither part can contain a slash.
    return f"{domain}/{name}"


def _to_search_key(document: Document, vault: Vault | None = None) -> SearchKey:
    # Fields of newer releases are ignored.
    fields = {name: document[name] for name in _FIELDS if name in document}
    blind = vault.blind if vault is not None and fields.get("sensitive") else None
    return SearchKey(
        **{"label": ""} | fields | {"type": KeyType(fields["type"])},
        removing="removing" in document,
        blind=blind,
    )
