"""Targets of the fields of an object: members of a profile that they set, such as ``_profile.Address.City``.

The targets ``_order.``, ``_asset.`` and ``_case.`` are accepted, but set nothing: there are no standard
objects except profiles, and the object itself is stored whole.
"""

from collections.abc import Mapping
from typing import Any

from service.model.amazon import ADDRESS_LINES, CONTACT_TYPES, PLACES, RESERVED_ATTRIBUTES, TEXTS
from service.model.limits import MAX_VALUE_LENGTH

_PROFILE = "_profile."
_WITHOUT_EFFECT = ("_order.", "_asset.", "_case.")
_MEMBERS = frozenset(
    {*TEXTS, *CONTACT_TYPES, "PartyType", "PartyTypeString", "Gender", "GenderString", "ProfileType"}
)
_ADDRESSES = frozenset(PLACES.keys() - _MEMBERS)
_ATTRIBUTES = "Attributes"


def is_target(target: str) -> bool:
    """Return whether this is the target of a field, with or without effect."""
    if target.startswith(_WITHOUT_EFFECT):
        return True
    if not target.startswith(_PROFILE):
        return False
    name, _, inner = target.removeprefix(_PROFILE).partition(".")
    if name == _ATTRIBUTES:
        return 0 < len(inner.strip()) <= MAX_VALUE_LENGTH and not inner.startswith(RESERVED_ATTRIBUTES)
    return inner in ADDRESS_LINES if name in _ADDRESSES else name in _MEMBERS and not inner


def sets_member(target: str) -> bool:
    """Return whether a field with this target sets a member of a profile."""
    return target.startswith(_PROFILE)


def set_member(members: dict[str, Any], target: str, value: str) -> None:
    """Set the member of a profile that the target names. Changes ``members``."""
    name, _, inner = target.removeprefix(_PROFILE).partition(".")
    if inner:
        members.setdefault(name, {})[inner.strip()] = value
    else:
        members[name] = value


def texts_in(members: Mapping[str, Any]) -> set[str]:
    """Return the values of the members that are texts. Those of addresses and attributes are not included."""
    return {value for value in members.values() if isinstance(value, str)}
