"""The agent's drop-down: built-in search keys and those that the domain defines."""

from collections.abc import Mapping
from typing import Any

from service.errors.search_keys import (
    BuiltInSearchKey,
    MasterKeyMissing,
    SearchKeyFixed,
    SearchKeyInUse,
    SearchKeyNotFound,
    TooManySearchKeys,
)
from service.matching.search_keys import BUILT_IN, KeyType, SearchKey
from service.store.stores import Stores

MOST_KEYS = 100
"""A domain has at most so many custom search keys."""

_EXAMPLES = {
    KeyType.TEXT: "A-1001",
    KeyType.DIGITS: "123-45-6789",
    KeyType.PHONE: "+81 3-1234-5678",
    KeyType.EMAIL: "jane@example.com",
    KeyType.NAME: "Jane Doe",
    KeyType.IDENTIFIER: "003D000001abcDE",
}
"""What an empty field shows of a key that was defined without an example."""


def list_search_keys(stores: Stores, domain: str) -> list[SearchKey]:
    """Return the built-in keys and then the custom ones by name, as they are now."""
    return [*BUILT_IN.values(), *stores.domains.read(domain).custom_keys.values()]


def define_search_key(
    stores: Stores, domain: str, name: str, fields: Mapping[str, Any]
) -> tuple[SearchKey, bool]:
    """Define a custom key, or give it another label or example; returns it and whether it is a new one.

    Without ``example`` in ``fields`` a key that exists keeps its own; None brings back that of its type.
    Its type, its uniqueness and its sensitivity stay as they are until it is removed: a profile that is
    written at the same moment would be normalised, checked, or stored, by the definition of before. Raises
    ``BuiltInSearchKey``, ``MasterKeyMissing``, ``SearchKeyFixed``, ``TooManySearchKeys``, and
    ``SearchKeyInUse`` where values of a removed key are left.
    """
    if name in BUILT_IN:
        raise BuiltInSearchKey
    if fields["sensitive"] and not stores.masters:
        raise MasterKeyMissing
    key_type = KeyType(fields["type"])
    defined = stores.domains.read(domain).custom_keys
    example = fields.get("example", defined[name].example if name in defined else None)
    key = SearchKey(name=name, **{**fields, "type": key_type, "example": example or _EXAMPLES[key_type]})
    if name in defined:
        old = defined[name]
        if (old.type, old.unique, old.sensitive) != (key.type, key.unique, key.sensitive):
            raise SearchKeyFixed
    elif len(defined) >= MOST_KEYS:
        raise TooManySearchKeys(MOST_KEYS)
    elif stores.profiles.holds_key(domain, name):
        raise SearchKeyInUse
    elif key.sensitive:
        # They may have been set for a key of this name that was not: settings are stored as they are.
        stores.domains.settings.change(domain, {f"ignored_values.{name}": None})
    created = stores.domains.search_keys.define(domain, key)
    stores.domains.read(domain)
    return key, created


def remove_search_key(stores: Stores, domain: str, name: str) -> None:
    """Remove a custom key; raises ``BuiltInSearchKey``, ``SearchKeyInUse`` and ``SearchKeyNotFound``."""
    if name in BUILT_IN:
        raise BuiltInSearchKey
    if stores.profiles.holds_key(domain, name):
        raise SearchKeyInUse
    if not stores.domains.search_keys.remove(domain, name):
        raise SearchKeyNotFound
    stores.domains.read(domain)
