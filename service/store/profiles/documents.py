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
"""After this time, the request that created a profile counts as interrupted."""

_NOT_IN_PROFILE = frozenset(
    {
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
        "unique",
    }
)
"""Fields of a document that are not fields of its profile."""


def to_document(domain: str, profile: Profile, index: Index, keyring: MasterKeyring) -> Document:
    """Return the document of a profile, with encrypted sensitive values. Raises ``MasterKeyMissing``.

    When the document is inserted, MongoDB sets ``changed`` to the current tick.
    """
    document = fields_of(profile) | {"_id": profile["profile_id"], "domain": domain, "changed": NEW_TICK}
    vault = Vault(domain, keyring)
    document["keys"] = sealed_keys.to_stored(profile["keys"], vault, profile["profile_id"])
    document["rules"] = sealed_keys.rules_of(profile["keys"], keyring)
    document["lookup"] = index.lookup
    return document | optional_lists(domain, index)


def optional_lists(domain: str, index: Index) -> Document:
    """Return the unique index terms and the fingerprints of the search keys, without empty lists.

    Empty lists are not stored, so that the partial indexes on these fields have no entries for them.
    """
    lists = {"unique": index.unique, "definitions": fingerprints(domain, index.definitions)}
    return {name: items for name, items in lists.items() if items}


def optional_marks(marks: Sequence[str]) -> Document:
    """Return a document with the field ``batch_marks``, or an empty document if there are no marks."""
    return {"batch_marks": list(marks)} if marks else {}


def replacement(
    domain: str,
    profile: Profile,
    index: Index,
    old: Profile,
    keyring: MasterKeyring,
    marks: Sequence[str] = (),
) -> tuple[Document, Document]:
    """Return the filter and the update that replace the profile if it still has the version of ``old``.

    Stored batch marks stay if ``marks`` is empty. Raises ``MasterKeyMissing``.
    """
    document = to_document(domain, profile, index, keyring)
    current = {"_id": profile["profile_id"], "domain": domain, "version": old["version"]}
    return current, change_of(document | optional_marks(marks), old)


def change_of(document: Document, old: Profile) -> Document:
    """Return the update that gives the profile ``old`` the fields of the document, and the current tick.

    Omits the fields of the profile that are the same in both. Stored fields that are not in the document,
    such as those of newer releases, stay.
    """
    before, missing = fields_of(old), object()
    others = {"_id", "changed"}
    changed = {n: v for n, v in document.items() if n not in others and before.get(n, missing) != v}
    return update_of(changed, document) | {"$currentDate": {"changed": CURRENT_TICK}}


def update_of(changed: Document, document: Document) -> Document:
    """Return the update that sets the changed fields and removes optional lists that ``document`` lacks."""
    unset = {name: "" for name in ("unique", "definitions") if name not in document}
    return {"$set": changed, **({"$unset": unset} if unset else {})}


def fields_of(profile: Profile) -> Document:
    """Return the fields of a profile as they are stored, without ID, index terms and custom search keys."""
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
    """Return the ID of the profile in a document of ``profiles`` or of ``merge_snapshots``."""
    profile_id: str = document["snapshot"]["profile_id"] if "snapshot" in document else document["_id"]
    return profile_id


def unique_key_taken(
    owners: Mapping[str, Collection[str]],
    sensitive_keys: Collection[str],
    definitions: Mapping[str, SearchKey | None],
) -> UniqueKeyTaken | None:
    """Return the error for a profile whose unique values other profiles have, or None if there are none.

    ``owners`` maps the ID of each other profile to the unique index terms that both profiles have.
    ``sensitive_keys`` are the names of the profile's search keys with sensitive values. ``definitions`` are
    its custom search keys, by name. The error is about one value; its ``terms`` and ``owners`` are complete.
    """
    taken = sorted((key_of(t) in sensitive_keys, t, id_) for id_, owned in owners.items() for t in owned)
    if not taken:
        return None
    # Prefer a value that is not sensitive, because the response can then contain its owner.
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
    """Return the name of the search key that a unique index term belongs to."""
    return term.partition(":")[0]


class ProfileReader:
    """Converts documents to profiles. The domains define which search keys are sensitive."""

    def __init__(self, keyring: MasterKeyring, domains: DomainStore) -> None:
        self.keyring = keyring
        self._domains = domains

    def read(self, domain: str, documents: Sequence[Document]) -> list[Profile]:
        """Return the profiles of the documents, in the same order.

        Values of search keys that are sensitive now are wrapped, even if they are stored in plain text.
        """
        profiles = [to_profile(document, self.keyring) for document in documents]
        if not any(profile["keys"] for profile in profiles):
            return profiles
        current = self._domains.get_with_fingerprints(domain, stored_fingerprints(documents))
        return [wrap_sensitive(profile, current.custom_keys) for profile in profiles]

    def may_undo_creation(self, domain: str, document: Document) -> bool:
        """Return whether the request that created the profile may still undo its creation.

        The request does so if the profile is tentative and has a rival, or if one of its search keys was
        redefined or removed meanwhile.
        """
        created_at: datetime = document["created_at"]
        if datetime.now(UTC) - created_at >= _MAX_CREATION_TIME:
            return False
        if "tentative" in document:
            return True
        current = self._domains.read(domain).writable()
        return not stored_fingerprints([document]) <= current.fingerprints
