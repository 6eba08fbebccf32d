"""Fingerprints of the definitions of custom search keys.

Each profile with custom keys stores the fingerprints of the definitions that it was written under. If one is
not the fingerprint of a current definition, the key was removed or redefined since: sensitive values may be
stored in plain, index terms may be missing, and a unique value may have a second owner.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from itertools import chain

from service.model.search_key import SearchKey
from service.store.client.document import Document


def fingerprint(domain: str, name: str, key: SearchKey | None) -> str:
    """Return the fingerprint of a search key's definition, or of an undefined key."""
    definition = None if key is None else [key.type, key.unique, key.sensitive]
    return blake2b(json.dumps([domain, name, definition]).encode(), digest_size=8).hexdigest()


def fingerprints(domain: str, keys: Mapping[str, SearchKey | None]) -> list[str]:
    """Return the fingerprint of each search key."""
    return [fingerprint(domain, name, key) for name, key in keys.items()]


def stored_fingerprints(documents: Iterable[Document]) -> set[str]:
    """Return the fingerprints of stored profiles. Those of older releases have none, and other ``rules``."""
    return set(chain.from_iterable(document.get("definitions") or () for document in documents))
