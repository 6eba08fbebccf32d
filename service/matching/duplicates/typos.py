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
# These endings make another name, often a woman's: Jan, Jana; Carl, Carlo.
_ENDINGS_OF_OTHER_NAMES = frozenset(
    ("a", "ana", "ane", "e", "ella", "elle", "etta", "ette", "i", "ia", "ina", "ine", "ita", "na", "ne", "o")
)


def one_typo(one: str, other: str) -> bool:
    """Return whether one typo turns one word into the other. The words must be different.

    A letter is left out, added or replaced, or two letters next to each other are swapped.
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
    no_letter_is_replaced = len(one) != len(other) or sorted(one) == sorted(other)
    return no_letter_is_replaced and not are_of_both_sexes(one, other)


def of_first_name(one: str, other: str) -> bool:
    """Return whether two different first names are rather one name with a typo than two names.

    They are two names if the first letter is replaced (Jason, Mason), or with another vowel at the end (Jan,
    Jana). Short names are two also if another letter is replaced (Tim, Tom), a vowel is added (Ian, Iain) or
    the first letter is missing (Anna, Hanna).
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
    """Return whether two first names differ only by a vowel such as a or o at the end: Mario, Maria."""
    start, first, second = _differences(one, other)
    is_end = start + max(len(first), len(second)) == max(len(one), len(other))
    return is_end and max(len(first), len(second)) == 1 and {first, second} <= _ENDINGS


def without_doubled_letters(word: str) -> str:
    """Return the word with one letter for each sequence of the same letter."""
    return "".join(letter for letter, _ in groupby(word))


def is_short_form(one: str, other: str) -> bool:
    """Return whether one first name is the beginning of the other, as short forms are: Koen, Koenraad.

    Endings that make another name do not count: Jan, Jana.
    """
    shorter, longer = sorted((one, other), key=len)
    ending = longer[len(shorter) :]
    if len(shorter) < _MIN_LENGTH_OF_SHORT_FORM or ending in _ENDINGS_OF_OTHER_NAMES:
        return False
    return longer == shorter + ending


def of_last_name(one: str, other: str) -> bool:
    """Return whether two different last names are probably one with a typo, or with two if both are long."""
    if max(len(one), len(other)) < _MIN_LENGTH_OF_LAST_NAME:
        return False
    if one_typo(one, other):
        return True
    if min(len(one), len(other)) < _MIN_LENGTH_OF_TWO_TYPOS:
        return False
    _, first, second = _differences(one, other)
    # Two typos: skip the first one, at the start of the differences, and compare the rest.
    rests = [(first[1:], second[1:]), (first[1:], second), (first, second[1:])]
    if first[:_SWAPPED] == second[:_SWAPPED][::-1]:
        rests.append((first[_SWAPPED:], second[_SWAPPED:]))
    return any(one_typo(*rest) for rest in rests)


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
