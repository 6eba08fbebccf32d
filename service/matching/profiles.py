"""What a profile is found by."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from service.matching import lookup, name, phone
from service.matching.search_keys import BUILT_IN, SearchKey, entries


@dataclass(frozen=True, slots=True)
class Index:
    """The lookup entries of a profile, and those that no other may have; sorted, without duplicates."""

    lookup: list[str]
    unique: list[str]


def index(profile: Mapping[str, Any], search_keys: Mapping[str, SearchKey], region: str) -> Index:
    """Return what a profile is found by.

    ``search_keys`` are the domain's custom keys by name; a value of a key that is not among them is not
    indexed. ``region`` is the domain's default region. A phone number's ``e164`` is taken as it was computed,
    and is to be computed by the same rules (``stored_numbers``); one that has none is read again.
    """
    custom = list(_custom(profile, search_keys, region))
    unique = {entry for key, entry in custom if key.unique}
    found = {entry for _, entry in custom}
    found.update(
        _phones(profile, region),
        _names(profile),
        _values("email", (item["value"] for item in profile.get("email_addresses") or ())),
        _values("account", [_text(profile, "account_number")]),
        _values("profile_id", [_text(profile, "profile_id")]),
    )
    return Index(lookup=sorted(found), unique=sorted(unique))


def _custom(
    profile: Mapping[str, Any], search_keys: Mapping[str, SearchKey], region: str
) -> Iterator[tuple[SearchKey, str]]:
    for key_name, values in (profile.get("keys") or {}).items():
        key = search_keys.get(key_name)
        if key is not None:
            yield from ((key, entry) for value in values for entry in entries(key, value, region))


def _values(key: str, values: Iterable[str]) -> Iterator[str]:
    for value in values:
        yield from entries(BUILT_IN[key], value, "")


def _phones(profile: Mapping[str, Any], region: str) -> Iterator[str]:
    for item in profile.get("phone_numbers") or ():
        if item["value"].strip():
            number = item.get("e164") or phone.e164(item["value"], region)
            yield lookup.entry("phone", number or phone.raw(item["value"]))


def _names(profile: Mapping[str, Any]) -> Iterator[str]:
    first, middle, last, phonetic_first, phonetic_last, business = (
        _text(profile, field)
        for field in (
            "first_name",
            "middle_name",
            "last_name",
            "phonetic_first_name",
            "phonetic_last_name",
            "business_name",
        )
    )
    person, phonetic = name.stored(first, middle, last), name.stored(phonetic_first, "", phonetic_last)
    mixed = name.mixed((first, phonetic_last), (phonetic_first, last))
    yield from _entries("name", person.full, phonetic.full, name.spellings(business))
    yield from _entries(lookup.alike("name"), person.alike, phonetic.alike, mixed)
    yield from _entries(lookup.parts("name"), person.parts, phonetic.parts)


def _entries(family: str, *forms: tuple[str, ...]) -> Iterator[str]:
    return (lookup.entry(family, form) for form in chain.from_iterable(forms))


def _text(profile: Mapping[str, Any], field: str) -> str:
    return profile.get(field) or ""
