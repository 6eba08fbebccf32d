"""Compute the variants to query for a typed name."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from service.matching import folding
from service.matching.name import combinations, honorifics, initials, orders, spelling, words
from service.matching.name.combinations import combine
from service.matching.name.spelling import distinct, fold, join, joined_spellings, umlaut_spellings
from service.matching.name.variants import NameVariants

_MIN_WORDS_TO_SHORTEN = 3


def query_variants(value: str) -> NameVariants:
    """Return the variants to query for a typed name, with and without honorifics."""
    stripped, fully_stripped = honorifics.strip(value), honorifics.strip_for_query(value)
    shown = fold(stripped)
    whole = joined_spellings(distinct((value, stripped, _without_comma(stripped))))
    texts = distinct((stripped, fully_stripped, value))
    simplified = [spelling.simplify(fold(text)) for text in texts]
    split = [words.read([text], [name]) for text, name in zip(texts, simplified, strict=True)]
    readings = list(chain.from_iterable(map(words.readings, split)))
    joined = distinct((*map(join, simplified), *(join(*reading) for reading in readings)))
    combined = chain.from_iterable(map(combinations.queried, readings))
    kept = split[0].kept
    certain = NameVariants(
        whole=distinct((*whole, *_exchanged(stripped, shown))),
        similar=distinct((*joined, *combined, *map(combine, initials.abbreviations(kept)), join(shown))),
        parts=distinct(map(join, simplified)),
        initials=initials.queried(kept),
        nearly_whole=distinct((*joined_spellings([fully_stripped]), *joined)),
        shown=shown,
    )
    return _merge(certain, _loose(words.read([stripped], [shown]).kept, kept))


def _loose(typed: Sequence[str], simplified: Sequence[str]) -> NameVariants:
    """Return the variants without some of the typed words, which a profile may contradict."""
    ends = [(typed[0], typed[-1]), typed[:2]] if len(typed) >= _MIN_WORDS_TO_SHORTEN else []
    names = initials.without_initials(simplified)
    pairs = initials.abbreviated_pairs(simplified)
    return NameVariants(
        nearly_whole=distinct(join(*each) for each in (initials.without_initials(typed), *ends)),
        similar=distinct((join(*names), combine(names), *map(combine, pairs))),
        initials=initials.queried_by_first(simplified),
    )


def _merge(certain: NameVariants, loose: NameVariants) -> NameVariants:
    nearly_whole = distinct((*certain.nearly_whole, *loose.nearly_whole))
    values = {*certain.whole, *certain.nearly_whole, *certain.similar, *certain.initials}
    return replace(
        certain,
        nearly_whole=tuple(variant for variant in nearly_whole if variant not in certain.whole),
        similar=distinct((*certain.similar, *loose.similar)),
        initials=distinct((*certain.initials, *loose.initials)),
        loose=frozenset((*loose.nearly_whole, *loose.similar, *loose.initials)).difference(values),
    )


def _exchanged(stripped: str, shown: str) -> Iterator[str]:
    """Yield ``last middle first`` in the order of a whole name. Particles stay before their word."""
    for folded in umlaut_spellings([stripped], [shown]):
        yield from (join(*order) for order in orders.queried(words.read([stripped], folded).attached))


def _without_comma(value: str) -> str:
    """Return ``Beethoven, Ludwig van`` in spoken order, or nothing if the name has not exactly one comma."""
    last, _, first = folding.canonical(value).partition(",")
    return f"{first} {last}" if first.strip() and last.strip() and "," not in first else ""
