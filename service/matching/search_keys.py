"""Compute index terms of stored values and query terms of typed values, by the type of the search key.

To add a type, add a member to ``KeyType`` and an entry to ``KEY_TYPES``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from service.matching import email, folding, name, phone, texts
from service.matching.name import company, romaji
from service.matching.terms import COMPANY, INITIALS, PART, ROMAJI, SIMILAR, QueryTerm, term, term_prefix
from service.model.characters import is_blank
from service.model.match import Tier
from service.model.search_key import KeyType, SearchKey
from service.model.sensitive import SensitiveValue, masked, plain_of


@dataclass(frozen=True, slots=True)
class Variant:
    """A normalised form of a value. ``tier`` is the strength of a match by this form.

    The key's name and ``suffix`` are the field of the index term. Reasons show ``shown``, or ``value`` if
    that is empty. For ``loose``, see ``QueryTerm``.
    """

    value: str
    tier: Tier = Tier.EXACT
    suffix: str = ""
    shown: str = ""
    loose: bool = False


Variants = Callable[[str, str], Sequence[Variant]]
"""Takes a non-blank value and the domain's default region. Returns no variant of a value without meaning."""


@dataclass(frozen=True, slots=True)
class KeyTypeRules:
    """The functions that compute the variants of a value of one type."""

    query: Variants
    """Returns the variants to query, best first."""
    prefixes: Callable[[str, str], Sequence[str]]
    """Returns the possible beginnings of stored values for a typed beginning."""
    index: Variants | None = None
    """Returns the variants to store; None if these are the variants of ``query``.

    The first variant identifies the value.
    """
    unique_index: Variants | None = None
    """Replaces ``index`` for a unique search key."""
    several: bool = False
    """True if a value can contain several, such as two phone numbers. Then each variant identifies it."""
    romaji_prefixes: Callable[[str], Sequence[str]] | None = None
    """Returns the possible beginnings of names in kana, if the typed beginning is in Latin letters."""


def query_terms(key: SearchKey, value: str, region: str) -> tuple[QueryTerm, ...]:
    """Return the query terms for an exact search for a value, best first.

    Returns none for a blank value, a withheld phone number, a value of type digits without digits, or a
    number that lost digits in a spreadsheet (``4.479E+11``). For a sensitive key, the terms show masks.
    ``region`` is the domain's default region. Raises ``MasterKeyMissing``.
    """
    variants = _rules_of(key).query(value, region) if not is_blank(value) else ()
    return tuple(
        QueryTerm(key.name, masked(shown) if key.sensitive else shown, variant.tier, text, variant.loose)
        for variant in (_query_unique(variants) if key.unique else variants)
        # Only ``business_name`` is indexed as the name of a company.
        if key.built_in or variant.suffix != COMPANY
        for shown in (variant.shown or variant.value,)
        for text in _terms(key, variant)
    )


def term_prefixes(key: SearchKey, value: str, region: str) -> tuple[str, ...]:
    """Return the prefixes of index terms for a search while typing.

    Raises ValueError if the normalised value is shorter than two characters and is not a kanji, and TypeError
    for a sensitive key: a blind index has no prefixes.
    """
    if key.sensitive:
        raise TypeError(key.name)
    rules = _rules_of(key)
    prefixes = ("",) if is_blank(value) else rules.prefixes(value, region)
    if not folding.is_searchable_prefix(prefixes[-1]):
        raise ValueError("The prefix is too short; type at least two characters, or one kanji.")
    romaji_prefixes = rules.romaji_prefixes(value) if rules.romaji_prefixes else ()
    in_latin = filter(folding.is_searchable_prefix, romaji_prefixes)
    fields = ((key.name, prefixes), (key.name + ROMAJI, in_latin))
    return tuple(dict.fromkeys(term_prefix(field, prefix) for field, each in fields for prefix in each))


def index_terms(key: SearchKey, value: str | SensitiveValue, region: str) -> tuple[str, ...]:
    """Return the index terms of a stored value, those that identify it first.

    Returns none if ``query_terms`` does, or if the value cannot be decrypted. Also returns none for a value
    that was sensitive under an earlier definition, because its terms would reveal it. Raises
    ``MasterKeyMissing``.
    """
    variants = _index_variants(key, value, region)
    return tuple(dict.fromkeys(text for variant in variants for text in _terms(key, variant)))


def whole_value_terms(key: SearchKey, value: str | SensitiveValue, region: str) -> tuple[str, ...]:
    """Return the index terms of a whole value: for a name, all orders of its words, but no parts."""
    return tuple(text for text in index_terms(key, value, region) if text.startswith(f"{key.name}:"))


def identifying_terms(key: SearchKey, value: str | SensitiveValue, region: str) -> tuple[str, ...]:
    """Return the index terms that identify a value: one, or for a sensitive key, one for each master key.

    If a value consists of several values, return the terms of each. Return none if ``index_terms`` does.
    """
    variants = _index_variants(key, value, region)
    identifying = variants if can_be_several(key) else variants[:1]
    return tuple(text for variant in identifying for text in _terms(key, variant))


def can_be_several(key: SearchKey) -> bool:
    """Return whether a value of this search key can consist of several values, such as two phone numbers."""
    return _rules_of(key).several


def count_values(key: SearchKey, value: str, region: str) -> int:
    """Return how many e-mail addresses or phone numbers a value contains, at least 1; 1 for other types."""
    return max(1, len(_index_variants(key, value, region))) if can_be_several(key) else 1


def term_fields(key: SearchKey) -> frozenset[str]:
    """Return the fields of the index terms of a custom search key."""
    return frozenset(key.name + suffix for suffix in ("", SIMILAR, PART, INITIALS, ROMAJI))


def _query_unique(variants: Sequence[Variant]) -> Iterator[Variant]:
    # Variants that may belong to another person keep their tier. Partial names are left out: they identify no
    # person.
    for position, variant in enumerate(variants):
        is_doubtful = position > 0 and variant.tier in {Tier.VARIANT, Tier.RAW}
        if variant.tier is not Tier.PARTIAL_NAME:
            yield variant if is_doubtful else replace(variant, tier=Tier.UNIQUE)


def _index_variants(key: SearchKey, value: str | SensitiveValue, region: str) -> Sequence[Variant]:
    if isinstance(value, SensitiveValue) and not key.sensitive:
        return ()
    plain = plain_of(value)
    if plain is None or is_blank(plain):
        return ()
    rules = _rules_of(key)
    index = (key.unique and rules.unique_index) or rules.index or rules.query
    return index(plain, region)


def _terms(key: SearchKey, variant: Variant) -> tuple[str, ...]:
    # The only place where index terms of sensitive keys are blinded.
    text = term(key.name + variant.suffix, variant.value)
    if not key.sensitive:
        return (text,)
    if key.blind is None:
        raise TypeError(key.name)
    return key.blind(text)


def _text(value: str, _region: str) -> list[Variant]:
    if (repaired := texts.repair(value)) is None:
        return []
    shown = folding.fold(repaired)
    return [Variant(variant, shown=shown) for variant in texts.variants(repaired)]


def _query_phone(value: str, region: str) -> list[Variant]:
    if phone.is_withheld(value):
        return []
    return [Variant(variant, tier) for variant, tier in phone.query_variants(value, region).items()]


def _index_phone(value: str, region: str) -> list[Variant]:
    return [] if phone.is_withheld(value) else list(map(Variant, phone.index_forms(value, region)))


def _name_variants(names: name.NameVariants) -> list[Variant]:
    # The tier ``variant`` is above ``full_name``, so nearly whole names are on the tier ``partial_name``.
    kinds = (
        (names.whole, Tier.FULL_NAME, ""),
        (names.nearly_whole, Tier.PARTIAL_NAME, ""),
        (names.similar, Tier.PARTIAL_NAME, SIMILAR),
        (names.parts, Tier.PARTIAL_NAME, PART),
        (names.initials, Tier.PARTIAL_NAME, INITIALS),
    )
    return [
        Variant(each, tier, suffix, names.shown, each in names.loose)
        for variants, tier, suffix in kinds
        for each in variants
    ]


def _query_name(value: str, _region: str) -> list[Variant]:
    names = name.query_variants(value)
    of_company = company.query_variants(value, names)
    kinds = (
        (of_company.whole, Tier.FULL_NAME, COMPANY),
        (of_company.partial, Tier.PARTIAL_NAME, COMPANY),
        (romaji.query_variants(names.shown), Tier.PARTIAL_NAME, ROMAJI),
    )
    others = (
        Variant(each, tier, suffix, names.shown, each in names.loose)
        for variants, tier, suffix in kinds
        for each in variants
    )
    return sorted((*_name_variants(names), *others), key=lambda variant: variant.tier.rank)


def _index_name(value: str, _region: str) -> list[Variant]:
    in_latin = (Variant(each, suffix=ROMAJI) for each in romaji.index_variants(value))
    return [*_name_variants(name.index_variants(value)), *in_latin]


def _query_email(value: str, _region: str) -> list[Variant]:
    return [Variant(text) for text in email.normalise(value)]


def _single(normalise: Callable[[str], str]) -> KeyTypeRules:
    return KeyTypeRules(
        lambda value, _region: [Variant(text)] if (text := normalise(value)) else [],
        lambda value, _region: (normalise(value),),
    )


KEY_TYPES: Mapping[KeyType, KeyTypeRules] = MappingProxyType(
    {
        KeyType.TEXT: KeyTypeRules(
            _text, lambda value, _region: texts.variants(texts.repair(value) or value)
        ),
        KeyType.DIGITS: _single(texts.digits),
        KeyType.EMAIL: KeyTypeRules(_query_email, lambda value, _region: email.prefixes(value), several=True),
        KeyType.PHONE: KeyTypeRules(_query_phone, phone.prefixes, _index_phone, several=True),
        KeyType.NAME: KeyTypeRules(
            _query_name,
            lambda value, _region: name.prefixes(value),
            _index_name,
            # A unique name is owned only by a profile with the same name in the same order.
            unique_index=lambda value, _region: [Variant(name.identity(value))],
            romaji_prefixes=romaji.prefixes,
        ),
        KeyType.IDENTIFIER: _single(folding.exact),
    }
)

# Frontends create contact IDs, and may distinguish upper and lower case in them. So only blanks are stripped.
_CONTACT_ID = _single(str.strip)


def _rules_of(key: SearchKey) -> KeyTypeRules:
    return _CONTACT_ID if key.name == "contact_id" else KEY_TYPES[key.type]
