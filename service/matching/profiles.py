"""What a profile is found by."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
from typing import Any

from service.matching import index_terms as lookup
from service.matching import name, phone
from service.matching.search_keys import identifying_terms, index_terms, term_fields
from service.model.profile import Profile
from service.model.search_key import BUILT_IN, SearchKey
from service.model.sensitive import SensitiveValue

KEY_OF_FIELD: Mapping[str, str] = MappingProxyType(
    {
        "first_name": "name",
        "middle_name": "name",
        "last_name": "name",
        "phonetic_first_name": "name",
        "phonetic_last_name": "name",
        "business_name": "name",
        "account_number": "account",
        "phone_numbers": "phone",
        "email_addresses": "email",
    }
)
"""The built-in search key that a field holds values of; those of custom keys stand in ``keys``."""


@dataclass(frozen=True, slots=True)
class Index:
    """The lookup entries of a profile, and those that no other may have; sorted, without duplicates."""

    lookup: list[str]
    unique: list[str]
    definitions: Mapping[str, SearchKey | None] = field(default_factory=dict, compare=False)
    """The custom search keys that the profile holds, by name; None for an undefined key."""


def index(
    profile: Mapping[str, Any],
    search_keys: Mapping[str, SearchKey],
    region: str,
    before: Mapping[str, Any] | None = None,
) -> Index:
    """Return what a profile is found by.

    ``search_keys`` are the domain's custom keys by name; of an undefined key only its name is indexed, not
    its values. ``region`` is the domain's default region. A phone number's ``e164`` is taken
    as it was computed, and is to be computed by the same rules (``stored_numbers``); one that has none is
    read again. ``before`` is the profile as it is stored, with its entries: those of values that cannot be
    opened stay.
    """
    found: set[str] = set()
    unique: set[str] = set()
    for made, owned in _custom(profile, search_keys, region, before or {}):
        found.update(made)
        # Another person may be found by the other entries of a value, but owns these.
        unique.update(owned)
    held = [name for name, values in (profile.get("keys") or {}).items() if values]
    found.update(
        map(lookup.held, held),
        _phones(profile, region),
        _names(profile),
        _values("email", (item["value"] for item in profile.get("email_addresses") or ())),
        _values("account", [_text(profile, "account_number")]),
        # It is ours, and written in one way.
        _entries("profile_id", (profile["profile_id"],) if "profile_id" in profile else ()),
    )
    definitions = {name: search_keys.get(name) for name in held}
    return Index(lookup=sorted(found), unique=sorted(unique), definitions=definitions)


def wrap_sensitive(profile: Profile, search_keys: Mapping[str, SearchKey]) -> Profile:
    """Return the profile with each value of a sensitive custom key wrapped, so that it is shown masked.

    A value of a key that is sensitive now may be stored in plain: by a release without sensitive keys, or
    because the definition was changed in the database.
    """
    return {
        **profile,
        "keys": {
            name: [SensitiveValue(value) if isinstance(value, str) else value for value in values]
            if (key := search_keys.get(name)) and key.sensitive
            else values
            for name, values in profile["keys"].items()
        },
    }


def _custom(
    profile: Mapping[str, Any], search_keys: Mapping[str, SearchKey], region: str, before: Mapping[str, Any]
) -> Iterator[tuple[Iterable[str], Iterable[str]]]:
    """Yield the entries of each value, and those of them that no other profile may have."""
    for key_name, values in (profile.get("keys") or {}).items():
        key = search_keys.get(key_name)
        if key is None:
            continue
        if key.sensitive and not all(isinstance(value, SensitiveValue) for value in values):
            # It would be stored as it is.
            raise TypeError(key_name)
        for value in values:
            yield index_terms(key, value, region), identifying_terms(key, value, region) if key.unique else ()
        if any(isinstance(value, SensitiveValue) and value.plain() is None for value in values):
            held = _unexplained(before, key, region)
            yield held, held if key.unique else ()


def _unexplained(profile: Mapping[str, Any], key: SearchKey, region: str) -> set[str]:
    """Return the entries of the key that a stored profile has, but for those of values that can be opened."""
    own = term_fields(key)
    held = {entry for entry in profile.get("lookup", ()) if entry.partition(":")[0] in own}
    values = profile.get("keys", {}).get(key.name, ())
    return held.difference(entry for value in values for entry in index_terms(key, value, region))


def _values(key: str, values: Iterable[str]) -> Iterator[str]:
    for value in values:
        yield from index_terms(BUILT_IN[key], value, "")


def _phones(profile: Mapping[str, Any], region: str) -> Iterator[str]:
    for item in profile.get("phone_numbers") or ():
        if item["value"].strip() and not phone.is_withheld(item["value"]):
            yield lookup.entry("phone", item.get("e164") or phone.kept(item["value"], region))


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
