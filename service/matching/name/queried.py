"""Compute the variants to query for a typed name."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from service.matching import folding
from service.matching.name import combinations, honorifics, initials, orders, spelling, words
from service.matching.name.combinations import combine
from service.matching.name.spelling import distinct, fold, join, joined_spellings, umlaut_spellings
from service.matching.name.variants import NameVariants


def query_variants(value: str) -> NameVariants:
    """Return the variants to query for a typed name, with and without honorifics."""
    stripped = honorifics.strip(value)
    shown = fold(stripped)
    folded = words.read([stripped], [shown]).kept
    simplified = words.read([stripped], [spelling.simplify(shown)]).kept
    spelled_out = initials.spelled_out(stripped, simplified)
    whole = (
        *joined_spellings(distinct((value, stripped, _without_comma(stripped)))),
        *_in_stored_order(stripped, shown),
    )
    # Variants with all words of the name, and variants that omit some of them.
    complete = [
        *map(_partial, distinct((stripped, value, spelling.split_at_dashes(stripped)))),
        NameVariants(
            similar=distinct((*map(combine, initials.abbreviations(spelled_out)), join(shown))),
            initials=distinct((*initials.queried(simplified), *initials.queried(spelled_out))),
        ),
    ]
    shorter = honorifics.strip_for_query(value), " ".join(initials.without_initials(shown.split()))
    omitting = [
        *(_partial(text) for text in shorter if text not in {value, stripped, shown}),
        NameVariants(
            nearly_whole=distinct(join(*pair) for pair in _shortened(folded)),
            similar=distinct(map(combine, initials.abbreviated_pairs(spelled_out))),
            initials=initials.queried_by_first(spelled_out),
        ),
    ]
    return _merge(NameVariants(whole=distinct(whole), shown=shown), complete, omitting)


def _partial(text: str) -> NameVariants:
    """Return the variants of a typed name for the tier ``partial_name``."""
    simplified = spelling.simplify(fold(text))
    readings = words.readings(words.read([text], [simplified]))
    joined = distinct((join(simplified), *(join(*reading) for reading in readings)))
    combined = chain.from_iterable(map(combinations.queried, readings))
    by_three = distinct(chain.from_iterable(map(combinations.queried_by_three, readings)))
    return NameVariants(
        similar=distinct((*joined, *combined, *by_three)),
        parts=(join(simplified),),
        nearly_whole=distinct((*joined_spellings([text]), *joined)),
        loose=frozenset(by_three),
    )


def _shortened(folded: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the words that may be the first and last name of a name of three words or more.

    The last name may be the last word, or the first one.
    """
    if len(folded) >= words.MIN_WORDS_TO_SHORTEN:
        yield folded[0], folded[-1]
        yield folded[0], folded[1]


def _merge(
    whole: NameVariants, complete: Sequence[NameVariants], omitting: Sequence[NameVariants]
) -> NameVariants:
    """Return all variants in one.

    A partial variant is loose if only ``omitting`` has it, or if it consists of three words of a longer name.
    """
    both = (*complete, *omitting)
    nearly_whole = distinct(variant for each in both for variant in each.nearly_whole)
    of_all_words = {variant for each in complete for variant in each.partial if variant not in each.loose}
    partial = {variant for each in both for variant in each.partial}
    return replace(
        whole,
        nearly_whole=tuple(variant for variant in nearly_whole if variant not in whole.whole),
        similar=distinct(variant for each in both for variant in each.similar),
        parts=distinct(variant for each in both for variant in each.parts),
        initials=distinct(variant for each in both for variant in each.initials),
        loose=frozenset(partial.difference(whole.whole, of_all_words)),
    )


def _in_stored_order(stripped: str, shown: str) -> Iterator[str]:
    """Yield a name typed as ``last middle first`` in the order in which profiles store whole names.

    Particles, such as ``van``, stay before their word.
    """
    for folded in umlaut_spellings([stripped], [shown]):
        yield from (join(*order) for order in orders.queried(words.read([stripped], folded).attached))


def _without_comma(value: str) -> str:
    """Return ``Beethoven, Ludwig van`` in spoken order, or an empty string for a name without such a comma.

    The comma must be the only one, and have words on both sides.
    """
    last, _, first = folding.canonical(value).partition(",")
    return f"{first} {last}" if first.strip() and last.strip() and "," not in first else ""
