"""Convert profiles between our fields and the members of Amazon's Profile.

**Texts.** ``FirstName`` and six other members are text fields of our profiles.

**Phone numbers, e-mail addresses and postal addresses.** Each member shows one entry of a list: the first one
with the best of the member's types, see ``PLACES``. The best entry for ``PhoneNumber``, ``EmailAddress`` and
``Address`` is one without a type. An update changes the entry that is shown, which keeps its type and
position, or appends an entry if none is shown. An empty text removes the entry; the member then shows the
next one, if any. All other entries stay, also those with a type that Amazon does not have, such as `fax`.

**PartyType and Gender.** Each has a twin for free text, such as ``GenderString``, but we have one field for
both. If its value is in the enum, ``Gender`` shows it, otherwise ``GenderString``. Only in two cases, an
attribute ``aws:Gender`` is stored too. If both members were sent, it has the value of ``Gender``, and the
field has that of ``GenderString``. If only ``GenderString`` was sent, with a value of the enum, it is
``NONE``.

**ProfileType and EngagementPreferences** have no field. They become attributes, so that clients of ``/v1``
and exports have them too: ``aws:ProfileType``, ``aws:EngagementPreferences.Phone.1.KeyName``. Names that
begin with ``aws:`` are reserved for this. ``Attributes`` shows all other attributes.

Phonetic names and the values of custom search keys are not members. An update keeps them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, cast

from service.errors.requests import FieldError, InvalidRequest
from service.model.amazon import (
    ADDRESS_LINES,
    PLACES,
    PREFERENCES,
    PROFILE_TYPE,
    RESERVED_ATTRIBUTES,
    TEXTS,
    TWINS,
    Place,
    ProfileType,
)
from service.model.limits import MAX_LIST_ITEMS
from service.model.profile import EMPTY_PROFILE, Profile, ProfileFields, ProfilePatch
from service.use_cases.amazon.entries import Entry, lines_of, position_of, shown_entry

_NO_MEMBER = "NONE"
_LISTS = ("Phone", "Email")
_PREFERENCE_MEMBERS = ("KeyName", "KeyValue", "ProfileId", "ContactType")
_PREFERENCE = re.compile(
    rf"{re.escape(PREFERENCES)}({'|'.join(_LISTS)})\.([0-9]{{1,9}})\.({'|'.join(_PREFERENCE_MEMBERS)})"
)

Members = Mapping[str, Any]
"""The members of a profile, by Amazon's names."""


def to_members(profile: Profile) -> dict[str, Any]:
    """Return the members of a profile that have a value."""
    attributes = profile["attributes"]
    own = {name: value for name, value in attributes.items() if not name.startswith(RESERVED_ATTRIBUTES)}
    members = {
        "ProfileId": profile["profile_id"],
        **_values(profile),
        "Attributes": own,
        "EngagementPreferences": _preferences(attributes),
    }
    if attributes.get(PROFILE_TYPE) in set(ProfileType):
        members["ProfileType"] = attributes[PROFILE_TYPE]
    return {name: value for name, value in members.items() if value}


def new_fields(members: Members) -> ProfilePatch:
    """Return the fields of a new profile. Raises ``InvalidRequest``."""
    changed = changed_fields(EMPTY_PROFILE, members)
    attributes = {name: value for name, value in changed.get("attributes", {}).items() if value is not None}
    fields = {**changed, "attributes": attributes}
    return {name: value for name, value in fields.items() if value}


def changed_fields(stored: ProfileFields, members: Members) -> ProfilePatch:
    """Return a merge patch that sets the members in a stored profile. An empty text removes a value.

    Absent members, address lines and attributes do not change. A list of engagement preferences replaces the
    whole list. Raises ``InvalidRequest``.
    """
    patch: dict[str, Any] = {own: members[name] or None for name, own in TEXTS.items() if name in members}
    attributes = _changed_attributes(members)
    for enum_name, (field, enum) in TWINS.items():
        if members.keys() & {enum_name, f"{enum_name}String"}:
            patch[field], attributes[RESERVED_ATTRIBUTES + enum_name] = _merge_twins(
                stored, enum_name, enum, members
            )
    if "ProfileType" in members:
        attributes[PROFILE_TYPE] = members["ProfileType"]
    attributes |= _changed_preferences(stored["attributes"], members.get("EngagementPreferences", {}))
    if attributes:
        patch["attributes"] = attributes
    # In this order, so that all attempts of a call have the same fingerprint.
    for name in filter(members.__contains__, PLACES):
        _set_entry(stored, patch, name, members[name])
    return patch


def _values(profile: ProfileFields) -> dict[str, Any]:
    """Return the members that are fields or entries of lists. They are None or absent without a value."""
    fields = cast("Mapping[str, Any]", profile)
    twins = (_read_twins(profile, enum_name, enum) for enum_name, (_, enum) in TWINS.items())
    return {
        **{name: fields[own] for name, own in TEXTS.items()},
        **{name: value for pair in twins for name, value in pair.items()},
        **{name: _shown(fields[place.field], place) for name, place in PLACES.items()},
    }


def _shown(entries: Sequence[Entry], place: Place) -> str | dict[str, str] | None:
    """Return the value of the entry that a member shows, or None."""
    entry = shown_entry(entries, place)
    if entry is None:
        return None
    return cast("str", entry["value"]) if "value" in entry else lines_of(entry)


def _set_entry(stored: ProfileFields, patch: dict[str, Any], name: str, new: str | Mapping[str, str]) -> None:
    """Change, append or remove the entry that a member shows, in the patch."""
    place = PLACES[name]
    entries: list[Mapping[str, Any]] = list(patch.get(place.field, stored[place.field]))
    position = position_of(entries, place)
    old = {"type": place.types[0]} if position is None else entries[position]
    entry = _changed_value(old, new) if isinstance(new, str) else _changed_address(old, new)
    changed = [] if entry is None else [entry]
    position = len(entries) if position is None else position
    patch[place.field] = [*entries[:position], *changed, *entries[position + 1 :]]
    if len(patch[place.field]) > MAX_LIST_ITEMS:
        too_many = f"A profile has at most {MAX_LIST_ITEMS} phone numbers, e-mail and postal addresses each."
        raise InvalidRequest([FieldError(f"/{name}", too_many)])


def _changed_value(old: Mapping[str, Any], value: str) -> Mapping[str, Any] | None:
    if not value or value == old.get("value"):
        return old if value else None
    # A new number has to be parsed.
    others = {name: each for name, each in old.items() if name not in {"e164", "region"}}
    return {**others, "value": value}


def _changed_address(old: Mapping[str, Any], lines: Mapping[str, str]) -> Mapping[str, Any] | None:
    address = {**old, **{own: lines[name] or None for name, own in ADDRESS_LINES.items() if name in lines}}
    return address if lines_of(address) else None


def _read_twins(profile: ProfileFields, enum_name: str, enum: type[StrEnum]) -> dict[str, str]:
    """Return the members that show a field with a twin: none, one or both."""
    value = cast("Mapping[str, str | None]", profile)[TWINS[enum_name][0]]
    if value is None:
        return {}
    text, marker = {f"{enum_name}String": value}, profile["attributes"].get(RESERVED_ATTRIBUTES + enum_name)
    if marker in set(enum):
        return {enum_name: str(marker), **text}
    return text if marker == _NO_MEMBER or value not in set(enum) else {enum_name: value}


def _merge_twins(
    stored: ProfileFields, enum_name: str, enum: type[StrEnum], members: Members
) -> tuple[str | None, str | None]:
    """Return the value of the field, and that of the attribute such as ``aws:Gender``."""
    merged = {**_read_twins(stored, enum_name, enum), **members}
    member, text = merged.get(enum_name), merged.get(f"{enum_name}String")
    if not text:
        return member, None
    return text, member or (_NO_MEMBER if text in set(enum) else None)


def _changed_attributes(members: Members) -> dict[str, str | None]:
    attributes: Mapping[str, str] = members.get("Attributes", {})
    if any(name.startswith(RESERVED_ATTRIBUTES) for name in attributes):
        reserved = f"Names of attributes must not begin with {RESERVED_ATTRIBUTES}, which is reserved."
        raise InvalidRequest([FieldError("/Attributes", reserved)])
    return {name: value or None for name, value in attributes.items()}


def _preferences(attributes: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    """Return the engagement preferences of a profile."""
    found: dict[str, dict[int, dict[str, str]]] = {name: {} for name in _LISTS}
    for name, value in attributes.items():
        if match := _PREFERENCE.fullmatch(name):
            found[match[1]].setdefault(int(match[2]), {})[match[3]] = value
    return {name: [items[number] for number in sorted(items)] for name, items in found.items() if items}


def _changed_preferences(
    stored: Mapping[str, str], lists: Mapping[str, list[Mapping[str, str]]]
) -> dict[str, str | None]:
    """Return the changes of attributes that replace these lists of engagement preferences."""
    removed = {name: None for name in stored if (match := _PREFERENCE.fullmatch(name)) and match[1] in lists}
    return {**removed, **dict(_named_preferences(lists))}


def _named_preferences(lists: Mapping[str, list[Mapping[str, str]]]) -> Iterator[tuple[str, str]]:
    for name, preferences in lists.items():
        for number, preference in enumerate(preferences, start=1):
            for member, value in preference.items():
                if value:
                    yield f"{PREFERENCES}{name}.{number}.{member}", value
