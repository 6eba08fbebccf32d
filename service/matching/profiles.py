"""Compute the index terms of whole profiles."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from service.matching import name, phone
from service.matching.name import company, romaji
from service.matching.search_keys import identifying_terms, index_terms, term_fields
from service.matching.terms import COMPANY, INITIALS, PART, ROMAJI, SIMILAR, presence_term, term
from service.model.profile import Profile
from service.model.search_key import BUILT_IN, SearchKey
from service.model.sensitive import SensitiveValue

_NAMES = (
    "first_name",
    "middle_name",
    "last_name",
    "phonetic_first_name",
    "phonetic_last_name",
    "business_name",
)
_OTHERS = {"account_number": "account", "phone_numbers": "phone", "email_addresses": "email"}
KEY_OF_FIELD: Mapping[str, str] = MappingProxyType(dict.fromkeys(_NAMES, "name") | _OTHERS)
"""The built-in search key of each indexed field. Values of custom search keys are in the field ``keys``."""


@dataclass(frozen=True, slots=True)
class Index:
    """The index terms of a profile, and the unique terms among them; sorted, without duplicates."""

    lookup: list[str]
    unique: list[str]
    definitions: Mapping[str, SearchKey | None] = field(default_factory=dict, compare=False)
    """The custom search keys that the profile has values of, by name; None for an undefined key."""


def index(
    profile: Profile, search_keys: Mapping[str, SearchKey], region: str, before: Profile | None = None
) -> Index:
    """Return the index terms of a profile.

    ``search_keys`` are the domain's custom search keys by name; values of undefined keys are not indexed.
    ``region`` is the domain's default region. A phone number's ``e164`` is used if it is set. ``before`` is
    the stored profile. If a sensitive value cannot be decrypted, its index terms are taken from there.
    Raises TypeError for a sensitive value that is not wrapped, and ``MasterKeyMissing``.
    """
    keys = profile.get("keys") or {}
    present = [key for key, values in keys.items() if values]
    lookup = {
        *index_terms(BUILT_IN["account"], profile.get("account_number") or "", region),
        *map(presence_term, present),
        *_phone_terms(profile, region),
        *_name_terms(profile),
    }
    for address in profile.get("email_addresses") or ():
        lookup.update(index_terms(BUILT_IN["email"], address["value"], region))
    if "profile_id" in profile:
        lookup.add(term("profile_id", profile["profile_id"]))
    unique: set[str] = set()
    for key in filter(None, map(search_keys.get, present)):
        for terms, owned in _custom_terms(key, profile, region, before):
            lookup.update(terms)
            unique.update(owned)
    return Index(sorted(lookup), sorted(unique), {key: search_keys.get(key) for key in present})


def wrap_sensitive(profile: Profile, search_keys: Mapping[str, SearchKey]) -> Profile:
    """Return the profile with the values of sensitive custom search keys wrapped, so that they are masked.

    Releases without sensitive search keys stored their values in plain text.
    """
    keys = {
        key: [SensitiveValue(value) if isinstance(value, str) else value for value in values]
        if (definition := search_keys.get(key)) and definition.sensitive
        else values
        for key, values in profile["keys"].items()
    }
    return {**profile, "keys": keys}


def _custom_terms(
    key: SearchKey, profile: Profile, region: str, before: Profile | None
) -> Iterator[tuple[Iterable[str], Iterable[str]]]:
    """Yield the index terms and the unique terms of each value, and of those that cannot be decrypted."""
    values = profile["keys"][key.name]
    if key.sensitive and not all(isinstance(value, SensitiveValue) for value in values):
        # A value that is not wrapped would be stored in plain text.
        raise TypeError(key.name)
    for value in values:
        yield index_terms(key, value, region), identifying_terms(key, value, region) if key.unique else ()
    if before and any(isinstance(value, SensitiveValue) and value.plain() is None for value in values):
        terms = _terms_of_undecryptable(key, before, region)
        yield terms, terms if key.unique else ()


def _terms_of_undecryptable(key: SearchKey, stored: Profile, region: str) -> set[str]:
    fields = term_fields(key)
    terms = {text for text in stored.get("lookup", ()) if text.partition(":")[0] in fields}
    values = stored["keys"].get(key.name, ())
    return terms.difference(text for value in values for text in index_terms(key, value, region))


def _phone_terms(profile: Profile, region: str) -> Iterator[str]:
    for number in profile.get("phone_numbers") or ():
        if number["value"].strip() and not phone.is_withheld(number["value"]):
            forms = phone.index_forms(number["value"], number.get("region", region), number.get("e164"))
            yield from (term("phone", form) for form in forms)


def _name_terms(profile: Profile) -> Iterator[str]:
    first, last = profile.get("first_name") or "", profile.get("last_name") or ""
    read_first, read_last = profile.get("phonetic_first_name") or "", profile.get("phonetic_last_name") or ""
    person = name.index_variants(first, profile.get("middle_name") or "", last)
    phonetic = name.index_variants(read_first, "", read_last)
    mixed = name.mixed_script_variants((first, read_last), (read_first, last))
    business = company.index_variants(profile.get("business_name") or "")
    in_latin = romaji.index_variants(read_first or first, read_last or last)
    for suffix, variants in (
        ("", (*person.whole, *phonetic.whole, *business.whole)),
        (SIMILAR, (*person.similar, *phonetic.similar, *mixed, *business.similar)),
        (PART, (*person.parts, *phonetic.parts, *business.parts)),
        (COMPANY, business.own),
        (ROMAJI, (*in_latin, *romaji.index_variants(*business.parts, is_person=False))),
        (INITIALS, (*person.initials, *phonetic.initials)),
    ):
        yield from (term(f"name{suffix}", variant) for variant in variants)
