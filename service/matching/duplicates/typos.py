"""Decide whether two different words are the same word with a typo."""

_MIN_LENGTH = 4
_MIN_LENGTH_OF_OTHER_LETTER = 5
_MIN_LENGTH_OF_TWO_TYPOS = 9
_VOWELS = frozenset("aeiouyαειηουωаеиоуыэюя")  # noqa: RUF001 - Latin, Greek and Cyrillic
_EXCHANGED = 2


def one_typo(one: str, other: str) -> bool:
    """Return whether one letter is left out, added or another one, or two neighbours are exchanged.

    The words are different.
    """
    _, first, second = _differences(one, other)
    if len(first) == len(second) == _EXCHANGED:
        return first == second[::-1]
    return len(first) <= 1 and len(second) <= 1


def of_first_name(one: str, other: str) -> bool:
    """Return whether two different first names are rather one name with a typo than two names.

    Names that differ in the first letter or in a vowel at the end, and short names with another letter are
    two names: Jason, Mason; Mario, Maria; Tim, Tom.
    """
    length = max(len(one), len(other))
    if length < _MIN_LENGTH:
        return False
    start, first, second = _differences(one, other)
    if len(first) == len(second) == _EXCHANGED:
        return first == second[::-1]
    if len(first) > 1 or len(second) > 1 or start == 0:
        return False
    at_end = start + max(len(first), len(second)) == length
    if at_end and (first in _VOWELS or not first) and (second in _VOWELS or not second):
        return False
    if first and second:
        return length >= _MIN_LENGTH_OF_OTHER_LETTER
    return length >= _MIN_LENGTH_OF_OTHER_LETTER or (first or second) not in _VOWELS


def of_last_name(one: str, other: str) -> bool:
    """Return whether two different last names are probably one name with a typo, or a long one with two."""
    if max(len(one), len(other)) < _MIN_LENGTH:
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
