"""How much two names are alike."""

from collections.abc import Iterable
from enum import IntEnum


class NameLikeness(IntEnum):
    """How much two names, or two parts of names, are alike; the greatest is the most."""

    DIFFERENT = 0
    CLOSE = 1
    """A short name with a letter too few or too many, or two names: Jon and Joni."""
    UNKNOWN = 2
    """One of them is missing, or they are in scripts that cannot be compared."""
    WEAK = 3
    """An initial, or a part of a double name: J. and John, Anne and Anne-Marie."""
    SIMILAR = 4
    """A nickname, a typo, another spelling, or one name of several."""
    SAME = 5


def unite(likenesses: Iterable[NameLikeness]) -> NameLikeness:
    """Return the likeness of names that are each written in several ways, from that of each two writings.

    Names that differ in one writing are at most similar: 健二 and 謙二 are both read ケンジ.
    """
    found = set(likenesses)
    best = max(found, default=NameLikeness.UNKNOWN)
    different = found & {NameLikeness.DIFFERENT, NameLikeness.CLOSE}
    if best is NameLikeness.UNKNOWN and different:
        return max(different)
    return NameLikeness.SIMILAR if best is NameLikeness.SAME and different else best
