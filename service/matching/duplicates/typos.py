"""Decide whether two different words are the same word with a typo."""

from itertools import groupby

_MIN_LENGTH = 4
_MIN_LENGTH_OF_OTHER_LETTER = 5
_MIN_LENGTH_OF_LAST_NAME = 3
_MIN_LENGTH_OF_TWO_TYPOS = 7
_VOWELS = frozenset("aeiouyαειηουωаеиоуыэюя")  # noqa: RUF001 - in three scripts
_ENDINGS = frozenset({"", *"aeioαηοаяеи"})  # noqa: RUF001 - in three scripts
_SWAPPED = 2
_MIN_LENGTH_WITHOUT_FIRST = 6
_MIN_LENGTH_OF_SHORT_FORM = 3
# Many names of women are a name of men with one of these endings.
_OF_WOMEN = frozenset(
    ("a", "ana", "ane", "e", "ella", "elle", "etta", "ette", "i", "ia", "ina", "ine", "ita", "na", "ne", "o")
)


def one_typo(one: str, other: str) -> bool:
    """Return whether one typo makes a word the other: a letter left out, added or replaced, or two swapped.

    The swapped letters are next to each other. The words must not be equal.
    """
    _, first, second = _differences(one, other)
    if len(first) == len(second) == _SWAPPED:
        return first == second[::-1]
    return len(first) <= 1 and len(second) <= 1


def may_be_one_name(one: str, other: str) -> bool:
    """Return whether two first names that differ in one typo may be one name: Ian, Iain.

    They may if a letter is left out, added or swapped, except a vowel at the end (Jan, Jana). If a letter is
    replaced, they are two names (Jim, Kim).
    """
    is_same_letters = len(one) != len(other) or sorted(one) == sorted(other)
    return is_same_letters and not are_of_both_sexes(one, other)


def of_first_name(one: str, other: str) -> bool:
    """Return whether two different first names are rather one name with a typo than two names.

    They are two names if the first letter is replaced (Jason, Mason), or any letter of a short name (Tim,
    Tom).
    """
    length = max(len(one), len(other))
    start, first, second = _differences(one, other)
    if length < _MIN_LENGTH or not one_typo(one, other) or are_of_both_sexes(one, other):
        return False
    if len(first) == len(second):
        return len(first) == _SWAPPED or (start > 0 and length >= _MIN_LENGTH_OF_OTHER_LETTER)
    # One letter too many, or one too few.
    longer = max(one, other, key=len)
    if start == 0:
        return length >= _MIN_LENGTH_WITHOUT_FIRST
    return (
        length >= _MIN_LENGTH_OF_OTHER_LETTER
        or longer[start] not in _VOWELS
        or longer[start] == longer[start - 1]
    )


def are_of_both_sexes(one: str, other: str) -> bool:
    """Return whether two first names differ only by a vowel at the end: Mario, Maria; Jan, Jana."""
    start, first, second = _differences(one, other)
    is_end = start + max(len(first), len(second)) == max(len(one), len(other))
    return is_end and max(len(first), len(second)) == 1 and {first, second} <= _ENDINGS


def without_doubled_letters(word: str) -> str:
    """Return the word with one letter for each sequence of the same letter."""
    return "".join(letter for letter, _ in groupby(word))


def is_short_form(one: str, other: str) -> bool:
    """Return whether one first name is a short form of the other, its beginning: Koen, Koenraad.

    Endings that often make a name of women do not count: Jan, Jana.
    """
    shorter, longer = sorted((one, other), key=len)
    ending = longer[len(shorter) :]
    return (
        len(shorter) >= _MIN_LENGTH_OF_SHORT_FORM and longer == shorter + ending and ending not in _OF_WOMEN
    )


def of_last_name(one: str, other: str) -> bool:
    """Return whether two different last names are probably one name with a typo, or a long one with two."""
    if max(len(one), len(other)) < _MIN_LENGTH_OF_LAST_NAME:
        return False
    if one_typo(one, other):
        return True
    if min(len(one), len(other)) < _MIN_LENGTH_OF_TWO_TYPOS:
        return False
    _, first, second = _differences(one, other)
    # Two typos: remove one difference from each end.
    return any(
        one_typo(shorter, longer)
        for shorter, longer in (
            (first[1:], second[1:]),
            (first[1:], second),
            (first, second[1:]),
        )
        if shorter != longer
    )


def _differences(one: str, other: str) -> tuple[int, str, str]:
    """Return the length of the common beginning, and both words without common beginning and end."""
    shortest = min(len(one), len(other))
    start = 0
    while start < shortest and one[start] == other[start]:
        start += 1
    end = 0
    while end < shortest - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return start, one[start : len(one) - end], other[start : len(other) - end]
