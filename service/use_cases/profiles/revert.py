"""Revert a change of a profile, but keep the changes that other requests made later."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeVar, cast

from service.matching.profiles import wrap_sensitive
from service.matching.search_keys import identifying_terms
from service.model.profile import KeyValues, Profile
from service.model.sensitive import SensitiveValue, plain_of
from service.store.domains.domain import Domain

Item = TypeVar("Item")
Value = TypeVar("Value")

_LISTS = ("phone_numbers", "email_addresses", "addresses")
_NOT_RESTORED_AS_FIELDS = frozenset({"attributes", "keys", "lookup", "updated_at", "version", *_LISTS})


def revert_change(
    before: Profile, changed: Profile, latest: Profile, domain: Domain, taken: Collection[str]
) -> Profile:
    """Return the latest profile without the change from ``before`` to ``changed``.

    Fields, attributes and list items that later requests changed are kept. ``taken`` has the unique index
    terms that other profiles have now: values with these terms are not restored.
    """
    states = [wrap_sensitive(profile, domain.custom_keys) for profile in (before, changed, latest)]
    fields = _revert_members(*map(_fields, states))
    attributes = _revert_members(*(state["attributes"] for state in states))
    lists = {name: _revert_items(*(_list(state, name) for state in states)) for name in _LISTS}
    keys = _revert_keys(*(state["keys"] for state in states), domain, taken)
    return cast("Profile", {**latest, **fields, **lists, "attributes": attributes, "keys": keys})


def _fields(profile: Profile) -> dict[str, object]:
    return {name: value for name, value in profile.items() if name not in _NOT_RESTORED_AS_FIELDS}


def _list(profile: Profile, name: str) -> Sequence[object]:
    return cast("Mapping[str, Sequence[object]]", profile)[name]


def _revert_members(
    before: Mapping[str, Value], changed: Mapping[str, Value], latest: Mapping[str, Value]
) -> dict[str, Value]:
    restored = dict(latest)
    for name in before.keys() | changed.keys():
        if latest.get(name) == changed.get(name):
            restored.pop(name, None)
            if name in before:
                restored[name] = before[name]
    return restored


def _revert_keys(
    before: KeyValues, changed: KeyValues, latest: KeyValues, domain: Domain, taken: Collection[str]
) -> KeyValues:
    restored = {
        name: _revert_items(
            *(keys.get(name, ()) for keys in (before, changed, latest)),
            partial(_is_taken, name, domain, taken),
        )
        for name in before | latest
    }
    return {name: values for name, values in restored.items() if values}


def _revert_items(
    before: Sequence[Item],
    changed: Sequence[Item],
    latest: Sequence[Item],
    is_taken: Callable[[Item], bool] = lambda _item: False,
) -> list[Item]:
    removed = [item for item in before if item not in changed and not is_taken(item)]
    if list(latest) == list(changed):
        return [item for item in before if item in changed or item in removed]
    if not latest:
        # A later request removed all items.
        return []
    kept = [item for item in latest if item in before or item not in changed]
    return [*kept, *(item for item in removed if item not in kept)]


def _is_taken(name: str, domain: Domain, taken: Collection[str], value: str | SensitiveValue) -> bool:
    key = domain.custom_keys.get(name)
    if key is None or not key.unique:
        return False
    if plain_of(value) is None:
        # The index terms of a value that cannot be decrypted are unknown, so any term of the key may be its.
        return any(term.startswith(f"{name}:") for term in taken)
    return not set(taken).isdisjoint(identifying_terms(key, value, domain.default_region))
