"""Read profiles for callers, with sensitive values wrapped so that responses mask them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from service.crypto.master_keyring import MasterKeyring
from service.matching.profiles import wrap_sensitive
from service.model.profile import Profile
from service.store.client.document import Document
from service.store.domains.definitions import stored_fingerprints
from service.store.domains.domains import DomainStore
from service.store.profiles.documents import to_profile

_MAX_CREATION_TIME = timedelta(seconds=30)
"""Longer than any request that creates a profile."""


class ProfileReader:
    """Converts documents into profiles. The domains define which search keys are sensitive."""

    def __init__(self, keyring: MasterKeyring, domains: DomainStore) -> None:
        self._keyring = keyring
        self._domains = domains

    def read(self, domain: str, documents: Sequence[Document]) -> list[Profile]:
        """Return the profiles, with the values of all search keys wrapped that are sensitive now.

        Reads the domain if a profile has custom search keys and the domain is not cached, or if a profile was
        written under a definition that is not cached.
        """
        profiles = [to_profile(document, self._keyring) for document in documents]
        if not any(profile["keys"] for profile in profiles):
            return profiles
        current = self._domains.get_with_fingerprints(domain, stored_fingerprints(documents))
        return [wrap_sensitive(profile, current.custom_keys) for profile in profiles]

    def may_be_undone(self, domain: str, document: Document) -> bool:
        """Return whether the request that creates the profile may still undo that.

        It does if the definition of a search key has changed since. Reads the domain.
        """
        created_at: datetime = document["created_at"]
        if datetime.now(UTC) - created_at >= _MAX_CREATION_TIME:
            return False
        current = self._domains.read(domain).writable()
        return not stored_fingerprints([document]) <= current.fingerprints
