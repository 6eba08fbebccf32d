"""The types of search keys: how their values are stored and asked for.

To add a type, add a member to ``KeyType`` and an entry to ``KEY_TYPES``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from service.matching import email, folding, name, phone
from service.matching.terms import PART, SIMILAR
from service.model.match import Tier
from service.model.search_key import KeyType, SearchKey


@dataclass(frozen=True, slots=True)
class Variant:
    """A normalised form of a value.

    ``tier`` is the strength of a match by it. ``suffix`` extends the key's name to the field of the index
    term. ``shown`` is the value to show as the reason, if it differs.
    """

    value: str
    tier: Tier = Tier.EXACT
    suffix: str = ""
    shown: str = ""


Variants = Callable[[str, str], Sequence[Variant]]
"""Takes a non-blank value and the domain's default region. Returns nothing for a value without meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTypeRules:
    """What a type makes of a value."""

    query: Variants
    """Returns the variants to ask for, best first."""
    index: Variants
    """Returns the variants to store; the first identifies the value. Their tiers are not used."""
    unique_index: Variants | None = None
    """Replaces ``index`` for a unique search key."""
    prefixes: Callable[[str, str], Sequence[str]]
    """Returns what stored values may begin with if their beginning was typed."""


def rules_of(key: SearchKey) -> KeyTypeRules:
    """Return the rules for a search key."""
    return _CONTACT_ID if key.name == "contact_id" else KEY_TYPES[key.type]


def _text(value: str, _region: str) -> list[Variant]:
    shown = folding.fold(value)
    return [Variant(variant, shown=shown) for variant in name.fixed_order_variants(value)]


def _digits(value: str, _region: str) -> list[Variant]:
    digits = folding.digits(value)
    return [Variant(digits)] if digits else []


def _query_phone(value: str, region: str) -> list[Variant]:
    if phone.is_withheld(value):
        return []
    return [Variant(variant, tier) for variant, tier in phone.query_variants(value, region).items()]


def _index_phone(value: str, region: str) -> list[Variant]:
    return [] if phone.is_withheld(value) else [Variant(phone.stored_form(value, region))]


def _query_name(value: str, _region: str) -> list[Variant]:
    names = name.query_variants(value)
    # A nearly whole name must not rank above the whole name, unlike a variant of a phone number.
    return [
        *(Variant(variant, Tier.FULL_NAME, "", names.shown) for variant in names.whole),
        *(Variant(variant, Tier.PARTIAL_NAME, "", names.shown) for variant in names.nearly_whole),
        *(Variant(variant, Tier.PARTIAL_NAME, SIMILAR, names.shown) for variant in names.similar),
        *(Variant(variant, Tier.PARTIAL_NAME, PART, names.shown) for variant in names.parts),
    ]


def _index_name(value: str, _region: str) -> list[Variant]:
    names = name.index_variants(value)
    by_suffix = (("", names.whole), (SIMILAR, names.similar), (PART, names.parts))
    return [Variant(variant, suffix=suffix) for suffix, variants in by_suffix for variant in variants]


def _single(
    normalise: Callable[[str], str], prefixes: Callable[[str], Sequence[str]] | None = None
) -> KeyTypeRules:
    """Return the rules of a type whose values have one variant each."""

    def variants(value: str, _region: str) -> list[Variant]:
        return [Variant(normalise(value))]

    return KeyTypeRules(
        query=variants,
        index=variants,
        prefixes=lambda value, _region: prefixes(value) if prefixes else (normalise(value),),
    )


KEY_TYPES: Mapping[KeyType, KeyTypeRules] = MappingProxyType(
    {
        KeyType.TEXT: KeyTypeRules(
            query=_text, index=_text, prefixes=lambda value, _region: name.fixed_order_variants(value)
        ),
        KeyType.DIGITS: KeyTypeRules(
            query=_digits, index=_digits, prefixes=lambda value, _region: (folding.digits(value),)
        ),
        KeyType.EMAIL: _single(email.normalise, email.prefixes),
        KeyType.PHONE: KeyTypeRules(query=_query_phone, index=_index_phone, prefixes=phone.prefixes),
        KeyType.NAME: KeyTypeRules(
            query=_query_name,
            index=_index_name,
            # A similar name, a part of it or another order does not make someone the owner of a unique name.
            unique_index=lambda value, _region: [Variant(name.identity(value))],
            prefixes=lambda value, _region: name.prefixes(value),
        ),
        KeyType.IDENTIFIER: _single(folding.exact),
    }
)

# The frontend creates contact IDs and may distinguish upper and lower case.
_CONTACT_ID = _single(str.strip)
