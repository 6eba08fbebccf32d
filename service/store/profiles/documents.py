"""Convert profiles to MongoDB documents and back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from service.crypto.master_keyring import MasterKeyring
from service.crypto.vault import Vault
from service.errors.records import UniqueKeyTaken
from service.matching.profiles import Index, wrap_sensitive
from service.model.profile import Profile
from service.model.search_key import KeyType, SearchKey
from service.store.client.document import Document
from service.store.domains.domain import fingerprints, stored_fingerprints
from service.store.domains.domains import DomainStore
from service.store.profiles import sealed_keys
from service.store.profiles.ticks import CURRENT_TICK, NEW_TICK

_MAX_CREATION_TIME = timedelta(seconds=30)
"""Every request that creates a profile takes less time."""

_NOT_IN_PROFILE = frozenset(
    {
        *(
            "_id",
            "batch_marks",
            "changed",
            "definitions",
            "domain",
            "erasing_at",
            "fingerprint",
            "repeated",
            "rules",
            "snapshot",
            "tentative",
        ),
        "unique",
    }
)


def to_document(domain: str, profile: Profile, index: Index, keyring: MasterKeyring) -> Document:
    """Return the document of a profile. Its sensitive values are encrypted. Raises ``MasterKeyMissing``.

    When the document is inserted, MongoDB sets the time of the change.
    """
    document = fields_of(profile) | {"_id": profile["profile_id"], "domain": domain, "changed": NEW_TICK}
    vault = Vault(domain, keyring)
    document["keys"] = sealed_keys.to_stored(profile["keys"], vault, profile["profile_id"])
    document["rules"] = sealed_keys.rules_of(profile["keys"], keyring)
    document["lookup"] = index.lookup
    return document | optional_lists(domain, index)


def optional_lists(domain: str, index: Index) -> Document:
    """Return the lists that are not empty. Empty lists are not stored, because their indexes are partial."""
    lists = {"unique": index.unique, "definitions": fingerprints(domain, index.definitions)}
    return {name: items for name, items in lists.items() if items}


def optional_marks(marks: Sequence[str]) -> Document:
    """Return the field with the marks of batches, or nothing if there are none."""
    return {"batch_marks": list(marks)} if marks else {}


def replacement(
    domain: str,
    profile: Profile,
    index: Index,
    old: Profile,
    keyring: MasterKeyring,
    marks: Sequence[str] = (),
) -> tuple[Document, Document]:
    """Return the filter and the update that replace the profile ``old``. Raises ``MasterKeyMissing``."""
    document = to_document(domain, profile, index, keyring)
    current = {"_id": profile["profile_id"], "domain": domain, "version": old["version"]}
    return current, change_of(document | optional_marks(marks), old)


def change_of(document: Document, old: Profile) -> Document:
    """Return the update that replaces a profile with the document, and sets the time of the change.

    Sets only changed fields, so that fields of newer releases stay.
    """
    before, missing = fields_of(old), object()
    others = {"_id", "changed"}
    changed = {n: v for n, v in document.items() if n not in others and before.get(n, missing) != v}
    return update_of(changed, document) | {"$currentDate": {"changed": CURRENT_TICK}}


def update_of(changed: Document, document: Document) -> Document:
    """Return the update that sets the changed fields and removes optional lists that are now empty."""
    unset = {name: "" for name in ("unique", "definitions") if name not in document}
    return {"$set": changed, **({"$unset": unset} if unset else {})}


def fields_of(profile: Profile) -> Document:
    """Return the stored fields of a profile, except its custom search keys."""
    fields = {name: value for name, value in profile.items() if name not in {"profile_id", "lookup", "keys"}}
    # Clients choose the names of attributes, so the names are stored as values, not as field names.
    fields["attributes"] = [{"name": n, "value": v} for n, v in profile["attributes"].items()]
    return fields


def to_profile(document: Document, keyring: MasterKeyring) -> Profile:
    """Return the profile of a document."""
    fields = {name: value for name, value in document.items() if name not in _NOT_IN_PROFILE}
    fields["profile_id"] = profile_id = profile_id_of(document)
    fields["attributes"] = {pair["name"]: pair["value"] for pair in document["attributes"]}
    vault = Vault(document["domain"], keyring)
    fields["keys"] = sealed_keys.to_keys(document["keys"], vault, profile_id)
    return cast("Profile", fields)


def profile_id_of(document: Document) -> str:
    """Return the ID of the profile in a document, which can be a snapshot for the undo of a merge."""
    profile_id: str = document["snapshot"]["profile_id"] if "snapshot" in document else document["_id"]
    return profile_id


def unique_key_taken(
    owners: Mapping[str, Collection[str]],
    sensitive_keys: Collection[str],
    definitions: Mapping[str, SearchKey | None],
) -> UniqueKeyTaken | None:
    """Return the error for a profile with unique values of other profiles, or None if there are none.

    ``owners`` maps the ID of each other profile to its index terms among those of the profile.
    ``definitions`` are the custom search keys of the profile, by name.
    """
    taken = sorted((key_of(t) in sensitive_keys, t, id_) for id_, owned in owners.items() for t in owned)
    if not taken:
        return None
    # Prefer a value that is not sensitive: the error can then contain the owner too.
    is_sensitive, term, owner_id = taken[0]
    definition = definitions.get(key_of(term))
    return UniqueKeyTaken(
        key_of(term),
        owner_id,
        sensitive=is_sensitive,
        # The index term of a sensitive value is a hash, which does not help the caller.
        stored_form=None if is_sensitive else term.partition(":")[2],
        is_identifier=definition is not None and definition.type is KeyType.IDENTIFIER,
        owners={owner: sorted(set(map(key_of, owned))) for owner, owned in owners.items()},
        terms=set().union(*owners.values()),
    )


def key_of(term: str) -> str:
    """Return the name of the search key that an index term belongs to."""
    return term.partition(":")[0]


class ProfileReader:
    """Converts documents to profiles. Reads from the domains which search keys are sensitive."""

    def __init__(self, keyring: MasterKeyring, domains: DomainStore) -> None:
        self.keyring = keyring
        self._domains = domains

    def read(self, domain: str, documents: Sequence[Document]) -> list[Profile]:
        """Return the profiles. Values of keys that are sensitive now are wrapped, even if stored plain."""
        profiles = [to_profile(document, self.keyring) for document in documents]
        if not any(profile["keys"] for profile in profiles):
            return profiles
        current = self._domains.get_with_fingerprints(domain, stored_fingerprints(documents))
        return [wrap_sensitive(profile, current.custom_keys) for profile in profiles]

    def may_undo_creation(self, domain: str, document: Document) -> bool:
        """Return whether the request that creates the profile may still undo it.

        The profile is tentative, or a search key has changed.
        """
        created_at: datetime = document["created_at"]
        if datetime.now(UTC) - created_at >= _MAX_CREATION_TIME:
            return False
        if "tentative" in document:
            return True
        current = self._domains.read(domain).writable()
        return not stored_fingerprints([document]) <= current.fingerprints
