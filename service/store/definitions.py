"""Under which definitions of its custom search keys a profile was written.

Each profile with custom keys stores a fingerprint of each key's definition. Where one of them is not the
fingerprint of a current definition, the profile was written under another one: its values may be stored in
plain, found by other entries, or have a second owner.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from itertools import chain
from typing import Any

from service.matching.search_keys import SearchKey
from service.store.client import Document


def fingerprint(domain: str, name: str, key: SearchKey | None) -> str:
    """Return the fingerprint of a search key's definition; that of an undefined key is never current."""
    definition = None if key is None else [key.type, key.unique, key.sensitive]
    return blake2b(json.dumps([domain, name, definition]).encode(), digest_size=8).hexdigest()


def fingerprints(domain: str, keys: Mapping[str, SearchKey | None]) -> list[str]:
    """Return the fingerprint of each key."""
    return [fingerprint(domain, name, key) for name, key in keys.items()]


def stored(documents: Iterable[Document]) -> set[str]:
    """Return the fingerprints of stored profiles.

    A profile of a release without fingerprints has none: its ``rules`` tell that it is outdated.
    """
    lists: Iterable[list[Any]] = (document.get("definitions") or [] for document in documents)
    return set(chain.from_iterable(lists))
