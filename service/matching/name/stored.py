"""Compute the variants to store for a name."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from service.matching import folding
from service.matching.name import combinations, honorifics, initials, orders, spelling, words
from service.matching.name.combinations import combine
from service.matching.name.spelling import distinct, fold, join, punctuation_to_space, umlaut_spellings
from service.matching.name.variants import NameVariants
from service.matching.name.words import Words


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of a name as written, folded, and simplified.

    There are three (first, middle and last name, each may be empty), or one with the whole name.
    """

    written: list[str]
    folded: list[str]
    simplified: list[str]

    @classmethod
    def of(cls, written: list[str]) -> "_Fields":
        folded = _map_filled(fold, written)
        return cls(written, folded, _map_filled(spelling.simplify, folded))


def index_variants(first: str, middle: str = "", last: str = "") -> NameVariants:
    """Return the variants to store for a name; each field may be blank.

    Queries may have the words in any order, abbreviate or omit some, and omit ``Jr.``.
    """
    written = _filled(_map_filled(honorifics.strip, (first, middle, last)))
    if not any(written):
        return NameVariants()
    fields = _Fields.of(written)
    unbroken = _unbroken(fields)
    at_dashes = _split_at_dashes(unbroken)
    split = words.read(fields.written, fields.simplified)
    whole = distinct((*_whole_variants(unbroken), *_with_initials(fields)))
    similar = distinct(_reordered(fields, unbroken, at_dashes))
    combined = (
        *_combinations(split, {*whole, *similar}),
        *_combinations(words.read(at_dashes, at_dashes), set()),
    )
    return NameVariants(
        whole=whole,
        similar=distinct((*(variant for variant in similar if variant not in whole), *combined)),
        parts=distinct((*map(join, fields.simplified), *split.kept, *split.joined, *split.articles)),
        initials=distinct(initials.stored(split.kept, _family(fields))),
    )


def _unbroken(fields: _Fields) -> _Fields:
    """Return the fields with parts of double names joined, so that another order does not separate them.

    Only the hyphens of a single field are removed: the words of several fields stay in their order.
    """
    written = fields.written if len(fields.written) > 1 else [_remove_hyphens(fields.written[0])]
    return fields if written == fields.written else _Fields.of(written)


def _family(fields: _Fields) -> Sequence[str]:
    """Return the words of the last name; nothing if it is blank or in one field with the other names."""
    *others, last = fields.written
    return words.read([last], fields.simplified[-1:]).kept if others and last else ()


def _reordered(fields: _Fields, unbroken: _Fields, at_dashes: list[str]) -> Iterator[str]:
    """Yield the simplified name in each order, then its first and last word.

    The name is also read without words that may be honorifics, and with dashes as hyphens.
    """
    readings = [unbroken.simplified]
    if (stripped := _map_filled(honorifics.strip_doubtful, unbroken.written)) != unbroken.written:
        readings.append(_Fields.of(stripped).simplified)
    for reading in filter(None, (*readings, at_dashes)):
        yield from (join(*order) for order in orders.stored(reading))
    for reading in (*readings, fields.simplified, at_dashes):
        yield from _first_and_last_word(reading)


def _split_at_dashes(fields: _Fields) -> list[str]:
    """Return the simplified fields, split at dashes and tildes that may be no long vowel marks.

    Return nothing if there are none.
    """
    split = _map_filled(spelling.split_at_dashes, fields.written)
    return [] if split == fields.written else _Fields.of(split).simplified


def _filled(fields: list[str]) -> list[str]:
    # A field with only punctuation (``-``) counts as empty, unless no field has anything else. If only one
    # field is not empty, the others are dropped.
    filled = [field if punctuation_to_space(field).strip() else "" for field in fields]
    if not any(filled):
        filled = [field.strip() for field in fields]
    only = list(filter(None, filled))
    return only if len(only) == 1 else filled


def _whole_variants(fields: _Fields) -> Iterator[str]:
    spellings = [umlaut_spellings(fields.written, fields.folded)]
    if (without_suffix := _map_filled(honorifics.strip_suffix, fields.written)) != fields.written:
        spellings.append(umlaut_spellings(without_suffix, _map_filled(fold, without_suffix)))
    return (join(*order) for names in chain.from_iterable(spellings) for order in orders.stored(names))


def _combinations(split: Words, covered: set[str]) -> Iterator[str]:
    """Yield the combinations of words to store, without pairs whose both orders, joined, are ``covered``."""
    for combined in chain(combinations.stored(split.kept), _with_particles(split)):
        one, _, other = combined.partition(" ")
        is_pair = other and " " not in other
        # Queries for a full name also ask for its pairs with an initial instead of a word.
        has_initial = initials.is_initial(one) or initials.is_initial(other)
        if has_initial or not (is_pair and covered.issuperset((one + other, other + one))):
            yield combined


def _with_particles(split: Words) -> Iterator[str]:
    """Yield each word joined with its particles, combined with other words: ``jan vandenberg``.

    The other words are each other word alone, and all words before it together.
    """
    if len(split.kept) > combinations.MAX_WORDS:
        return
    for place, runs in enumerate(zip(split.joined, split.articles, strict=True)):
        for run in sorted(set(runs).difference(split.kept)):
            yield from (combine((run, word)) for word in split.kept if not run.endswith(word))
            if place > 1:
                yield combine((*split.joined[:place], run))


def _first_and_last_word(names: Sequence[str]) -> Iterator[str]:
    """Yield the first and last word of a name of three words or more in one field, joined in both orders."""
    if len(names) == 1 and len(split := names[0].split()) >= words.MIN_WORDS_TO_SHORTEN:
        yield join(split[0], split[-1])
        yield join(split[-1], split[0])


def _with_initials(fields: _Fields) -> Iterator[str]:
    if len(fields.folded) == 1:
        return
    first, middle, last = fields.folded
    if not middle:
        # Middle names may be in the field of the first name. The second part of a name with a hyphen is no
        # middle name.
        first, *others = fold(_remove_hyphens(fields.written[0])).split() or [""]
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
