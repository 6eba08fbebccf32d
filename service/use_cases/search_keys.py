"""List, define and remove search keys."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from service.errors.datastore import DatastoreUnavailable
from service.errors.search_keys import (
    BuiltInSearchKey,
    MasterKeyMissing,
    SearchKeyFixed,
    SearchKeyInUse,
    SearchKeyNotFound,
    TooManySearchKeys,
)
from service.matching.terms import presence_term
from service.model.audit import AuditAction
from service.model.limits import MAX_SEARCH_KEYS
from service.model.profile import Profile
from service.model.search_key import BUILT_IN, EXAMPLES, KeyType, SearchKey
from service.store.domains.search_keys import free_slot
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.audit import Access, Audited
from service.use_cases.cursors import Page, page


@dataclass(frozen=True, kw_only=True)
class SearchKeys(Page[SearchKey]):
    """All search keys, and the region in which phone numbers without a country code are read."""

    default_region: str


def list_search_keys(stores: Stores, domain: str) -> SearchKeys:
    """Return the current search keys: built-in keys first, then custom keys by name."""
    current = stores.domains.read(domain)
    items = [*BUILT_IN.values(), *current.custom_keys.values()]
    return SearchKeys(items=items, default_region=current.default_region)


def define_search_key(
    stores: Stores, domain: str, name: str, fields: Mapping[str, Any]
) -> tuple[SearchKey, bool]:
    """Define a custom key, or change the label or the example of an existing one.

    Returns the key and whether it is new.

    If ``fields`` has no ``example``, an existing key keeps its example; None resets it to the type's example.
    The type, uniqueness and sensitivity are fixed until the key is removed, because stored values depend on
    them. Raises ``BuiltInSearchKey``, ``MasterKeyMissing``, ``SearchKeyFixed``, ``TooManySearchKeys``, and
    ``SearchKeyInUse`` if profiles have values of a key of this name, although it is not defined.
    """
    if name in BUILT_IN:
        raise BuiltInSearchKey
    if fields["sensitive"] and not stores.keyring:
        raise MasterKeyMissing
    key_type = KeyType(fields["type"])
    example = fields.get("example") or EXAMPLES[key_type]
    key = SearchKey(**{**fields, "name": name, "type": key_type, "example": example})
    key, created = _define(stores, domain, key, keep_example="example" not in fields)
    if key.sensitive:
        # Ignored values are stored in plain text, and an earlier key of this name may have left some. They
        # are removed after the definition: from then on, no new ignored values of the key are accepted.
        stores.domains.settings.change(domain, {f"ignored_values.{name}": None})
    stores.domains.read(domain)
    return key, created


def _define(stores: Stores, domain: str, key: SearchKey, *, keep_example: bool) -> tuple[SearchKey, bool]:
    # An attempt fails if another request takes the slot, or adds or removes the key, at the same time.
    for _ in range(MAX_SEARCH_KEYS):
        slots = stores.domains.search_keys.slots(domain)
        slot = None
        if key.name not in slots:
            if stores.profiles.holds_key(domain, key.name):
                raise SearchKeyInUse
            slot = free_slot(slots, key.name)
            if slot is None:
                raise TooManySearchKeys(MAX_SEARCH_KEYS)
        defined = stores.domains.search_keys.define(domain, key, slot, keep_example=keep_example)
        if defined is not None:
            return defined
    raise DatastoreUnavailable


def ensure_search_key(stores: Stores, domain: str, key: SearchKey) -> None:
    """Define a custom key unless the domain has a key of this name, with any definition.

    Sends no command if the domain is cached. Raises the errors of ``define_search_key``.
    """
    if stores.domains.get(domain, keys=[key.name]).key(key.name) is not None:
        return
    definition = {"label": key.label, "type": key.type, "unique": key.unique, "sensitive": key.sensitive}
    # Another request may have defined the key differently meanwhile.
    with suppress(SearchKeyFixed):
        define_search_key(stores, domain, key.name, definition)


def remove_search_key(stores: Stores, domain: str, name: str) -> None:
    """Remove a custom key; raises ``BuiltInSearchKey``, ``SearchKeyInUse`` and ``SearchKeyNotFound``.

    The removal marks the key, then looks again for profiles with a value. A request that writes a value of
    the key checks the mark afterwards, and undoes its write if the key is marked.
    """
    if name in BUILT_IN:
        raise BuiltInSearchKey
    keys = stores.domains.search_keys
    for _ in range(MAX_SEARCH_KEYS):
        if stores.profiles.holds_key(domain, name):
            key = stores.domains.get(domain).custom_keys.get(name)
            if key is not None and key.removing:
                # An interrupted removal has left the mark.
                keys.end_removal(domain, name)
            raise SearchKeyInUse
        mark = uuid4().hex
        if not keys.begin_removal(domain, name, mark):
            raise SearchKeyNotFound
        if stores.profiles.holds_key(domain, name):
            keys.end_removal(domain, name, mark)
            raise SearchKeyInUse
        if keys.remove(domain, name, mark):
            stores.domains.read(domain)
            return
        # Another request replaced the mark, or defined the key again.
    raise DatastoreUnavailable


def list_holders(
    stores: Stores, domain: str, name: str, *, limit: int, cursor: str | None
) -> Audited[Page[Profile]]:
    """Return a page of the profiles that have a value of a custom key, by ID, even if the key is undefined.

    Profiles of older releases are found only after ``reindex``. Raises ``BuiltInSearchKey``,
    ``InvalidRequest``, and ``SearchKeyNotFound`` for a key that is neither defined nor in a profile.
    """
    if name in BUILT_IN:
        raise BuiltInSearchKey
    after = cursors.to_profile(cursor)
    holders = stores.profiles.find_any(domain, [presence_term(name)], after=after, limit=limit + 1)
    if not holders and after is None and stores.domains.get(domain, keys=[name]).key(name) is None:
        raise SearchKeyNotFound
    result = page(holders, limit, lambda last: cursors.of_profile(last["profile_id"]))
    profile_ids = [profile["profile_id"] for profile in result.items]
    return Audited(result, [Access([AuditAction.SEARCHED], profile_ids, keys=[name])])
