"""Read profiles for callers: sensitive values are wrapped, so that responses mask them."""

from collections.abc import Sequence

from service.crypto.master_keyring import MasterKeyring
from service.matching.profiles import wrap_sensitive
from service.model.profile import Profile
from service.store.client.connection import Document
from service.store.domains import definitions
from service.store.domains.domains import DomainStore
from service.store.profiles.documents import to_profile


class ProfileReader:
    """Turns stored documents into profiles."""

    def __init__(self, masters: MasterKeyring, domains: DomainStore) -> None:
        """Take the masters that open sealed values, and the domains, which define what is sensitive."""
        self._masters = masters
        self._domains = domains

    def read(self, domain: str, documents: Sequence[Document]) -> list[Profile]:
        """Return the profiles of the documents, with the values of all keys wrapped that are sensitive now.

        Reads the domain if a profile has custom keys and the domain is not remembered, or if a profile was
        written under a definition that is not remembered.
        """
        profiles = [to_profile(document, self._masters) for document in documents]
        if not any(profile["keys"] for profile in profiles):
            return profiles
        known = self._domains.get_with_fingerprints(domain, definitions.stored(documents))
        return [wrap_sensitive(profile, known.custom_keys) for profile in profiles]

    def is_current(self, domain: str, document: Document) -> bool:
        """Return whether the profile's search keys are defined as when it was written, and none is removed.

        Reads the domain.
        """
        known = self._domains.read(domain).writable()
        return definitions.stored([document]) <= known.fingerprints
