"""Find names by their initials, and names that are stored with initials by the full names.

=====================  ============================  ================================
Profile                Stored, among others          Found by
=====================  ============================  ================================
John Ronald / Tolkien  ``j tolkien, jr tolkien``     J. Tolkien; Tolkien, J. R.
J. / Smith             the words ``j smith``         John Smith, Jane Smith
=====================  ============================  ================================

Initials exist only in scripts with capital letters.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from service.matching.name.spelling import join

_MAX_INITIALS = 4
# Folding turns one letter into two: Æ, Œ, Þ.
_LIGATURES = frozenset({"ae", "oe", "th"})

# Initials that are written as one word: in capitals beside other words, or letters that can hardly be a name,
# because they lack a vowel or end with a j. Exceptions are Ng, Md (Mohammed), St, suffixes and degrees.
_SHORT_WORD = re.compile(r"\b[^\W\d_]{2,3}\b")
_NO_NAME = re.compile("[bcdfghjklmnpqrstvwxz]{2,3}|[aeiou]j")
_NO_INITIALS = frozenset({"ng", "md", "st", "jr", "sr", "ii", "iii", "iv", "phd", "mba"})


@lru_cache(maxsize=1024)
def is_initial(word: str) -> bool:
    """Return whether a folded word is a single letter of a script with capital letters."""
    return word in _LIGATURES or (len(word) == 1 and unicodedata.category(word) == "Ll")


def stored(words: Sequence[str], family: Sequence[str]) -> Iterator[str]:
    """Yield the last name, or its first or last word, after one to four initials of the other words.

    ``family`` are the words at the end that are the last name. If it is empty, the name is in one field, and
    the last name may be its last word, its last two words, or its first word. Names with a word that cannot
    have an initial are ignored.
    """
    halves: list[tuple[Sequence[str], Sequence[str]]]
    if family:
        halves = [(words[: -len(family)], (join(*family), family[0], family[-1]))]
    else:
        halves = [(words[:-1], words[-1:]), (words[:-2], (join(*words[-2:]),)), (words[1:], words[:1])]
    for given, names in halves:
        if all(is_initial(word[0]) for word in given):
            for initials in accumulate(word[0] for word in given[:_MAX_INITIALS]):
                yield from (f"{initials} {name}" for name in names)


def queried(words: Sequence[str]) -> tuple[str, ...]:
    """Return the variant to query for a name with initials, if it has any.

    It has the initials, at most four, before the other words: ``jr tolkien``.
    """
    initials, name = _split(words)
    return (f"{initials} {name}",) if initials and name else ()


def spelled_out(typed: str, words: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a typed name with one word for each initial: JP Roux, AJ Lee, Семенов ИП."""
    short = _SHORT_WORD.findall(typed) if typed != typed.upper() else ()
    capitals = {word.lower() for word in short if word.isupper()}
    together = {word for word in words if word in capitals or _NO_NAME.fullmatch(word)} - _NO_INITIALS
    return tuple(letter for word in words for letter in (word if word in together else (word,)))


def queried_by_first(words: Sequence[str]) -> tuple[str, ...]:
    """Return the variant to query for a name with initials, if it has any, without those of middle names.

    It has the first initial before the other words: ``j tolkien``.
    """
    initials, name = _split(words)
    return (f"{initials[0]} {name}",) if initials and name else ()


def abbreviations(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the words of a typed name with initials for some of them, as a profile may have them.

    The last name is the last word, or the first. Initials stand for all or some of the other words.
    """
    if len(words) > 1:
        short = _shorten(words)
        shortened = (
            (*short[:-1], words[-1]),
            (words[0], *short[1:]),
            (short[0], *words[1:]),
            (*words[:-1], short[-1]),
            (words[0], *short[1:-1], words[-1]),
        )
        yield from (each for each in shortened if _is_abbreviated(each))


def abbreviated_pairs(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the first and last name of a typed name, with an initial for the first name.

    The last name may be the last word, or the first one.
    """
    if len(words) > 1:
        short = _shorten(words)
        yield from filter(_is_abbreviated, ((short[0], words[-1]), (words[0], short[1])))


def without_initials(words: Sequence[str]) -> Sequence[str]:
    """Return the words without initials if at least two remain, otherwise all words."""
    names = [word for word in words if not is_initial(word)]
    return names if len(names) > 1 else words


def _split(words: Sequence[str]) -> tuple[str, str]:
    initials = [word[0] for word in words if is_initial(word)]
    return "".join(initials[:_MAX_INITIALS]), join(*(word for word in words if not is_initial(word)))


def _is_abbreviated(words: Sequence[str]) -> bool:
    return any(map(is_initial, words)) and not all(map(is_initial, words))


def _shorten(words: Sequence[str]) -> Sequence[str]:
    return [word[0] if is_initial(word[0]) else word for word in words]
