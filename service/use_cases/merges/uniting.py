"""Unite the values of profiles that are merged, without I/O."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from service.crypto.sealed_values import master_id_of
from service.errors.requests import FieldError, InvalidRequest
from service.errors.search_keys import ValueSealed
from service.model.amazon import PREFERENCES, RESERVED_ATTRIBUTES, TWINS
from service.model.identifiers import SEARCH_KEY_NAME
from service.model.limits import (
    MAX_ATTRIBUTES,
    MAX_LIST_ITEMS,
    MAX_PROFILE_SEARCH_KEY_VALUES,
    MAX_PROFILE_SEARCH_KEYS,
    MAX_RESERVED_ATTRIBUTES,
)
from service.model.merge import ATTRIBUTE, KEY, Choice, FieldSources
from service.model.personal_values import redact_text
from service.model.profile import LIST_FIELDS, TEXT_FIELDS, KeyValues, Profile
from service.model.sensitive import SensitiveValue
from service.store.domains.domain import Domain
from service.use_cases.amazon.merging import arrange
from service.use_cases.held_values import HeldValues, items_not_held, values_not_held
from service.use_cases.merges.labels import Item, with_labels
from service.use_cases.profiles.merge_patch import has_name

_UNKNOWN_FIELD = (
    "{} be a field of a profile, `attributes.` and the name of an attribute, or `keys.` and the name of a "
    "search key. One of the profiles must have the attribute or the search key."
)
_OTHER_PROFILE = "{} be one of the profiles of the merge."
_NAMELESS = "The merged profile would have neither a first name nor a business name; choose another profile."

_OWNERS = {RESERVED_ATTRIBUTES + name: field for name, (field, _) in TWINS.items()}
"""Attributes that describe a text, each with the field of the text. They are taken from the same profile."""


@dataclass(frozen=True, slots=True)
class Options:
    """How profiles are united. ``choice`` has the profiles from which our fields are taken."""

    choice: Choice
    fills_labels: bool = True
    """Whether a value without a label gets that of the same value in another profile."""


def arranged_for(sources: FieldSources, profiles: Sequence[Profile]) -> tuple[Options, Sequence[Profile]]:
    """Return the options and the profiles as ``unite`` needs them, the target first.

    Raises ``InvalidRequest`` if a member of Amazon's API is taken from a profile that is not in the merge.
    """
    if not sources.is_amazon:
        return Options(sources.choice), profiles
    choice, arranged = arrange(sources.choice, profiles)
    # In Amazon's API, a value without a label is a member of its own, such as ``PhoneNumber``.
    return Options(choice, fills_labels=False), arranged


def unite(target: Profile, sources: Sequence[Profile], options: Options, domain: Domain) -> Profile:
    """Return the target with the values of the sources.

    A text or an attribute that the target does not have is that of the first source that has one. Lists and
    values of search keys are united: a value that is there already, in any notation, is not added again. If
    the choice has a profile for a text or an attribute, it is that of this profile, even if this has none. In
    a list or a search key, the items of the chosen profile are first. Nothing is checked: see
    ``check_fields``, ``check_readable`` and ``check_limits``.
    """
    choice = options.choice

    def in_order(name: str) -> list[Profile]:
        return _in_order((target, *sources), choice.get(name))

    texts = _texts(choice, (target, *sources))
    lists = {name: _list(name, in_order(name), options, domain) for name in LIST_FIELDS}
    names = dict.fromkeys(name for each in (target, *sources) for name in each["keys"])
    keys = {name: _key(name, in_order(KEY + name), domain) for name in names}
    owners = {
        marker: _owner(field, in_order(field), is_chosen=field in choice) for marker, field in _OWNERS.items()
    }
    attributes = _attributes((target, *sources), owners, choice)
    return cast("Profile", {**target, **texts, **lists, "attributes": attributes, "keys": keys})


def _in_order(profiles: Sequence[Profile], first_id: str | None) -> list[Profile]:
    return sorted(profiles, key=lambda each: each["profile_id"] != first_id)


def _owner(name: str, profiles: Sequence[Profile], *, is_chosen: bool) -> Profile:
    """Return the profile from which a text is taken. A chosen profile is the first of ``profiles``."""
    has_text = (each for each in profiles if _field(each, name) is not None)
    return profiles[0] if is_chosen else next(has_text, profiles[0])


def _field(profile: Profile, name: str) -> str | None:
    return cast("Mapping[str, str | None]", profile)[name]


def _texts(choice: Choice, profiles: Sequence[Profile]) -> dict[str, str | None]:
    return {
        name: _field(_owner(name, _in_order(profiles, choice.get(name)), is_chosen=name in choice), name)
        for name in TEXT_FIELDS
    }


def _list(name: str, profiles: Sequence[Profile], options: Options, domain: Domain) -> list[Item]:
    lists = [cast("Mapping[str, Sequence[Item]]", each)[name] for each in profiles]
    # All items of the first list stay: it can have the same number with two types.
    items = list(lists[0])
    for each in lists[1:]:
        items += cast("list[Item]", items_not_held(name, each, items, domain))
    return with_labels(name, items, lists, domain) if options.fills_labels else items


def _key(name: str, profiles: Sequence[Profile], domain: Domain) -> Sequence[str | SensitiveValue]:
    key = domain.custom_keys.get(name)
    values = [value for each in profiles for value in each["keys"].get(name, ())]
    if key is None:
        return [value for position, value in enumerate(values) if value not in values[:position]]
    return values_not_held(values, HeldValues(key, domain.default_region))


def _attributes(profiles: Sequence[Profile], owners: Mapping[str, Profile], choice: Choice) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for each in profiles:
        units = set(map(_unit, attributes))
        own = {name: value for name, value in each["attributes"].items() if _unit(name) not in units}
        attributes |= {name: value for name, value in own.items() if owners.get(name, each) is each}
    for name, profile_id in choice.items():
        if name.startswith(ATTRIBUTE):
            attribute = name.removeprefix(ATTRIBUTE)
            attributes.pop(attribute, None)
            chosen = next(each for each in profiles if each["profile_id"] == profile_id)
            if attribute in chosen["attributes"]:
                attributes[attribute] = chosen["attributes"][attribute]
    return attributes


def _unit(attribute: str) -> str:
    """Return the same text for all attributes that a merge takes together from one profile.

    These are the attributes of one list of Amazon's engagement preferences. All others are taken alone.
    """
    return ".".join(attribute.split(".", 2)[:2]) if attribute.startswith(PREFERENCES) else attribute


def check_fields(sources: FieldSources, profiles: Sequence[Profile]) -> tuple[Options, Sequence[Profile]]:
    """Return what ``arranged_for`` returns.

    Raises ``InvalidRequest`` if a field of the choice is unknown, or is taken from a profile that is not in
    the merge, or if the choice removes all names. Profiles of Amazon's API can be nameless.
    """
    options, arranged = arranged_for(sources, profiles)
    _check_choice(options.choice, arranged)
    united = cast("Profile", {**arranged[0], **_texts(options.choice, arranged)})
    if not sources.is_amazon and not has_name(united) and any(map(has_name, profiles)):
        raise InvalidRequest([FieldError("/fields", _NAMELESS)])
    return options, arranged


def _check_choice(choice: Choice, profiles: Sequence[Profile]) -> None:
    """Raise ``InvalidRequest`` with an error for each field that ``check_fields`` does not allow."""
    known = {
        *TEXT_FIELDS,
        *LIST_FIELDS,
        *(ATTRIBUTE + name for each in profiles for name in each["attributes"]),
        *(KEY + name for each in profiles for name in each["keys"]),
    }
    ids = {each["profile_id"] for each in profiles}
    errors = [
        _wrong_field(name, position, _OTHER_PROFILE if name in known else _UNKNOWN_FIELD)
        for position, (name, profile_id) in enumerate(choice.items(), 1)
        if name not in known or profile_id not in ids
    ]
    if errors:
        raise InvalidRequest(errors)


def _wrong_field(name: str, position: int, text: str) -> FieldError:
    """Return the error of a field of the choice.

    A name that can be personal, as that of an attribute, is replaced by its position.
    """
    if SEARCH_KEY_NAME.fullmatch(name.removeprefix(KEY)) and redact_text(name) == name:
        return FieldError(f"/fields/{name}", text.format("Must"))
    return FieldError("/fields", text.format(f"Member {position} must"))


def check_readable(sources: Sequence[Profile]) -> None:
    """Raise ``ValueSealed`` if a value cannot be decrypted: then it cannot be encrypted for the target."""
    for each in sources:
        for values in each["keys"].values():
            for value in values:
                if isinstance(value, SensitiveValue) and value.plain() is None:
                    raise ValueSealed(master_id_of(value.sealed or ""))


def check_limits(united: Profile, target: Profile) -> None:
    """Raise ``InvalidRequest`` if the united profile exceeds a limit, and exceeds it more than the target."""
    if errors := [*_exceeded(united, target)]:
        raise InvalidRequest(errors)


def _exceeded(united: Profile, target: Profile) -> Iterator[FieldError]:
    before = dict(_sizes(target))
    for (name, limit), size in _sizes(united):
        if size > limit and size > before.get((name, limit), 0):
            text = f"The merged profile would have {size} {name}, but a profile has at most {limit}"
            yield FieldError("/profile_ids", f"{text}; remove some of them first, or merge fewer profiles.")


def _sizes(profile: Profile) -> Iterator[tuple[tuple[str, int], int]]:
    keys: KeyValues = profile["keys"]
    for name in LIST_FIELDS:
        yield (f"`{name}`", MAX_LIST_ITEMS), len(cast("Mapping[str, Sequence[object]]", profile)[name])
    for name, values in keys.items():
        yield (f"values of the search key `{name}`", MAX_LIST_ITEMS), len(values)
    reserved = sum(name.startswith(RESERVED_ATTRIBUTES) for name in profile["attributes"])
    yield ("`attributes`", MAX_ATTRIBUTES), len(profile["attributes"]) - reserved
    yield (f"`attributes` {RESERVED_ATTRIBUTES}…", MAX_RESERVED_ATTRIBUTES), reserved
    yield ("custom search keys", MAX_PROFILE_SEARCH_KEYS), len(keys)
    values_in_all = sum(map(len, keys.values()))
    yield ("values of custom search keys", MAX_PROFILE_SEARCH_KEY_VALUES), values_in_all
