"""Translate MergeProfiles of Amazon's API into a merge of our profiles, without I/O.

A member that the main profile does not have is taken from the first of the other profiles that has it.
``FieldSourceProfileIds`` chooses the profile for a member. If that profile does not have the member, the
merged profile does not have it either.

**Texts and attributes** are fields, for which our merges can choose a profile too.

**Phone numbers, e-mail addresses and postal addresses** are entries of lists, which a merge unites. So before
the merge, the entry that a member must show is put into the list of the main profile, in front of all others
with its type. If an entry of a better type would hide it, it gets the best type. If the chosen profile has no
such member, the entries of all profiles that the member would show get the type `other`, which no member
shows. Searches still find them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, cast

from service.errors.requests import FieldError, InvalidRequest
from service.model.amazon import (
    PLACES,
    PREFERENCES,
    PROFILE_TYPE,
    RESERVED_ATTRIBUTES,
    TEXTS,
    TWINS,
    Place,
)
from service.model.merge import ATTRIBUTE, Choice
from service.model.profile import LIST_FIELDS, Profile
from service.use_cases.amazon.entries import Entry, lines_of, position_of, rank_of, shown_entry

_ATTRIBUTES = "Attributes."
_HIDDEN_TYPE = "other"
_FIELDS = {**TEXTS, **{name: field for name, (field, _) in TWINS.items()}}
_RESERVED = f"Names of attributes must not begin with {RESERVED_ATTRIBUTES}, which is reserved."
_OTHER_PROFILE = "Must be MainProfileId or one of ProfileIdsToBeMerged."


def choice_of(sources: Mapping[str, Any]) -> Choice:
    """Return the chosen profile of each member in ``FieldSourceProfileIds``. Raises ``InvalidRequest``."""
    attributes: Mapping[str, str] = sources.get("Attributes", {})
    if any(name.startswith(RESERVED_ATTRIBUTES) for name in attributes):
        raise InvalidRequest([FieldError("/FieldSourceProfileIds/Attributes", _RESERVED)])
    members = {name: profile_id for name, profile_id in sources.items() if name != "Attributes"}
    return {**members, **{_ATTRIBUTES + name: profile_id for name, profile_id in attributes.items()}}


def arrange(choice: Choice, profiles: Sequence[Profile]) -> tuple[Choice, Sequence[Profile]]:
    """Return the choice by our fields, and the profiles with changed lists.

    The lists are such that the merged profile shows the right entries. The first profile is the main one.
    Raises ``InvalidRequest`` if the profile of a member is not among them.
    """
    positions = {each["profile_id"]: position for position, each in enumerate(profiles)}
    for member, profile_id in choice.items():
        if profile_id not in positions:
            name = member.partition(".")[0]
            raise InvalidRequest([FieldError(f"/FieldSourceProfileIds/{name}", _OTHER_PROFILE)])
    lists = [{name: list(_entries(each, name)) for name in LIST_FIELDS} for each in profiles]
    for member, place in PLACES.items():
        chosen = None if member not in choice else positions[choice[member]]
        _arrange_entries(place, [each[place.field] for each in lists], chosen)
    arranged = [cast("Profile", {**each, **own}) for each, own in zip(profiles, lists, strict=True)]
    attributes = {name for each in profiles for name in each["attributes"]}
    fields = {
        field: profile_id for member, profile_id in choice.items() for field in _fields_of(member, attributes)
    }
    return fields, arranged


def _entries(profile: Profile, name: str) -> Sequence[Entry]:
    return cast("Mapping[str, Sequence[Entry]]", profile)[name]


def _fields_of(member: str, attributes: Collection[str]) -> Iterator[str]:
    """Yield the fields of a member in the choice of our merges. A member that shows an entry has none."""
    if member in _FIELDS:
        yield _FIELDS[member]
    elif member == "EngagementPreferences":
        yield from (ATTRIBUTE + name for name in attributes if name.startswith(PREFERENCES))
    elif member == "ProfileType" or member.startswith(_ATTRIBUTES):
        name = PROFILE_TYPE if member == "ProfileType" else member.removeprefix(_ATTRIBUTES)
        if name in attributes:
            yield ATTRIBUTE + name


def _arrange_entries(place: Place, lists: Sequence[list[Entry]], chosen: int | None) -> None:
    """Change the lists so that the member shows the right entry after the merge.

    ``chosen`` is the position of the profile from which the entry is taken. If it is None, the entry is taken
    from the first profile that has one.
    """
    shown = [shown_entry(each, place) for each in lists]
    source = chosen if chosen is not None else _first(shown)
    if source is None:
        return
    entry = shown[source]
    if entry is None:
        for each in lists:
            each[:] = [_hide(other, place) for other in each]
        return
    if any(_is_better(other, entry, place) for each in lists for other in each):
        entry = {**entry, "type": place.types[0]}
    own = lists[0]
    position = position_of(own, place)
    if position is None:
        own.append(entry)
    elif source == 0:
        own[position] = entry
    else:
        value, later = _value_of(entry), own[position:]
        others = [each for each in later if rank_of(each, place) is None or _value_of(each) != value]
        own[position:] = [entry, *others]


def _first(shown: Sequence[Entry | None]) -> int | None:
    return next((position for position, entry in enumerate(shown) if entry is not None), None)


def _hide(entry: Entry, place: Place) -> Entry:
    return entry if rank_of(entry, place) is None else {**entry, "type": _HIDDEN_TYPE}


def _is_better(other: Entry, entry: Entry, place: Place) -> bool:
    """Return whether a member would show ``other`` even if ``entry`` came first."""
    rank, own_rank = rank_of(other, place), rank_of(entry, place)
    return rank is not None and own_rank is not None and rank < own_rank


def _value_of(entry: Entry) -> object:
    """Return what two entries with the same value have in common."""
    return entry.get("e164") or entry.get("value") or lines_of(entry)
