"""Search keys: the index terms of stored values, and the query terms of typed ones."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from service.matching import folding
from service.matching.index_terms import PART, SIMILAR, term, term_prefix
from service.matching.key_types import Variant, rules_of
from service.matching.terms import QueryTerm
from service.model.match import Tier
from service.model.search_key import SearchKey
from service.model.sensitive import SensitiveValue, masked


def query_terms(key: SearchKey, value: str, region: str) -> tuple[QueryTerm, ...]:
    """Return what an exact search for a value asks for, best first.

    Nothing for a value without meaning: a blank one, a withheld phone number, or one without digits for type
    digits. Reasons of sensitive keys are masked. ``region`` is the domain's default region.
    Raises ``MasterKeyMissing``.
    """
    variants = rules_of(key).query(value, region) if value.strip() else ()
    return tuple(
        QueryTerm(key.name, masked(shown) if key.sensitive else shown, variant.tier, text)
        for variant in (_query_unique(variants) if key.unique else variants)
        for shown in (variant.shown or variant.value,)
        for text in _terms(key, variant)
    )


def term_prefixes(key: SearchKey, value: str, region: str) -> tuple[str, ...]:
    """Return the prefixes of index terms that a search while typing asks for.

    Raises ValueError if the normalised value is shorter than two characters and no kanji, and TypeError for a
    sensitive key: a blind index has no prefixes.
    """
    if key.sensitive:
        raise TypeError(key.name)
    prefixes = rules_of(key).prefixes(value, region) if value.strip() else ("",)
    if not folding.is_searchable_prefix(prefixes[-1]):
        raise ValueError("The prefix is too short; type at least two characters, or one kanji.")
    return tuple(dict.fromkeys(term_prefix(key.name, prefix) for prefix in prefixes))


def index_terms(key: SearchKey, value: str | SensitiveValue, region: str) -> tuple[str, ...]:
    """Return the index terms of a stored value, those that identify it first.

    Nothing for a value without meaning, as in ``query_terms``, and for a sensitive value that cannot be
    decrypted. Raises ``MasterKeyMissing``.
    """
    variants = _index_variants(key, value, region)
    return tuple(dict.fromkeys(text for variant in variants for text in _terms(key, variant)))


def whole_value_terms(key: SearchKey, value: str | SensitiveValue, region: str) -> tuple[str, ...]:
    """Return the index terms of a whole value: a name in any order, but no part of it."""
    return tuple(text for text in index_terms(key, value, region) if text.startswith(f"{key.name}:"))


def identifying_terms(key: SearchKey, value: str | SensitiveValue, region: str) -> tuple[str, ...]:
    """Return the index terms that identify a value: one, or for a sensitive key one for each master key."""
    return tuple(text for variant in _index_variants(key, value, region)[:1] for text in _terms(key, variant))


def term_fields(key: SearchKey) -> frozenset[str]:
    """Return the fields of the key's index terms."""
    return frozenset(key.name + suffix for suffix in ("", SIMILAR, PART))


def _query_unique(variants: Sequence[Variant]) -> Iterator[Variant]:
    """Yield the variants that can belong to the owner of a unique value, with the tier of unique keys.

    Variants that may belong to someone else keep their tier; a partial name identifies no one.
    """
    for position, variant in enumerate(variants):
        doubtful = position > 0 and variant.tier in {Tier.VARIANT, Tier.RAW}
        if variant.tier is not Tier.PARTIAL_NAME:
            yield variant if doubtful else replace(variant, tier=Tier.UNIQUE)


def _index_variants(key: SearchKey, value: str | SensitiveValue, region: str) -> Sequence[Variant]:
    plain = value.plain() if isinstance(value, SensitiveValue) else value
    if plain is None or not plain.strip():
        return ()
    rules = rules_of(key)
    index = rules.unique_index if key.unique and rules.unique_index else rules.index
    return index(plain, region)


def _terms(key: SearchKey, variant: Variant) -> tuple[str, ...]:
    """Return the index terms of a variant. Only here are those of sensitive keys blinded."""
    text = term(key.name + variant.suffix, variant.value)
    if not key.sensitive:
        return (text,)
    if key.blind is None:
        raise TypeError(key.name)
    return key.blind(text)
