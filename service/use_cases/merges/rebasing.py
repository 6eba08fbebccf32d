"""Repeat changes of a profile on another state of the same profile, without I/O."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Generic, TypeVar, cast

from service.model.profile import LIST_FIELDS, TEXT_FIELDS, KeyValues, Profile
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.use_cases.held_values import item_identity, value_identity

Item = TypeVar("Item")
Identity = Callable[[Item], frozenset[Hashable]]
"""Returns what an item has in common with the same value in another notation or with another label."""


def with_changes(state: Profile, old: Profile, new: Profile, domain: Domain) -> Profile:
    """Return ``state`` with the changes from ``old`` to ``new``.

    A changed text or attribute replaces that of ``state``. A value that ``new`` does not have any more is
    removed in any notation. A value with another notation or label in ``new`` replaces the same value.
    """
    lists = {}
    for name in LIST_FIELDS:
        identity = partial(item_identity, name, domain)
        lists[name] = _items(_list(state, name), _list(old, name), _list(new, name), identity)
    changed = {**_changed_texts(old, new), **lists}
    attributes, keys = _attributes(state, old, new), _keys(state["keys"], old["keys"], new["keys"], domain)
    return cast("Profile", {**state, **changed, "attributes": attributes, "keys": keys})


def _list(profile: Profile, name: str) -> Sequence[object]:
    return cast("Mapping[str, Sequence[object]]", profile)[name]


def _changed_texts(old: Profile, new: Profile) -> dict[str, str | None]:
    before, after = (cast("Mapping[str, str | None]", each) for each in (old, new))
    return {name: after[name] for name in TEXT_FIELDS if after[name] != before[name]}


def _attributes(state: Profile, old: Profile, new: Profile) -> dict[str, str]:
    before, after = old["attributes"], new["attributes"]
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    removed = before.keys() - after.keys()
    return {**{name: value for name, value in state["attributes"].items() if name not in removed}, **changed}


def _keys(state: KeyValues, old: KeyValues, new: KeyValues, domain: Domain) -> KeyValues:
    def values(keys: KeyValues, name: str) -> Sequence[str | SensitiveValue]:
        return keys.get(name, ())

    keys = {
        name: _items(
            values(state, name), values(old, name), values(new, name), partial(value_identity, name, domain)
        )
        for name in dict.fromkeys([*new, *state])
    }
    return {name: items for name, items in keys.items() if items}


def _items(
    state: Sequence[Item], old: Sequence[Item], new: Sequence[Item], identity: Identity[Item]
) -> list[Item]:
    """Return the items of ``state`` with the changes, in the order of ``new``, and then its other items."""
    if list(old) == list(new):
        return list(state)
    if list(old) == list(state):
        return list(new)
    items, rest = list[Item](), _Items(state, identity)
    for item in new:
        held = rest.take(item)
        if item not in old:
            items.append(item)
        else:
            # An unchanged item that is not in ``state`` came with the merge that is undone.
            items += held
    removed = _all(identity, old) - _all(identity, new)
    others = (item for item in rest.items if item not in old and removed.isdisjoint(identity(item)))
    return [*items, *others]


def _all(identity: Identity[Item], items: Sequence[Item]) -> frozenset[Hashable]:
    return frozenset[Hashable]().union(*map(identity, items))


class _Items(Generic[Item]):
    """The items of a list, which can be found by their identity."""

    def __init__(self, items: Sequence[Item], identity: Identity[Item]) -> None:
        self.items: list[Item] = list(items)
        self._identity = identity
        self._identities = list(map(identity, items))

    def take(self, item: Item) -> list[Item]:
        """Remove the item, or else the first one that has a part of its identity. Return what was removed."""
        if item in self.items:
            position = self.items.index(item)
        else:
            own = self._identity(item)
            matches = (n for n, each in enumerate(self._identities) if not own.isdisjoint(each))
            position = next(matches, -1)
        if position < 0:
            return []
        del self._identities[position]
        return [self.items.pop(position)]
