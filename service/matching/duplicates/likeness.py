"""How much two names are alike."""

from collections.abc import Iterable
from enum import IntEnum


class NameLikeness(IntEnum):
    """How much two names, or two parts of names, are alike. The greatest value is the most alike."""

    DIFFERENT = 0
    ANOTHER_LETTER = 1
    """Rather two names than one name with a typo: Jim and Kim, Zoran and Zorana."""
    CLOSE = 2
    """Either a short name with a letter too few or too many, or two names: Ian and Iain."""
    UNKNOWN = 3
    """A name is missing, or the names are in scripts that cannot be compared."""
    WEAK = 4
    """An initial, or a part of a double name: J. and John, Anne and Anne-Marie."""
    SIMILAR = 5
    """A nickname, a typo, another spelling, or one name of several."""
    SAME = 6


def unite(likenesses: Iterable[NameLikeness]) -> NameLikeness:
    """Return the likeness of two names from the likenesses of all pairs of their writings.

    Names that differ in one pair are at most similar: 健二 and 謙二 are both read ケンジ.
    """
    found = set(likenesses)
    best = max(found, default=NameLikeness.UNKNOWN)
    different = {each for each in found if each < NameLikeness.UNKNOWN}
    if best is NameLikeness.UNKNOWN and different:
        return max(different)
    return NameLikeness.SIMILAR if best is NameLikeness.SAME and different else best
