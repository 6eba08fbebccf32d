"""Names: no order is assumed, and none is lost.

An index knows equality alone, so all that may differ is settled in what is stored and in what is asked:

- ``full``: the whole name in each order, folded and without blanks, so it does not matter where they stand;
- ``alike``: the whole name without what is easily written another way, and the name without its middle;
- ``parts``: each field, and each word of it.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product

from service.matching import folding as text
from service.matching.name import honorifics, spelling

_APOSTROPHE = "'"
_LONG = 3
_LONGEST = 6

# The two forms of company that Japan abbreviates; NFKC has made (株) of ㈱.
_COMPANIES = (("(株)", "株式会社"), ("(有)", "有限会社"))

# What some last names begin with, and nobody is called.
_PARTICLES = frozenset(
    {"al", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ibn", "la"}
    | {"le", "mac", "mc", "o", "ten", "ter", "van", "von", "zu"}
)


@dataclass(frozen=True, slots=True)
class Stored:
    """What a name is found by."""

    full: tuple[str, ...]
    alike: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a typed name asks for, and how it reads; ``nearly`` is asked of what is stored in full."""

    read: str
    full: tuple[str, ...]
    nearly: tuple[str, ...]
    alike: tuple[str, ...]
    parts: tuple[str, ...]


def fold(value: str) -> str:
    """Return a name folded: apostrophes dropped, other punctuation made into blanks.

    A non-blank name never gives an empty one: one made of punctuation alone keeps it.
    """
    folded = text.fold(value)
    if folded.replace(" ", "").isalnum():
        return folded
    for short, written_out in _COMPANIES:
        folded = folded.replace(short, written_out)
    bare = "".join(_plain(char) for char in folded if char != _APOSTROPHE)
    # Taking punctuation out may bring a mark beside a new letter, hence once more.
    return text.fold(bare) or folded


def key(*values: str) -> str:
    """Return folded names as one key, in which blanks do not count: 山田 太郎, Anne-Marie, O Neil."""
    return "".join(values).replace(" ", "")


def identity(value: str) -> str:
    """Return the one key of a name that no other may have."""
    return key(fold(honorifics.bare(value)))


def stored(first: str, middle: str = "", last: str = "") -> Stored:
    """Return what a name is found by; each field may be blank.

    A name in one field is read in any order. One of three words or more in two fields is found without its
    middle: ``Anne`` of ``Anne-Marie``, and either end of ``García Márquez``. A middle name is as good as its
    initial, and a ``Jr.`` may be left out, as a middle name may.
    """
    fields = _filled(_each(honorifics.bare, (first, middle, last)))
    if not any(fields):
        return Stored((), (), ())
    names = _folded(fields)
    # Turned, a name in one field is not broken at a hyphen.
    whole = fields if len(fields) > 1 else [_unhyphenated(fields[0])]
    turned = names if whole == fields else _folded(whole)
    loose = _loosened(names)
    readings = [loose if turned is names else _loosened(turned)]
    if (barest := _each(honorifics.undoubted, whole)) != whole:
        readings.append(_loosened(_folded(barest)))
    said = [whole, fell] if (fell := _each(honorifics.without_suffix, whole)) != whole else [whole]
    spelt = [each for way in said for each in _spellings(way, turned if way is whole else _folded(way))]
    full = _distinct(
        (*(key(*order) for each in spelt for order in _orders(each)), *_with_initials(fields, names))
    )
    alike = (key(*order) for reading in readings for order in _orders(reading))
    shorter = readings if loose in readings else [*readings, loose]
    return Stored(
        full=full,
        alike=_distinct(
            (*(form for form in alike if form not in full), *chain.from_iterable(map(_shortened, shorter)))
        ),
        parts=_distinct(key(part) for name in loose for part in (name, *name.split())),
    )


def spellings(value: str) -> tuple[str, ...]:
    """Return the keys of a name in the one order that it has, as a company's or the value of a text key.

    The one that identifies it first: its umlauts are two letters, as it may be typed without them.
    """
    return _keys([value])[::-1] if value.strip() else ()


def mixed(*pairs: tuple[str, str]) -> tuple[str, ...]:
    """Return what a name is found by whose halves are in two scripts: 山田 タロウ."""
    folded = ([spelling.loosen(fold(half)) for half in pair] for pair in pairs if all(map(str.strip, pair)))
    return _distinct(spelling.unordered(*pair) for pair in folded)


def asked(value: str) -> Asked:
    """Return what a typed name asks for: as it stands, and without honorifics."""
    bare, barest = honorifics.bare(value), honorifics.barest(value)
    typed = _distinct((value, bare, _without_comma(bare)))
    read = fold(bare)
    initialless = _without_initials(read)
    loose = _distinct(spelling.loosen(fold(form)) for form in (bare, barest, value, initialless))
    words = read.split()
    shorter = [words[0] + words[-1], words[0] + words[1]] if len(words) >= _LONG else []
    full = _keys(typed)
    nearly = _distinct((*_keys([barest, initialless]), key(loose[0]), *shorter))
    return Asked(
        read=read,
        full=full,
        nearly=tuple(form for form in nearly if form not in full),
        alike=_distinct(
            (*(form for name in loose for form in (key(name), spelling.unordered(name))), key(read))
        ),
        parts=_distinct(map(key, loose)),
    )


def beginnings(value: str) -> tuple[str, ...]:
    """Return what the keys of names begin with that begin as typed; one too short says how short it is."""
    forms = _keys(_distinct((value, honorifics.bare(value))))
    return tuple(filter(text.is_begun, forms)) or forms[:1]


def _filled(fields: list[str]) -> list[str]:
    """Return a single field alone, and without what only holds the place of another (``-``)."""
    said = ["" if all(_plain(char) == " " for char in field) else field for field in fields]
    if not any(said):
        said = [field.strip() for field in fields]
    filled = list(filter(None, said))
    return filled if len(filled) == 1 else said


def _keys(values: Iterable[str]) -> tuple[str, ...]:
    return _distinct(key(*spelt) for value in values for spelt in _spellings([value], [fold(value)]))


def _spellings(fields: list[str], folded: list[str]) -> Iterator[list[str]]:
    """Return the fields without their umlauts, and if they have any, spelt out."""
    yield folded
    spelt = [spelling.out(field) for field in fields]
    if spelt != fields:
        yield [fold(field) for field in spelt]


def _orders(names: list[str]) -> Iterator[Sequence[str]]:
    """Return a name of three fields in either order, with and without the middle one; or one field turned.

    Wherever its last name begins, unless it has so many words that each could begin one.
    """
    if len(names) > 1:
        first, middle, last = names
        yield from ((first, last), (last, first), (first, middle, last), (last, first, middle))
    else:
        words = names[0].split()
        starts = range(len(words)) if len(words) <= _LONGEST else (0, 1, -1)
        yield from ((*words[start:], *words[:start]) for start in starts)


def _shortened(names: list[str]) -> set[str]:
    """Return the last name with fewer words of the first, and the first name with either end of the last."""
    if len(names) == 1:
        words = names[0].split()
        if len(words) < _LONG:
            return set()
        begun, ended = words[0], words[-1]
        return {spelling.unordered(begun, ended), key(begun, ended), key(ended, begun)}
    first, last = names[0] or names[1], names[-1] or names[1]
    words = last.split()
    ends = {last, words[-1]} if words[0] in _PARTICLES else {last, words[0], words[-1]}
    said = first.split()
    found = {
        spelling.unordered(*pair) for pair in product({first, said[0], " ".join(said[:-1] or said)}, ends)
    }
    return found - {spelling.unordered(first, last)}


def _without_comma(value: str) -> str:
    """Return a name in the order in which it is said: ``Beethoven, Ludwig van``; nothing for any other."""
    last, _, first = text.canonical(value).partition(",")
    return f"{first} {last}" if first.strip() and last.strip() and "," not in first else ""


def _with_initials(fields: list[str], names: list[str]) -> Iterator[str]:
    """Yield a name with the initials of its middle names, which may stand behind the first; in capitals only.

    The second half of a double name has none: Anne-Marie.
    """
    if len(names) == 1:
        return
    first, middle, last = names
    if not middle:
        first, *others = fold(_unhyphenated(fields[0])).split() or [""]
        middle = " ".join(others)
    initials = "".join(word[0] for word in middle.split())
    if initials and all(unicodedata.category(letter) == "Ll" for letter in initials):
        yield key(first, initials, last)
        yield key(first, initials[0], last)


def _without_initials(folded: str) -> str:
    """Return a name without single letters in its middle; without capitals a letter may be a name."""
    first, *middle, last = folded.split() if " " in folded else (folded, "")
    said = [word for word in middle if len(word) > 1 or unicodedata.category(word) != "Ll"]
    return " ".join((first, *said, last)).strip()


def _unhyphenated(value: str) -> str:
    """Return a name in which what a hyphen joins is one word; the value itself if it has none, or no letter.

    Marks on a hyphen go with it.
    """
    if value.isalpha():
        return value
    joined, on_hyphen = "", False
    for char in value:
        category = unicodedata.category(char)
        # Folded, the iota below a letter is one.
        is_mark = category == "Cf" or unicodedata.combining(char.casefold()[0]) > 0
        on_hyphen = category == "Pd" or (on_hyphen and is_mark)
        joined += "" if on_hyphen else char
    return joined if joined != value and any(map(str.isalnum, text.fold(joined))) else value


def _each(change: Callable[[str], str], fields: Iterable[str]) -> list[str]:
    """Return the fields changed, those that are not empty."""
    return [field and change(field) for field in fields]


def _folded(fields: Iterable[str]) -> list[str]:
    return _each(fold, fields)


def _loosened(folded: Iterable[str]) -> list[str]:
    return _each(spelling.loosen, folded)


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    return " " if char.isspace() or unicodedata.category(char).startswith("P") else char


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))
