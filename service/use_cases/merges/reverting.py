"""Take the values of a merge out of a profile again, without I/O."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar, cast

from service.model.profile import LIST_FIELDS, TEXT_FIELDS, Profile
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.use_cases.held_values import HeldValues, items_not_held
from service.use_cases.profiles.merge_patch import REQUIRED_NAMES, has_name
from service.use_cases.profiles.revert import revert_change

Item = TypeVar("Item")


def without_merge(
    profile: Profile,
    before: Profile,
    after: Profile,
    others: Sequence[Profile],
    domain: Domain,
    taken: Collection[str],
) -> Profile:
    """Return a state of the target without what a merge changed from ``before`` to ``after``.

    Later changes are kept, and so are values that ``others`` have: profiles that are still merged into it. A
    text that the merge filled is that of the first of them that has one, as if they had been merged alone.
    ``taken`` has the unique index terms that further profiles have now: values with them are not restored.
    """
    reverted = revert_change(before, after, profile, domain, taken)
    if not has_name(before):
        # A profile of Amazon's API can be nameless. ``revert_change`` keeps the name.
        names = {name: None for name in REQUIRED_NAMES if _text(profile, name) == _text(after, name)}
        reverted = cast("Profile", {**reverted, **names})
    if not others:
        return reverted
    texts = {
        name: next((text for each in others if (text := _text(each, name)) is not None), None)
        for name in TEXT_FIELDS
        if _text(profile, name) is not None and _text(reverted, name) is None
    }
    attributes = {
        name: next(each["attributes"][name] for each in others if name in each["attributes"])
        for name in profile["attributes"]
        if name not in reverted["attributes"] and any(name in each["attributes"] for each in others)
    }
    lists = {name: _with_items_of_others(name, profile, reverted, others, domain) for name in LIST_FIELDS}
    result = cast("Profile", {**reverted, **texts, **lists})
    return {
        **result,
        "attributes": {**reverted["attributes"], **attributes},
        "keys": _keys(profile, reverted, others, domain),
    }


def _text(profile: Profile, name: str) -> str | None:
    return cast("Mapping[str, str | None]", profile)[name]


def _items(profile: Profile, name: str) -> Sequence[object]:
    return cast("Mapping[str, Sequence[object]]", profile)[name]


def _with_items_of_others(
    name: str, profile: Profile, reverted: Profile, others: Sequence[Profile], domain: Domain
) -> list[object]:
    held = [item for each in others for item in _items(each, name)]
    stay = _in_order(
        _items(profile, name),
        _items(reverted, name),
        lambda item: not items_not_held(name, [item], held, domain),
    )
    return list(stay)


def _keys(
    profile: Profile, reverted: Profile, others: Sequence[Profile], domain: Domain
) -> dict[str, Sequence[str | SensitiveValue]]:
    keys: dict[str, Sequence[str | SensitiveValue]] = {}
    for name in dict.fromkeys([*reverted["keys"], *profile["keys"]]):
        held = [value for each in others for value in each["keys"].get(name, ())]
        key = domain.custom_keys.get(name)
        of_others: Collection[object] | HeldValues = (
            held if key is None else HeldValues(key, domain.default_region, held)
        )
        values = _in_order(
            profile["keys"].get(name, ()), reverted["keys"].get(name, ()), of_others.__contains__
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
