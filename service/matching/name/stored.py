"""Compute the variants to store for a name."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from service.matching import folding
from service.matching.name import combinations, honorifics, initials, orders, spelling, words
from service.matching.name.combinations import combine
from service.matching.name.spelling import distinct, fold, join, punctuation_to_space, umlaut_spellings
from service.matching.name.variants import NameVariants
from service.matching.name.words import Words

_MIN_WORDS_TO_SHORTEN = 3


def index_variants(first: str, middle: str = "", last: str = "") -> NameVariants:
    """Return the variants to store for a name; each field may be blank.

    Queries may have the words in any order, abbreviate or omit some, and omit ``Jr.``.
    """
    fields = _filled(_map_filled(honorifics.strip, (first, middle, last)))
    if not any(fields):
        return NameVariants()
    folded = _map_filled(fold, fields)
    # In a single field, a hyphen must not separate words, which could then change their order.
    unbroken = fields if len(fields) > 1 else [_remove_hyphens(fields[0])]
    unbroken_folded = folded if unbroken == fields else _map_filled(fold, unbroken)
    whole = distinct((*_whole_variants(unbroken, unbroken_folded), *_with_initials(fields, folded)))

    simplified = _map_filled(spelling.simplify, folded)
    readings = [simplified if unbroken_folded is folded else _map_filled(spelling.simplify, unbroken_folded)]
    if (stripped := _map_filled(honorifics.strip_doubtful, unbroken)) != unbroken:
        readings.append(_map_filled(spelling.simplify, _map_filled(fold, stripped)))
    at_dashes = _split_at_dashes(unbroken)
    in_orders = [*readings, at_dashes] if at_dashes else readings
    similar = [join(*order) for reading in in_orders for order in orders.stored(reading)]
    glued = [name for reading in (*readings, simplified) for name in _first_and_last_word(reading)]
    split = words.read(fields, simplified)
    glued += _first_and_last_word(at_dashes)
    family = words.read(fields[-1:], simplified[-1:]).kept if len(fields) > 1 and fields[-1] else ()
    return NameVariants(
        whole=whole,
        similar=distinct(
            chain(
                (variant for variant in (*similar, *glued) if variant not in whole),
                _combinations(split, {*whole, *similar, *glued}),
                _combinations(words.read(at_dashes, at_dashes), set()),
            )
        ),
        parts=distinct((*map(join, simplified), *split.kept, *split.joined, *split.articles)),
        initials=distinct(initials.stored(split.kept, family)),
    )


def _split_at_dashes(fields: list[str]) -> list[str]:
    """Return the simplified fields if a dash between kana may be a hyphen, otherwise nothing."""
    split = _map_filled(spelling.split_at_dashes, fields)
    return [] if split == fields else _map_filled(spelling.simplify, _map_filled(fold, split))


def _filled(fields: list[str]) -> list[str]:
    # A field with only punctuation (``-``) is empty, unless all are. A single filled field stays alone.
    filled = [field if punctuation_to_space(field).strip() else "" for field in fields]
    if not any(filled):
        filled = [field.strip() for field in fields]
    only = list(filter(None, filled))
    return only if len(only) == 1 else filled


def _whole_variants(fields: list[str], folded: list[str]) -> Iterator[str]:
    spellings = [umlaut_spellings(fields, folded)]
    if (without_suffix := _map_filled(honorifics.strip_suffix, fields)) != fields:
        spellings.append(umlaut_spellings(without_suffix, _map_filled(fold, without_suffix)))
    return (join(*order) for names in chain.from_iterable(spellings) for order in orders.stored(names))


def _combinations(split: Words, covered: set[str]) -> Iterator[str]:
    """Yield the combinations of words to store, without pairs whose both orders are ``covered``."""
    for combined in chain(combinations.stored(split.kept), _with_particles(split)):
        one, _, other = combined.partition(" ")
        is_pair = other and " " not in other
        # Pairs with an initial are also queried by names that the initial may mean.
        has_initial = initials.is_initial(one) or initials.is_initial(other)
        if has_initial or not (is_pair and covered.issuperset((one + other, other + one))):
            yield combined


def _with_particles(split: Words) -> Iterator[str]:
    """Yield a word joined with its particles, with each other word and all before: ``jan vandenberg``."""
    if len(split.kept) > combinations.MAX_WORDS:
        return
    for place, runs in enumerate(zip(split.joined, split.articles, strict=True)):
        for run in sorted(set(runs).difference(split.kept)):
            yield from (combine((run, word)) for word in split.kept if not run.endswith(word))
            if place > 1:
                yield combine((*split.joined[:place], run))


def _first_and_last_word(names: Sequence[str]) -> Iterator[str]:
    """Yield the first and last word of a name in one field, joined in both orders."""
    if len(names) == 1 and len(split := names[0].split()) >= _MIN_WORDS_TO_SHORTEN:
        yield join(split[0], split[-1])
        yield join(split[-1], split[0])


def _with_initials(fields: list[str], folded: list[str]) -> Iterator[str]:
    if len(folded) == 1:
        return
    first, middle, last = folded
    if not middle:
        # Middle names may be in the first name's field. The second half of a double name gets no initial.
        first, *others = fold(_remove_hyphens(fields[0])).split() or [""]
        middle = " ".join(others)
    initials = "".join(word[0] for word in middle.split())
    # Initials exist only in scripts with capital letters.
    if initials and all(unicodedata.category(letter) == "Ll" for letter in initials):
        yield join(first, initials, last)
        yield join(first, initials[0], last)


def _remove_hyphens(value: str) -> str:
    if value.isalpha() or spelling.has_kana(value):
        return value
    joined, on_hyphen = "", False
    for char in value:
        category = unicodedata.category(char)
        # Remove marks on a hyphen too. The Greek iota subscript is a combining mark only after case folding.
        is_mark = category == "Cf" or unicodedata.combining(char.casefold()[0]) > 0
        on_hyphen = category == "Pd" or (on_hyphen and is_mark)
        joined += "" if on_hyphen else char
    return joined if joined != value and any(map(str.isalnum, folding.fold(joined))) else value


def _map_filled(change: Callable[[str], str], fields: Iterable[str]) -> list[str]:
    return [field and change(field) for field in fields]
