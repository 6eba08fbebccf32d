"""Convert profiles to MongoDB documents and back."""

from typing import cast

from service.crypto.master_keyring import MasterKeyring
from service.crypto.vault import Vault
from service.matching.profiles import Index
from service.model.profile import Profile
from service.store.client.document import Document
from service.store.domains import definitions
from service.store.profiles import sealed_keys

_NOT_IN_PROFILE = frozenset(
    {"_id", "definitions", "domain", "erasing_at", "fingerprint", "repeated", "rules", "unique"}
)


def to_document(domain: str, profile: Profile, index: Index, keyring: MasterKeyring) -> Document:
    """Return the document of a profile, with sealed sensitive values. Raises ``MasterKeyMissing``."""
    document = fields_of(profile) | {"_id": profile["profile_id"], "domain": domain}
    vault = Vault(domain, keyring)
    document["keys"] = sealed_keys.to_stored(profile["keys"], vault, profile["profile_id"])
    document["rules"] = sealed_keys.rules_of(profile["keys"], keyring)
    document["lookup"] = index.lookup
    return document | optional_lists(domain, index)


def optional_lists(domain: str, index: Index) -> Document:
    """Return the lists that are stored only if they are not empty, because their indexes are partial."""
    lists = {
        "unique": index.unique,
        "definitions": definitions.fingerprints(domain, index.definitions),
    }
    return {name: items for name, items in lists.items() if items}


def update_of(changed: Document, document: Document) -> Document:
    """Return the update that sets the changed fields, and removes optional lists that the document lacks."""
    unset = {name: "" for name in ("unique", "definitions") if name not in document}
    return {"$set": changed, **({"$unset": unset} if unset else {})}


def fields_of(profile: Profile) -> Document:
    """Return the fields of a profile as they are stored, without its custom search keys.

    Names of attributes come from callers, so they are stored as values, not as field names.
    """
    fields = {name: value for name, value in profile.items() if name not in {"profile_id", "lookup", "keys"}}
    fields["attributes"] = [{"name": n, "value": v} for n, v in profile["attributes"].items()]
    return fields


def to_profile(document: Document, keyring: MasterKeyring) -> Profile:
    """Return the profile of a document."""
    fields = {name: value for name, value in document.items() if name not in _NOT_IN_PROFILE}
    fields["profile_id"] = document["_id"]
    fields["attributes"] = {pair["name"]: pair["value"] for pair in document["attributes"]}
    vault = Vault(document["domain"], keyring)
    fields["keys"] = sealed_keys.to_keys(document["keys"], vault, document["_id"])
    return cast("Profile", fields)
