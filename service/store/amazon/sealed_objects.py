"""The stored form of an object's content, and the hashes that find objects.

With master keys, the content is encrypted, and the hashes are keyed. Each object has a hash for each master
key. So objects are found while the master keys change, like values of sensitive search keys.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from service.crypto.master_keyring import MasterKeyring
from service.crypto.sealed_values import master_id_of
from service.crypto.vault import Vault
from service.store.client.document import Document

_OBJECT = "object"
_CLAIM = "claim"
_PLACE = ".object"
"""Encryption binds the content to this name, which no search key has."""


@dataclass(frozen=True, slots=True)
class Content:
    """The JSON of an object, and the values that identify it among those of its type."""

    text: str = field(repr=False)
    unique_values: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ObjectSeal:
    """Encrypts and decrypts objects, and computes their hashes."""

    keyring: MasterKeyring

    @property
    def master_keys(self) -> str:
        """The IDs of the master keys that objects are stored with. The first one encrypts."""
        return ",".join(master.id for master in self.keyring)

    def object_hashes(self, domain: str, object_type: str, unique_values: Sequence[str]) -> list[str]:
        """Return the hashes of an object."""
        return self._hashes(domain, _OBJECT, [object_type, *unique_values])

    def claim_hashes(self, domain: str, terms: Sequence[str]) -> list[str]:
        """Return the hashes with which a claim reserves the index terms of a new profile."""
        return [each for term in terms for each in self._hashes(domain, _CLAIM, [term])]

    def to_stored(
        self, domain: str, object_id: str, object_type: str, unique_values: Sequence[str], text: str
    ) -> Document:
        """Return the stored fields of an object's content."""
        # The values are stored too, so that the hashes can be computed again for other master keys.
        payload = json.dumps([list(unique_values), text], ensure_ascii=False)
        content = (
            {"sealed": Vault(domain, self.keyring).seal(object_id, _PLACE, payload)}
            if self.keyring
            else {"plain": payload}
        )
        hashes = self.object_hashes(domain, object_type, unique_values)
        return {**content, "unique": hashes, "master_keys": self.master_keys}

    def to_content(self, document: Document) -> Content | None:
        """Return the content of a stored object, or None if it cannot be decrypted."""
        payload: str | None = document.get("plain")
        if payload is None:
            vault = Vault(document["domain"], self.keyring)
            payload = vault.unseal(document["_id"], _PLACE, document["sealed"])
        if payload is None:
            return None
        unique_values, text = json.loads(payload)
        return Content(text, unique_values)

    def master_id(self, document: Document) -> str:
        """Return the ID of the master key that encrypted a stored object."""
        return master_id_of(document.get("sealed", ""))

    def _hashes(self, domain: str, field_name: str, parts: Sequence[str]) -> list[str]:
        text = json.dumps(parts)
        if self.keyring:
            return list(Vault(domain, self.keyring).blind(f"{field_name}:{text}"))
        return [f"{field_name}:{sha256(json.dumps([domain, text]).encode()).hexdigest()}"]
