"""What a profile is as a document of MongoDB's, and the other way round."""

from service.crypto.master_keyring import MasterKeyring
from service.crypto.vault import Vault
from service.matching.profiles import Index
from service.model.profile import Profile
from service.store.client.connection import Document
from service.store.domains import definitions
from service.store.profiles import sealed_keys

_OURS = frozenset(
    {"_id", "definitions", "domain", "erasing_at", "fingerprint", "repeated", "rules", "unique"}
)
"""What stands in a document and is no part of the profile."""


def to_document(domain: str, profile: Profile, index: Index, masters: MasterKeyring) -> Document:
    """Return the document of a profile, sensitive values sealed; raises ``MasterKeyMissing``."""
    document = fields_of(profile) | {"_id": profile["profile_id"], "domain": domain}
    vault = Vault(domain, masters)
    document["keys"] = sealed_keys.to_stored(profile["keys"], vault, profile["profile_id"])
    document["rules"] = sealed_keys.rules_of(profile["keys"], masters)
    document["lookup"] = index.lookup
    document |= indexed_lists(domain, index)
    return document


def indexed_lists(domain: str, index: Index) -> Document:
    """Return the lists that are stored only if they are not empty, since their indexes are partial."""
    lists = {
        "unique": index.unique,
        "definitions": definitions.fingerprints(domain, index.definitions),
    }
    return {name: entries for name, entries in lists.items() if entries}


def without_lists(document: Document) -> Document:
    """Return the argument of ``$unset`` for those lists that the document does not have."""
    return {name: "" for name in ("unique", "definitions") if name not in document}


def fields_of(profile: Profile) -> Document:
    """Return the fields of a profile as they are stored, but for its keys, which may have to be sealed.

    Names that callers choose (of attributes and keys) become values here, never names of fields.
    """
    fields = {name: value for name, value in profile.items() if name not in {"profile_id", "lookup", "keys"}}
    fields["attributes"] = [{"name": n, "value": v} for n, v in profile["attributes"].items()]
    return fields


def to_profile(document: Document, masters: MasterKeyring) -> Profile:
    """Return the profile of a document."""
    profile = {name: value for name, value in document.items() if name not in _OURS}
    profile["profile_id"] = document["_id"]
    profile["attributes"] = {pair["name"]: pair["value"] for pair in document["attributes"]}
    vault = Vault(document["domain"], masters)
    profile["keys"] = sealed_keys.to_keys(document["keys"], vault, document["_id"])
    return profile
