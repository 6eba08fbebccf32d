"""What is stored of profiles, turned into what may be shown of them."""

from collections.abc import Sequence

from service.matching.profiles import wrap_sensitive
from service.sealing.masters import Masters
from service.store import definitions
from service.store.client import Document
from service.store.domains import DomainStore
from service.store.profile_documents import Profile, to_profile


class ProfileReader:
    """Every profile that leaves the store for a caller passes here."""

    def __init__(self, masters: Masters, domains: DomainStore) -> None:
        """Take what opens sealed values, and the domains, which know what is sensitive."""
        self._masters = masters
        self._domains = domains

    def read(self, domain: str, documents: Sequence[Document]) -> list[Profile]:
        """Return the profiles of the documents, values masked of every key that is sensitive now.

        Sends no command unless a profile has custom keys and the domain is not remembered, or a profile was
        written under another definition than the remembered one.
        """
        profiles = [to_profile(document, self._masters) for document in documents]
        if not any(profile["keys"] for profile in profiles):
            return profiles
        known = self._domains.get_with_fingerprints(domain, definitions.stored(documents))
        return [wrap_sensitive(profile, known.custom_keys) for profile in profiles]
