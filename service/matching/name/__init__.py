"""Match names in any order and in many spellings.

A database index supports only equality. So each spelling and order that should match is a variant, which is
either stored or queried.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product

from service.matching import folding
from service.matching.name import honorifics, spelling
from service.matching.name.spelling import (
    distinct,
    fold,
    join,
    joined_spellings,
    punctuation_to_space,
    umlaut_spellings,
)

# Names with fewer words have only a first and a last name. Names with more words are stored in few orders.
_MIN_WORDS_TO_SHORTEN, _MAX_WORDS_IN_ALL_ORDERS = 3, 6

# Words at the beginning of last names that are not last names themselves.
_PARTICLES = frozenset(
    {"al", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ibn", "la"}
    | {"le", "mac", "mc", "o", "ten", "ter", "van", "von", "zu"}
)


@dataclass(frozen=True, slots=True)
class NameVariants:
    """The variants of a name. The first variant of ``whole`` identifies a stored name.

    ``whole`` has the whole name in each order, folded and without spaces. ``similar`` has the name in a
    simplified spelling, whole and shortened. ``parts`` has each field and each of its words. ``nearly_whole``
    is for queries: it is compared with the stored ``whole``. ``shown`` is the name to show in reasons.
    """

    whole: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    nearly_whole: tuple[str, ...] = ()
    shown: str = ""


def index_variants(first: str, middle: str = "", last: str = "") -> NameVariants:
    """Return the variants to store for a name; each field may be blank.

    A name in one field matches in any order of its words. Longer names also match without words in between:
    ``Anne`` for ``Anne-Marie``. Queries may abbreviate or omit middle names, and omit ``Jr.``.
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
    similar = (join(*order) for reading in readings for order in _orders(reading))
    if (split := _map_filled(spelling.split_at_dashes, unbroken)) != unbroken:
        readings.append(_map_filled(spelling.simplify, _map_filled(fold, split)))
    to_shorten = readings if simplified in readings else [*readings, simplified]
    shortened = chain.from_iterable(map(_shortened, to_shorten))
    return NameVariants(
        whole=whole,
        similar=distinct(chain((variant for variant in similar if variant not in whole), shortened)),
        parts=distinct(join(part) for name in simplified for part in (name, *name.split())),
    )


def mixed_script_variants(*pairs: tuple[str, str]) -> tuple[str, ...]:
    """Return the variants of names whose halves are in different scripts: 山田 タロウ."""
    return distinct(
        spelling.sort_words(*(spelling.simplify(fold(half)) for half in pair))
        for pair in pairs
        if all(map(str.strip, pair))
    )


def query_variants(value: str) -> NameVariants:
    """Return the variants to query for a typed name, with and without honorifics."""
    stripped, fully_stripped = honorifics.strip(value), honorifics.strip_for_query(value)
    shown = fold(stripped)
    without_initials, split = _without_initials(shown), spelling.split_at_dashes(stripped)
    whole = joined_spellings(distinct((value, stripped, _without_comma(stripped))))
    simplified = distinct(
        spelling.simplify(fold(name)) for name in (stripped, fully_stripped, value, without_initials, split)
    )
    words = shown.split()
    shortened = [words[0] + words[-1], words[0] + words[1]] if len(words) >= _MIN_WORDS_TO_SHORTEN else []
    nearly_whole = (
        *joined_spellings([fully_stripped, without_initials, split]),
        join(simplified[0]),
        *shortened,
    )
    similar = (variant for name in simplified for variant in (join(name), spelling.sort_words(name)))
    return NameVariants(
        whole=whole,
        similar=distinct((*similar, join(shown))),
        parts=distinct(map(join, simplified)),
        nearly_whole=distinct(variant for variant in nearly_whole if variant not in whole),
        shown=shown,
    )


def prefixes(value: str) -> tuple[str, ...]:
    """Return the possible beginnings of whole names for a typed one; a single one if it is too short."""
    variants = joined_spellings(distinct((value, honorifics.strip(value))))
    return tuple(filter(folding.is_searchable_prefix, variants)) or variants[:1]


def identity(value: str) -> str:
    """Return the one variant that a name has under a unique search key."""
    return join(fold(honorifics.strip(value)))


def fixed_order_variants(value: str) -> tuple[str, ...]:
    """Return the variants of a name whose words have one order, such as a company."""
    return joined_spellings([value]) if value.strip() else ()


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
    return (join(*order) for names in chain.from_iterable(spellings) for order in _orders(names))


def _orders(names: list[str]) -> Iterator[Sequence[str]]:
    if len(names) > 1:
        first, middle, last = names
        yield from ((first, last), (last, first), (first, middle, last), (last, first, middle))
        return
    # The last name may begin at any word.
    words = names[0].split()
    starts = range(len(words)) if len(words) <= _MAX_WORDS_IN_ALL_ORDERS else (0, 1, -1)
    yield from ((*words[start:], *words[:start]) for start in starts)


def _shortened(names: list[str]) -> set[str]:
    if len(names) == 1:
        words = names[0].split()
        if len(words) < _MIN_WORDS_TO_SHORTEN:
            return set()
        begin, end = words[0], words[-1]
        return {spelling.sort_words(begin, end), join(begin, end), join(end, begin)}
    first, last = names[0] or names[1], names[-1] or names[1]
    first_words, last_words = first.split(), last.split()
    firsts = {first, first_words[0], " ".join(first_words[:-1] or first_words)}
    lasts = {last, last_words[-1]} | ({last_words[0]} - _PARTICLES)
    shortened = {spelling.sort_words(*pair) for pair in product(firsts, lasts)}
    return shortened - {spelling.sort_words(first, last)}


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


def _without_comma(value: str) -> str:
    """Return ``Beethoven, Ludwig van`` in spoken order, or nothing if the name has not exactly one comma."""
    last, _, first = folding.canonical(value).partition(",")
    return f"{first} {last}" if first.strip() and last.strip() and "," not in first else ""


def _without_initials(folded: str) -> str:
    """Return a name without initials between first and last name, unless its script has no capitals."""
    first, *middle, last = folded.split() if " " in folded else (folded, "")
    middle = [word for word in middle if len(word) > 1 or unicodedata.category(word) != "Ll"]
    return " ".join((first, *middle, last)).strip()
