"""Revert a change of a profile, but keep the changes that other requests made later."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar, cast

from service.matching.profiles import wrap_sensitive
from service.matching.search_keys import identifying_terms
from service.model.profile import LIST_FIELDS, KeyValues, Profile
from service.model.sensitive import SensitiveValue, plain_of
from service.store.domains.domain import Domain
from service.use_cases.profiles.merge_patch import REQUIRED_NAMES

Item = TypeVar("Item")
State = TypeVar("State")
Part = TypeVar("Part")

_NOT_RESTORED_AS_FIELDS = frozenset({"attributes", "keys", "lookup", "updated_at", "version", *LIST_FIELDS})


@dataclass(frozen=True, slots=True)
class _States(Generic[State]):
    """Three states of a profile, or of a part of it: before the change, after it, and now."""

    before: State
    changed: State
    latest: State

    def part(self, part_of: Callable[[State], Part]) -> "_States[Part]":
        """Return the same part of each state."""
        return _States(part_of(self.before), part_of(self.changed), part_of(self.latest))


def revert_change(
    before: Profile, changed: Profile, latest: Profile, domain: Domain, taken: Collection[str]
) -> Profile:
    """Return the latest profile without the change from ``before`` to ``changed``.

    Fields, attributes and list items that later requests changed are kept. ``taken`` are the unique index
    terms that other profiles have now: values with these terms are not restored. If neither of
    ``REQUIRED_NAMES`` would be left, both are as in ``latest``.
    """
    states = _States(before, changed, latest).part(lambda each: wrap_sensitive(each, domain.custom_keys))
    fields = _revert_members(states.part(_fields))
    if all(fields.get(name) is None for name in REQUIRED_NAMES):
        # The change added one name, and a later request removed the other one.
        latest_fields = _fields(latest)
        fields |= {name: latest_fields[name] for name in REQUIRED_NAMES}
    attributes = _revert_members(states.part(lambda each: each["attributes"]))
    lists = {name: _revert_items(states.part(partial(_list, name))) for name in LIST_FIELDS}
    keys = _revert_keys(states.part(lambda each: each["keys"]), domain, taken)
    return cast("Profile", {**latest, **fields, **lists, "attributes": attributes, "keys": keys})


def _fields(profile: Profile) -> Mapping[str, object]:
    return {name: value for name, value in profile.items() if name not in _NOT_RESTORED_AS_FIELDS}


def _list(name: str, profile: Profile) -> Sequence[object]:
    return cast("Mapping[str, Sequence[object]]", profile)[name]


def _revert_members(states: _States[Mapping[str, Item]]) -> dict[str, Item]:
    """Return the latest members. Those that later requests did not change are as before the change."""
    restored = dict(states.latest)
    for name in states.before.keys() | states.changed.keys():
        if states.latest.get(name) == states.changed.get(name):
            restored.pop(name, None)
            if name in states.before:
                restored[name] = states.before[name]
    return restored


def _revert_keys(states: _States[KeyValues], domain: Domain, taken: Collection[str]) -> KeyValues:
    def values_of(name: str, keys: KeyValues) -> Sequence[str | SensitiveValue]:
        return keys.get(name, ())

    restored = {
        name: _revert_items(states.part(partial(values_of, name)), partial(is_taken, name, domain, taken))
        for name in dict.fromkeys([*states.before, *states.latest])
    }
    return {name: values for name, values in restored.items() if values}


def _revert_items(
    states: _States[Sequence[Item]], is_taken: Callable[[Item], bool] = lambda _item: False
) -> list[Item]:
    """Return the latest items without those that the change added, and with those that it removed.

    Removed items that are taken are not added again. If a later request removed all items, returns none.
    """
    before, changed, latest = states.before, states.changed, states.latest
    removed = [item for item in before if item not in changed and not is_taken(item)]
    if list(latest) == list(changed):
        return [item for item in before if item in changed or item in removed]
    if not latest:
        # A later request removed all items.
        return []
    kept = [item for item in latest if item in before or item not in changed]
    return [*kept, *(item for item in removed if item not in kept)]


def is_taken(name: str, domain: Domain, taken: Collection[str], value: str | SensitiveValue) -> bool:
    """Return whether a value of a search key has a unique index term that another profile has now.

    ``taken`` are the unique index terms of other profiles. If the value cannot be decrypted, returns whether
    any of them belongs to the search key.
    """
    key = domain.custom_keys.get(name)
    if key is None or not key.unique:
        return False
    if plain_of(value) is None:
        # The index terms of this value are unknown, so it may have any term of its search key.
        return any(term.startswith(f"{name}:") for term in taken)
    return not set(taken).isdisjoint(identifying_terms(key, value, domain.default_region))
