"""Take the values of a merge out of a profile again, without I/O."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeVar, cast

from service.model.profile import LIST_FIELDS, TEXT_FIELDS, Profile
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.use_cases.held_values import HeldItems, HeldValues
from service.use_cases.profiles.merge_patch import REQUIRED_NAMES, has_name
from service.use_cases.profiles.revert import revert_change

Item = TypeVar("Item")


class StillMerged:
    """The values of the profiles that are still merged into a profile, added in the order of their merges.

    A profile can have hundreds of them, so the form of each value that identifies it is computed only once.
    """

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self.texts: dict[str, str] = {}
        """Each text of the first profile that has one."""
        self.attributes: dict[str, str] = {}
        """Each attribute of the first profile that has it."""
        self._lists = {name: HeldItems(name, domain) for name in LIST_FIELDS}
        self._keys: dict[str, HeldValues | list[str | SensitiveValue]] = {}

    def add(self, profile: Profile) -> None:
        """Add a profile."""
        texts = {name: text for name in TEXT_FIELDS if (text := _text(profile, name)) is not None}
        self.texts = texts | self.texts
        self.attributes = {**profile["attributes"], **self.attributes}
        for name, held_items in self._lists.items():
            for item in _items(profile, name):
                held_items.add(item)
        for name, values in profile["keys"].items():
            held = self._keys.setdefault(name, self._none_held(name))
            for value in values:
                if isinstance(held, list):
                    held.append(value)
                else:
                    held.add(value)

    def has_item(self, name: str, item: object) -> bool:
        """Return whether a profile has the item of a list, in any notation."""
        return item in self._lists[name]

    def has_value(self, name: str, value: str | SensitiveValue) -> bool:
        """Return whether a profile has the value of a search key, in any notation."""
        return value in self._keys.get(name, ())

    def _none_held(self, name: str) -> HeldValues | list[str | SensitiveValue]:
        key = self._domain.custom_keys.get(name)
        return [] if key is None else HeldValues(key, self._domain.default_region)


def without_merge(
    profile: Profile,
    before: Profile,
    after: Profile,
    still_merged: StillMerged,
    domain: Domain,
    taken: Collection[str],
) -> Profile:
    """Return a state of the target without what a merge changed from ``before`` to ``after``.

    Later changes are kept, and so are values of the profiles that are still merged into it. A text that the
    merge filled is that of the first of them that has one, as if they had been merged alone. ``taken`` has
    the unique index terms that further profiles have now: values with them are not restored.
    """
    reverted = revert_change(before, after, profile, domain, taken)
    if not has_name(before):
        # A profile of Amazon's API can be nameless. ``revert_change`` keeps the name.
        names = {name: None for name in REQUIRED_NAMES if _text(profile, name) == _text(after, name)}
        reverted = cast("Profile", {**reverted, **names})
    kept = {
        **_texts(profile, reverted, still_merged),
        **_lists(profile, reverted, still_merged),
        "attributes": _attributes(profile, reverted, still_merged),
        "keys": _keys(profile, reverted, still_merged),
    }
    return cast("Profile", {**reverted, **kept})


def _text(profile: Profile, name: str) -> str | None:
    return cast("Mapping[str, str | None]", profile)[name]


def _items(profile: Profile, name: str) -> Sequence[object]:
    return cast("Mapping[str, Sequence[object]]", profile)[name]


def _texts(profile: Profile, reverted: Profile, still_merged: StillMerged) -> dict[str, str]:
    return {
        name: text
        for name, text in still_merged.texts.items()
        if _text(profile, name) is not None and _text(reverted, name) is None
    }


def _attributes(profile: Profile, reverted: Profile, still_merged: StillMerged) -> dict[str, str]:
    filled = {
        name: value
        for name, value in still_merged.attributes.items()
        if name in profile["attributes"] and name not in reverted["attributes"]
    }
    return {**reverted["attributes"], **filled}


def _lists(profile: Profile, reverted: Profile, still_merged: StillMerged) -> dict[str, list[object]]:
    lists = dict[str, list[object]]()
    for name in LIST_FIELDS:
        is_held = partial(still_merged.has_item, name)
        lists[name] = list(_in_order(_items(profile, name), _items(reverted, name), is_held))
    return lists


def _keys(
    profile: Profile, reverted: Profile, still_merged: StillMerged
) -> dict[str, Sequence[str | SensitiveValue]]:
    keys: dict[str, Sequence[str | SensitiveValue]] = {}
    for name in dict.fromkeys([*reverted["keys"], *profile["keys"]]):
        values = _in_order(
            profile["keys"].get(name, ()),
            reverted["keys"].get(name, ()),
            partial(still_merged.has_value, name),
        )
        if values:
            keys[name] = values
    return keys


def _in_order(
    items: Sequence[Item], reverted: Sequence[Item], is_held: Callable[[Item], bool]
) -> Sequence[Item]:
    """Return the reverted items, and those of the others that stay, in the order of ``items``."""
    stay = [item for item in items if item not in reverted and is_held(item)]
    if not stay:
        return reverted
    kept = [item for item in items if item in reverted or item in stay]
    return [*kept, *(item for item in reverted if item not in kept)]
