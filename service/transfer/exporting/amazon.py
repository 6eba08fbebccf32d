"""Convert profiles to those of Amazon Connect Customer Profiles."""

from collections.abc import Iterator, Mapping, Sequence

from service.model.amazon import ADDRESS_LINES, PLACES, TEXTS
from service.transfer.json_types import JsonMapping, JsonObject

_TEXTS = {
    "ProfileId": "profile_id",
    **TEXTS,
    "GenderString": "gender",
    "PartyTypeString": "party_type",
}
_OTHER_TEXTS = ("phonetic_first_name", "phonetic_last_name")
"""Fields that Amazon Connect does not have. They become attributes."""
_DEFAULTS = {"phone_numbers": "PhoneNumber", "email_addresses": "EmailAddress", "addresses": "Address"}
_NAMES = {
    field: {kind: name for name, place in PLACES.items() if place.field == field for kind in place.types}
    for field in _DEFAULTS
}
"""For each list, the member of Amazon Connect for each type of an entry, such as ``mobile``."""


def to_amazon(profile: JsonMapping) -> tuple[JsonObject, int]:
    """Return the profile with Amazon Connect's field names, and the number of values that are left out.

    The first entry of each type, such as ``mobile``, has a field, and so has the first other entry of the
    list. Attributes, phonetic names and the first value of each custom search key become ``Attributes``. If
    two of them have the same name, the attribute counts, then the search key.
    """
    result = {name: profile[own] for name, own in _TEXTS.items() if profile[own] is not None}
    lost = 0
    for field, default in _DEFAULTS.items():
        for item in profile[field]:
            name = _free_name(result, _NAMES[field].get(str(item["type"]).lower()), default)
            if name is None:
                lost += 1
            else:
                result[name] = _value(item)
    pairs = list(_attributes(profile))
    attributes = dict(pairs)
    lost += len(pairs) - len(attributes)
    lost += sum(len(values) - 1 for values in profile["keys"].values() if values)
    if attributes:
        result["Attributes"] = attributes
    return result, lost


def flatten(profile: JsonMapping) -> dict[str, str]:
    """Return the cells of an Amazon profile by columns such as ``Address.City`` and ``Attributes.tier``."""
    return {
        column: value
        for name, content in profile.items()
        for column, value in (
            ((f"{name}.{member}", each) for member, each in content.items())
            if isinstance(content, Mapping)
            else ((name, content),)
        )
    }


def _free_name(result: JsonMapping, named: str | None, default: str) -> str | None:
    """Return the field for the type, else the field for other entries, or None if both are taken."""
    return next((name for name in (named, default) if name is not None and name not in result), None)


def _value(item: JsonMapping) -> str | dict[str, str]:
    if "value" in item:
        value: str = item.get("e164") or item["value"]
        return value
    return {name: item[own] for name, own in ADDRESS_LINES.items() if item[own] is not None}


def _attributes(profile: JsonMapping) -> Iterator[tuple[str, str]]:
    for name in _OTHER_TEXTS:
        if profile[name] is not None:
            yield name, profile[name]
    keys: Mapping[str, Sequence[str]] = profile["keys"]
    for name, values in keys.items():
        if values:
            yield name, values[0]
    yield from profile["attributes"].items()
