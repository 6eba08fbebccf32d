"""Add values of a search key to a profile, and release them, one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import undefined_search_key
from service.matching.phone import stored_numbers
from service.model.profile import Profile
from service.model.search_key import BUILT_IN, SearchKey
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.store.stores import Stores
from service.use_cases.profiles import IfMatch, ProfileChange, change_profile
from service.use_cases.sensitive_limits import Budget, given_values, limit_guesses
from service.use_cases.sensitive_values import identity, is_mask, shown_so, the_one_shown_so

MOST_VALUES = 100
"""A profile holds at most so many values of one key, phone numbers or e-mail addresses."""

_LISTS = {"phone": "phone_numbers", "email": "email_addresses"}


def add_key_values(
    stores: Stores,
    domain: str,
    profile_id: str,
    key: str,
    values: Sequence[str],
    if_match: IfMatch = None,
    budget: Budget | None = None,
) -> ProfileChange:
    """Add the values that the profile does not hold yet, in whatever way they were typed.

    Raises ``ProfileNotFound``, ``VersionConflict``, ``InvalidRequest``, ``UniqueKeyTaken``,
    ``MasterKeyMissing`` and ``TooManySensitiveValues``.
    """
    hits: set[str] = set()

    def add(profile: Profile, known: Domain) -> Profile:
        defined = _defined(known, key)
        limit_guesses(given_values(defined, values, "/values"), budget)
        items = _items(profile, defined)
        held = {entry for item in items for entry in _entries(defined, item, known)}
        added = []
        for position, value in enumerate(values):
            if is_mask(defined, value):
                the_one_shown_so(value, [item["value"] for item in items], f"/values/{position}")
                continue
            entries = _entries(defined, {"value": value}, known)
            if held.isdisjoint(entries):
                added.append(_item(defined, value, known))
                held.update(entries)
            elif defined.sensitive:
                hits.add(key)
        if len(items) + len(added) > MOST_VALUES:
            raise InvalidRequest([FieldError("/values", f"A profile holds at most {MOST_VALUES} of them.")])
        return _with_items(profile, defined, [*items, *added])

    done = change_profile(stores, domain, profile_id, if_match, add, **_brought(key, values))
    return replace(done, hits=hits)


def release_key_values(
    stores: Stores,
    domain: str,
    profile_id: str,
    key: str,
    values: Sequence[str],
    if_match: IfMatch = None,
    budget: Budget | None = None,
) -> ProfileChange:
    """Release the values, in whatever way they were typed; one that the profile does not hold is no fault.

    Raises ``ProfileNotFound``, ``VersionConflict``, ``InvalidRequest``, ``MasterKeyMissing`` and
    ``TooManySensitiveValues``.
    """
    hits: set[str] = set()

    def release(profile: Profile, known: Domain) -> Profile:
        defined = _defined(known, key)
        limit_guesses(given_values(defined, values, "/values"), budget)
        items = _items(profile, defined)
        released: set[str] = set()
        shown: list[Any] = []
        for position, value in enumerate(values):
            if is_mask(defined, value):
                shown += shown_so(value, [item["value"] for item in items], f"/values/{position}")
            else:
                released.update(_entries(defined, {"value": value}, known))
        typed = [item for item in items if not released.isdisjoint(_entries(defined, item, known))]
        if typed and defined.sensitive:
            hits.add(key)
        kept = [item for item in items if item["value"] not in shown and item not in typed]
        return _with_items(profile, defined, kept)

    done = change_profile(stores, domain, profile_id, if_match, release, **_brought(key, values))
    return replace(done, hits=hits)


def _brought(key: str, values: Sequence[str]) -> dict[str, Sequence[str]]:
    """Return what the change brings in: a custom key, or phone numbers."""
    return {"keys": [] if key in BUILT_IN else [key], "numbers": values if key == "phone" else []}


def _defined(domain: Domain, key: str) -> SearchKey:
    defined = domain.key(key)
    if defined is None:
        raise InvalidRequest([undefined_search_key("/key")])
    if defined.built_in and key not in _LISTS:
        fields = "Values of this key are fields of the profile; PATCH the profile instead."
        raise InvalidRequest([FieldError("/key", fields)])
    return defined


def _items(profile: Profile, key: SearchKey) -> list[dict[str, Any]]:
    """Return what the profile holds of the key, as items with a ``value``."""
    if key.name in _LISTS:
        return list(profile[_LISTS[key.name]])
    return [{"value": value} for value in profile["keys"].get(key.name, ())]


def _with_items(profile: Profile, key: SearchKey, items: Sequence[Mapping[str, Any]]) -> Profile:
    if key.name in _LISTS:
        return profile | {_LISTS[key.name]: list(items)}
    keys = profile["keys"] | {key.name: [item["value"] for item in items]}
    return profile | {"keys": {name: values for name, values in keys.items() if values}}


def _item(key: SearchKey, value: str, domain: Domain) -> dict[str, Any]:
    if key is BUILT_IN["phone"]:
        return {"type": None, **stored_numbers.read(value, domain.default_region)}
    return {"type": None, "value": SensitiveValue(value) if key.sensitive else value}


def _entries(key: SearchKey, item: Mapping[str, Any], domain: Domain) -> Iterable[str]:
    """Return the lookup entries of an item, by which it is known; a value that has none is known as it is.

    A number already read is taken as it was read then.
    """
    return identity(key, item.get("e164") or item["value"], domain.default_region)
