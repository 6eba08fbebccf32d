"""Unite the values of profiles that are merged, without I/O."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from service.crypto.sealed_values import master_id_of
from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import ValueSealed
from service.model.limits import (
    MAX_ATTRIBUTES,
    MAX_LIST_ITEMS,
    MAX_PROFILE_SEARCH_KEY_VALUES,
    MAX_PROFILE_SEARCH_KEYS,
)
from service.model.profile import LIST_FIELDS, TEXT_FIELDS, KeyValues, Profile
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.use_cases.held_values import HeldValues, items_not_held, values_not_held
from service.use_cases.profiles.merge_patch import has_name

ATTRIBUTE, KEY = "attributes.", "keys."
"""The prefixes of the names of attributes and search keys in the choice of fields."""
_UNKNOWN_FIELD = (
    "Must be a field of a profile, `attributes.` and the name of an attribute, or `keys.` and the name of a "
    "search key. One of the profiles must have the attribute or the search key."
)
_OTHER_PROFILE = "Must be the profile or one of `profile_ids`."
_NAMELESS = "The merged profile would have neither a first name nor a business name; choose another one."

Choice = Mapping[str, str]
"""The ID of the profile that a field is taken from, by field."""


def unite(target: Profile, sources: Sequence[Profile], choice: Choice, domain: Domain) -> Profile:
    """Return the target with the values of the sources.

    A text that the target does not have is that of the first source that has one. Lists and values of search
    keys are united: a value that is there already, in any notation, is not added again. ``choice`` replaces a
    text or an attribute by that of another profile, and puts its items of a list first. Raises
    ``InvalidRequest``, and ``ValueSealed`` if a value of a source cannot be decrypted.
    """
    _check_choice(choice, (target, *sources))
    _check_readable(sources)

    def in_order(name: str) -> list[Profile]:
        return sorted((target, *sources), key=lambda each: each["profile_id"] != choice.get(name))

    texts = {name: _text(name, in_order(name), is_chosen=name in choice) for name in TEXT_FIELDS}
    lists = {name: _list(name, in_order(name), domain) for name in LIST_FIELDS}
    names = dict.fromkeys(name for each in (target, *sources) for name in each["keys"])
    keys = {name: _key(name, in_order(KEY + name), domain) for name in names}
    attributes = _attributes((target, *sources), choice)
    united = cast("Profile", {**target, **texts, **lists, "attributes": attributes, "keys": keys})
    if errors := [*_errors(united, target, sources)]:
        raise InvalidRequest(errors)
    return united


def _text(name: str, profiles: Sequence[Profile], *, is_chosen: bool) -> str | None:
    texts = [cast("Mapping[str, str | None]", each)[name] for each in profiles]
    return texts[0] if is_chosen else next((text for text in texts if text is not None), None)


def _list(name: str, profiles: Sequence[Profile], domain: Domain) -> list[object]:
    items: list[object] = []
    for each in profiles:
        own = cast("Mapping[str, Sequence[object]]", each)[name]
        items += items_not_held(name, own, items, domain)
    return items


def _key(name: str, profiles: Sequence[Profile], domain: Domain) -> Sequence[str | SensitiveValue]:
    key = domain.custom_keys.get(name)
    values = [value for each in profiles for value in each["keys"].get(name, ())]
    if key is None:
        return [value for position, value in enumerate(values) if value not in values[:position]]
    return values_not_held(values, HeldValues(key, domain.default_region))


def _attributes(profiles: Sequence[Profile], choice: Choice) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for each in profiles:
        attributes = {**each["attributes"], **attributes}
    for name, profile_id in choice.items():
        if name.startswith(ATTRIBUTE):
            attribute = name.removeprefix(ATTRIBUTE)
            del attributes[attribute]
            chosen = next(each for each in profiles if each["profile_id"] == profile_id)
            if attribute in chosen["attributes"]:
                attributes[attribute] = chosen["attributes"][attribute]
    return attributes


def _check_choice(choice: Choice, profiles: Sequence[Profile]) -> None:
    """Raise ``InvalidRequest`` if a field is unknown, or is taken from another profile."""
    known = {
        *TEXT_FIELDS,
        *LIST_FIELDS,
        *(ATTRIBUTE + name for each in profiles for name in each["attributes"]),
        *(KEY + name for each in profiles for name in each["keys"]),
    }
    ids = {each["profile_id"] for each in profiles}
    # The pointers do not contain the names, because names of attributes can be personal.
    errors = {_UNKNOWN_FIELD: choice.keys() <= known, _OTHER_PROFILE: ids.issuperset(choice.values())}
    if invalid := [FieldError("/fields", text) for text, is_valid in errors.items() if not is_valid]:
        raise InvalidRequest(invalid)


def _check_readable(sources: Sequence[Profile]) -> None:
    """Raise ``ValueSealed`` if a value cannot be decrypted, so that it cannot be encrypted for the target."""
    for each in sources:
        for values in each["keys"].values():
            for value in values:
                if isinstance(value, SensitiveValue) and value.plain() is None:
                    raise ValueSealed(master_id_of(value.sealed or ""))


def _errors(united: Profile, target: Profile, sources: Sequence[Profile]) -> Iterator[FieldError]:
    # Profiles of Amazon's API can be nameless.
    if not has_name(united) and any(map(has_name, (target, *sources))):
        yield FieldError("/fields", _NAMELESS)
    before = dict(_sizes(target))
    for (name, limit), size in _sizes(united):
        if size > limit and size > before.get((name, limit), 0):
            text = f"The merged profile would have {size} {name}, but a profile has at most {limit}"
            yield FieldError("/profile_ids", f"{text}; remove some of them before, or merge fewer profiles.")


def _sizes(profile: Profile) -> Iterator[tuple[tuple[str, int], int]]:
    keys: KeyValues = profile["keys"]
    for name in LIST_FIELDS:
        yield (f"`{name}`", MAX_LIST_ITEMS), len(cast("Mapping[str, Sequence[object]]", profile)[name])
    for name, values in keys.items():
        yield (f"values of the search key `{name}`", MAX_LIST_ITEMS), len(values)
    yield ("`attributes`", MAX_ATTRIBUTES), len(profile["attributes"])
    yield ("custom search keys", MAX_PROFILE_SEARCH_KEYS), len(keys)
    values_in_all = sum(map(len, keys.values()))
    yield ("values of custom search keys", MAX_PROFILE_SEARCH_KEY_VALUES), values_in_all
