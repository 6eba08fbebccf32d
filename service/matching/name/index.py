"""The variants under which a name is stored."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product

from service.matching import folding
from service.matching.name import honorifics, spelling
from service.matching.name.text import (
    MIN_WORDS_TO_SHORTEN,
    distinct,
    fold,
    join,
    punctuation_to_space,
    umlaut_spellings,
)

# A name of more words is stored in fewer orders.
_MAX_WORDS_IN_ALL_ORDERS = 6

# Words that begin last names and are no last names themselves.
_PARTICLES = frozenset(
    {"al", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ibn", "la"}
    | {"le", "mac", "mc", "o", "ten", "ter", "van", "von", "zu"}
)


@dataclass(frozen=True, slots=True)
class IndexVariants:
    """The variants of a stored name; the first of ``whole`` identifies it."""

    whole: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def index_variants(first: str, middle: str = "", last: str = "") -> IndexVariants:
    """Return the variants to store for a name; each field may be blank.

    A name in one field matches in any order. A name of three or more words in two fields also matches without
    its middle words: ``Anne`` for ``Anne-Marie``, and either word of ``García Márquez``. Middle names may be
    initials, and middle names and ``Jr.`` may be missing.
    """
    fields = _filled(_map_filled(honorifics.strip, (first, middle, last)))
    if not any(fields):
        return IndexVariants()
    folded = _map_filled(fold, fields)
    # In other orders, a hyphen in a single field must not separate words.
    unbroken = fields if len(fields) > 1 else [_remove_hyphens(fields[0])]
    unbroken_folded = folded if unbroken == fields else _map_filled(fold, unbroken)
    whole = distinct((*_whole_variants(unbroken, unbroken_folded), *_with_initials(fields, folded)))

    simplified = _map_filled(spelling.simplify, folded)
    readings = [simplified if unbroken_folded is folded else _map_filled(spelling.simplify, unbroken_folded)]
    if (stripped := _map_filled(honorifics.strip_doubtful, unbroken)) != unbroken:
        readings.append(_map_filled(spelling.simplify, _map_filled(fold, stripped)))
    similar = (join(*order) for reading in readings for order in _orders(reading))
    to_shorten = readings if simplified in readings else [*readings, simplified]
    return IndexVariants(
        whole=whole,
        similar=distinct(
            (
                *(variant for variant in similar if variant not in whole),
                *chain.from_iterable(map(_shortened, to_shorten)),
            )
        ),
        parts=distinct(join(part) for name in simplified for part in (name, *name.split())),
    )


def mixed_script_variants(*pairs: tuple[str, str]) -> tuple[str, ...]:
    """Return the variants of names whose halves are in two scripts: 山田 タロウ."""
    simplified = (
        [spelling.simplify(fold(half)) for half in pair] for pair in pairs if all(map(str.strip, pair))
    )
    return distinct(spelling.sort_words(*pair) for pair in simplified)


def _filled(fields: list[str]) -> list[str]:
    """Return the fields with placeholders (``-``) emptied; a single filled field alone."""
    filled = ["" if all(punctuation_to_space(char) == " " for char in field) else field for field in fields]
    if not any(filled):
        filled = [field.strip() for field in fields]
    only = list(filter(None, filled))
    return only if len(only) == 1 else filled


def _whole_variants(fields: list[str], folded: list[str]) -> Iterator[str]:
    """Yield the name in each order and each spelling of its umlauts, with and without a suffix (Jr.)."""
    spellings = [umlaut_spellings(fields, folded)]
    if (without_suffix := _map_filled(honorifics.strip_suffix, fields)) != fields:
        spellings.append(umlaut_spellings(without_suffix, _map_filled(fold, without_suffix)))
    return (join(*order) for names in chain.from_iterable(spellings) for order in _orders(names))


def _orders(names: list[str]) -> Iterator[Sequence[str]]:
    """Yield the orders of a name.

    Three fields: either order, with and without the middle name. One field: the last name may begin at any
    word, except in very long names.
    """
    if len(names) > 1:
        first, middle, last = names
        yield from ((first, last), (last, first), (first, middle, last), (last, first, middle))
    else:
        words = names[0].split()
        starts = range(len(words)) if len(words) <= _MAX_WORDS_IN_ALL_ORDERS else (0, 1, -1)
        yield from ((*words[start:], *words[:start]) for start in starts)


def _shortened(names: list[str]) -> set[str]:
    """Return the name with fewer words of the first name, and with either end of the last name."""
    if len(names) == 1:
        words = names[0].split()
        if len(words) < MIN_WORDS_TO_SHORTEN:
            return set()
        begin, end = words[0], words[-1]
        return {spelling.sort_words(begin, end), join(begin, end), join(end, begin)}
    first, last = names[0] or names[1], names[-1] or names[1]
    first_words, last_words = first.split(), last.split()
    firsts = {first, first_words[0], " ".join(first_words[:-1] or first_words)}
    lasts = {last, last_words[-1]} | ({last_words[0]} - _PARTICLES)
    return {spelling.sort_words(*pair) for pair in product(firsts, lasts)} - {
        spelling.sort_words(first, last)
    }


def _with_initials(fields: list[str], folded: list[str]) -> Iterator[str]:
    """Yield the name with initials for its middle names, which may be in the field of the first name.

    Only for scripts with capitals. The second half of a double name (Anne-Marie) has no initial.
    """
    if len(folded) == 1:
        return
    first, middle, last = folded
    if not middle:
        first, *others = fold(_remove_hyphens(fields[0])).split() or [""]
        middle = " ".join(others)
    initials = "".join(word[0] for word in middle.split())
    if initials and all(unicodedata.category(letter) == "Ll" for letter in initials):
        yield join(first, initials, last)
        yield join(first, initials[0], last)


def _remove_hyphens(value: str) -> str:
    """Return the name with hyphenated words as one; the value itself if that leaves no letter.

    Marks on a hyphen are removed with it.
    """
    if value.isalpha():
        return value
    joined, on_hyphen = "", False
    for char in value:
        category = unicodedata.category(char)
        # The Greek iota subscript combines only after case folding.
        is_mark = category == "Cf" or unicodedata.combining(char.casefold()[0]) > 0
        on_hyphen = category == "Pd" or (on_hyphen and is_mark)
        joined += "" if on_hyphen else char
    return joined if joined != value and any(map(str.isalnum, folding.fold(joined))) else value


def _map_filled(change: Callable[[str], str], fields: Iterable[str]) -> list[str]:
    return [field and change(field) for field in fields]
