"""A domain with its settings and search keys, and the fingerprints of its search key definitions.

Each profile stores the fingerprints of the definitions with which it was stored. If a fingerprint is not
current, sensitive values may be in plain text, index terms may be missing, and a unique value may have two
owners.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import blake2b

from service.matching.search_keys import query_terms, whole_value_terms
from service.model.search_key import BUILT_IN, KeyType, SearchKey
from service.store.client.document import Document


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A separate set of customers: its settings with defaults, and its custom search keys by name."""

    name: str
    default_region: str
    match_keys: Mapping[str, Sequence[str]]
    match_modes: Mapping[str, str]
    search_value_falls_back: bool
    unique_by_name: bool
    shared_above: int
    warn_of_duplicates: bool
    ignored_values: Mapping[str, Sequence[str]]
    custom_keys: Mapping[str, SearchKey]

    @cached_property
    def ignored_terms(self) -> frozenset[str]:
        """The index terms that never match: the terms of all variants of the ignored values."""
        return frozenset(
            term
            for name, values in self.ignored_values.items()
            if (key := self.key(name))
            for value in values
            for term in _all_terms(key, value, self.default_region)
        )

    @cached_property
    def fingerprints(self) -> frozenset[str]:
        """The fingerprints of the current definitions of the custom search keys."""
        return frozenset(fingerprints(self.name, self.custom_keys))

    def writable(self, held: Collection[str] = ()) -> "Domain":
        """Return the domain without search keys that are being removed, unless ``held`` contains them."""
        keys = {name: key for name, key in self.custom_keys.items() if not key.removing or name in held}
        return self if len(keys) == len(self.custom_keys) else replace(self, custom_keys=keys)

    def key(self, name: str) -> SearchKey | None:
        """Return the search key with this name, built-in or custom, or None."""
        return BUILT_IN.get(name) or self.custom_keys.get(name)


def fingerprint(domain: str, name: str, key: SearchKey | None) -> str:
    """Return the fingerprint of a search key's definition. For an undefined search key, ``key`` is None."""
    return _fingerprint(domain, name, None if key is None else key.definition)


@lru_cache(maxsize=1024)
def _fingerprint(domain: str, name: str, definition: tuple[KeyType, bool, bool] | None) -> str:
    return blake2b(json.dumps([domain, name, definition]).encode(), digest_size=8).hexdigest()


def fingerprints(domain: str, keys: Mapping[str, SearchKey | None]) -> list[str]:
    """Return the fingerprint of each search key. ``keys`` maps names to definitions."""
    return [fingerprint(domain, name, key) for name, key in keys.items()]


def stored_fingerprints(documents: Iterable[Document]) -> set[str]:
    """Return all fingerprints in documents of profiles. Profiles of older releases have none."""
    return {each for document in documents for each in document.get("definitions") or ()}


def _all_terms(key: SearchKey, value: str, region: str) -> Iterator[str]:
    yield from (term.lookup for term in query_terms(key, value, region))
    yield from whole_value_terms(key, value, region)
