"""The agent's drop-down: built-in search keys and those that the domain defines."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from service.errors.datastore import DatastoreUnavailable
from service.errors.search_keys import (
    BuiltInSearchKey,
    MasterKeyMissing,
    SearchKeyInUse,
    SearchKeyNotFound,
    TooManySearchKeys,
)
from service.matching import lookup
from service.matching.search_keys import BUILT_IN, KeyType, SearchKey
from service.store.profile_documents import Profile
from service.store.search_keys import MAX_KEYS, free_slot
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.pages import Page, page

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
    Its type, its uniqueness and its sensitivity stay as they are until it is removed: what is stored of its
    values depends on them. Raises ``BuiltInSearchKey``, ``MasterKeyMissing``, ``SearchKeyFixed``,
    ``TooManySearchKeys``, and ``SearchKeyInUse`` where values of a removed key are left.
    """
    if name in BUILT_IN:
        raise BuiltInSearchKey
    if fields["sensitive"] and not stores.masters:
        raise MasterKeyMissing
    key_type = KeyType(fields["type"])
    example = fields.get("example") or _EXAMPLES[key_type]
    key = SearchKey(name=name, **{**fields, "type": key_type, "example": example})
    key, created = _define(stores, domain, key, keep_example="example" not in fields)
    if key.sensitive:
        # They may have been set for a key of this name that was not: settings are stored as they are. After
        # the definition, since from then on no more are accepted.
        stores.domains.settings.change(domain, {f"ignored_values.{name}": None})
    stores.domains.read(domain)
    return key, created


def _define(stores: Stores, domain: str, key: SearchKey, *, keep_example: bool) -> tuple[SearchKey, bool]:
    """Define the key; return it and whether it is a new one. Try again if other requests changed keys.

    Each attempt that fails means that another request took a slot or changed this very key.
    """
    for _ in range(MAX_KEYS):
        slots = stores.domains.search_keys.slots(domain)
        slot = None
        if key.name not in slots:
            if stores.profiles.holds_key(domain, key.name):
                raise SearchKeyInUse
            slot = free_slot(slots, key.name)
            if slot is None:
                raise TooManySearchKeys(MAX_KEYS)
        defined = stores.domains.search_keys.define(domain, key, slot, keep_example=keep_example)
        if defined is not None:
            return defined
    raise DatastoreUnavailable


def remove_search_key(stores: Stores, domain: str, name: str) -> None:
    """Remove a custom key; raises ``BuiltInSearchKey``, ``SearchKeyInUse`` and ``SearchKeyNotFound``.

    From the mark on, requests that write values of the key notice it after their write. So whatever was
    written before is seen by the second look for holders, and whatever is written later is undone.
    """
    if name in BUILT_IN:
        raise BuiltInSearchKey
    keys = stores.domains.search_keys
    for _ in range(MAX_KEYS):
        if stores.profiles.holds_key(domain, name):
            _call_off(stores, domain, name)
            raise SearchKeyInUse
        token = uuid4().hex
        if not keys.begin_removal(domain, name, token):
            raise SearchKeyNotFound
        if stores.profiles.holds_key(domain, name):
            keys.end_removal(domain, name, token)
            raise SearchKeyInUse
        if keys.remove(domain, name, token):
            stores.domains.read(domain)
            return
        # Another request took the removal over, or defined the key once more.
    raise DatastoreUnavailable


def _call_off(stores: Stores, domain: str, name: str) -> None:
    """Take away the mark that a removal has left which was cut off."""
    key = stores.domains.get(domain).custom_keys.get(name)
    if key is not None and key.removing:
        stores.domains.search_keys.end_removal(domain, name)


def list_holders(stores: Stores, domain: str, name: str, *, limit: int, cursor: str | None) -> Page[Profile]:
    """Return the profiles that hold a value of a custom key, by ID, even if the key is not defined any more.

    Those of an older release are found once they are reindexed.
    Raises ``BuiltInSearchKey``, ``InvalidRequest``, and ``SearchKeyNotFound`` for a key that is neither
    defined nor held.
    """
    if name in BUILT_IN:
        raise BuiltInSearchKey
    after = cursors.to_profile(cursor)
    holders = stores.profiles.find_any(domain, [lookup.held(name)], after=after, limit=limit + 1)
    if not holders and after is None and stores.domains.get(domain, keys=[name]).key(name) is None:
        raise SearchKeyNotFound
    return page(holders, limit, lambda last: cursors.of_profile(last["profile_id"]))
