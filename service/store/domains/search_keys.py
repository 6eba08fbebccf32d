"""The custom search keys of each domain, in MongoDB: one small document a key."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from service.crypto.master_keyring import MasterKeyring
from service.crypto.vault import Vault
from service.errors.search_keys import SearchKeyFixed
from service.model.search_key import KeyType, SearchKey
from service.store.client.connection import Document, translated, writing
from service.store.domains import definitions

MAX_KEYS = 100
"""Maximum number of custom search keys in a domain."""

_BATCH = 1000

_FIELDS = ("name", "label", "type", "unique", "sensitive", "built_in", "example")

Slots = Mapping[str, int | None]
"""The slots of a domain's search keys by name; None for a key that an older release stored."""


class SearchKeyStore:
    """The ``search_keys`` collection.

    A key that is being removed is marked: its field ``removing`` has the token of the request that removes
    it. Each key of a domain has its own slot, a number below ``MAX_KEYS``: a unique index on the slot refuses
    a key beyond the limit.
    """

    def __init__(self, collection: Collection[Document], masters: MasterKeyring = ()) -> None:
        """Take the collection, and the masters by which sensitive values are found."""
        self._collection = collection
        self._masters = masters

    @translated
    def all(self, domain: str) -> dict[str, SearchKey]:
        """Return the domain's custom keys by name, in the order of their names."""
        found = self._collection.find({"domain": domain}).sort("name")
        vault = Vault(domain, self._masters)
        return {document["name"]: _to_search_key(document, vault) for document in found}

    @translated
    def named(self, domain: str, names: Iterable[str]) -> dict[str, SearchKey]:
        """Return the keys by name, without undefined ones. They cannot index sensitive values."""
        found = self._collection.find({"_id": {"$in": [_id(domain, name) for name in names]}})
        return {document["name"]: _to_search_key(document) for document in found}

    @translated
    def fingerprints(self) -> list[str]:
        """Return the fingerprints of the definitions of all domains.

        A time limit ends this between two batches.
        """
        found = self._collection.find({}, {"label": False, "example": False}).batch_size(_BATCH)
        keys = ((document["domain"], _to_search_key(document)) for document in found)
        return [definitions.fingerprint(domain, key.name, key) for domain, key in keys]

    @translated
    def slots(self, domain: str) -> dict[str, int | None]:
        """Return the slots of the domain's custom keys by name."""
        found = self._collection.find({"domain": domain}, {"name": True, "slot": True})
        return {document["name"]: document.get("slot") for document in found}

    @writing
    def define(
        self, domain: str, key: SearchKey, slot: int | None, *, keep_example: bool
    ) -> tuple[SearchKey, bool] | None:
        """Define the key, or change the label and example of an existing one; cancel its removal.

        ``slot`` is the slot for a new key, and None for an existing one, which keeps its example if
        ``keep_example``. Returns the key and whether it is new. Returns None if another request took the
        slot, or added or removed the key meanwhile. Raises ``SearchKeyFixed`` if the key is defined
        differently.
        """
        fields = {name: getattr(key, name) for name in _FIELDS} | {"type": key.type.value}
        same = {
            "_id": _id(domain, key.name),
            "domain": domain,
            "type": key.type.value,
            # Older releases store nothing for false.
            "unique": True if key.unique else {"$ne": True},
            "sensitive": True if key.sensitive else {"$ne": True},
        }
        changeable = ("label",) if keep_example else ("label", "example")
        fixed = {name: value for name, value in fields.items() if name not in changeable}
        update: Document = {
            # Fields of newer releases stay.
            "$set": {name: fields[name] for name in changeable},
            "$setOnInsert": fixed | {"slot": slot},
            "$unset": {"removing": ""},
        }
        try:
            before = self._collection.find_one_and_update(
                same, update, upsert=slot is not None, return_document=ReturnDocument.BEFORE
            )
        except DuplicateKeyError:
            before = None
        else:
            if before is not None and keep_example:
                return replace(key, example=before.get("example", key.example)), False
            if before is not None or slot is not None:
                return key, before is None
        self._refuse_if_fixed(domain, key)
        return None

    def _refuse_if_fixed(self, domain: str, key: SearchKey) -> None:
        document = self._collection.find_one({"_id": _id(domain, key.name)})
        if document is not None and _to_search_key(document).definition != key.definition:
            raise SearchKeyFixed

    @writing
    def begin_removal(self, domain: str, name: str, token: str) -> bool:
        """Mark the key as being removed, with the request's token; return False if there is no such key.

        The mark replaces that of another request, which may have been interrupted.
        """
        update = {"$set": {"removing": token}}
        return self._collection.update_one({"_id": _id(domain, name)}, update).matched_count == 1

    @writing
    def end_removal(self, domain: str, name: str, token: str | None = None) -> None:
        """Remove the mark; with ``token``, only if it is that token's."""
        mark: Any = {"$exists": True} if token is None else token
        query = {"_id": _id(domain, name), "removing": mark}
        self._collection.update_one(query, {"$unset": {"removing": ""}})

    @writing
    def remove(self, domain: str, name: str, token: str) -> bool:
        """Remove the key; return False if its mark is no longer that of the token."""
        query = {"_id": _id(domain, name), "removing": token}
        return self._collection.delete_one(query).deleted_count == 1


def free_slot(slots: Slots, name: str) -> int | None:
    """Return a free slot for a new key, or None if the domain has the maximum number of keys.

    Keys without a slot count too. The choice depends on the name, so that racing requests for different keys
    seldom try the same slot.
    """
    offered = range(MAX_KEYS - sum(slot is None for slot in slots.values()))
    free = sorted(set(offered).difference(slots.values()))
    if len(slots) >= MAX_KEYS or not free:
        return None
    return free[sum(name.encode()) % len(free)]


def _id(domain: str, name: str) -> str:
    """Return the document's ID; neither part can contain the slash."""
    return f"{domain}/{name}"


def _to_search_key(document: Document, vault: Vault | None = None) -> SearchKey:
    """Return the key of a document, in which a newer release may have more fields."""
    fields = {name: document[name] for name in _FIELDS if name in document}
    blind = vault.blind if vault is not None and fields.get("sensitive") else None
    return SearchKey(
        **{"label": ""} | fields | {"type": KeyType(fields["type"])},
        removing="removing" in document,
        blind=blind,
    )
