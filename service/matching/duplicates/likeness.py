"""How much two names are alike."""

from collections.abc import Iterable
from enum import IntEnum


class NameLikeness(IntEnum):
    """How much two names, or two parts of names, are alike; the greatest is the most."""

    DIFFERENT = 0
    UNKNOWN = 1
    """One of them is missing, or they are in scripts that cannot be compared."""
    WEAK = 2
    """An initial, or a part of a double name: J. and John, Anne and Anne-Marie."""
    SIMILAR = 3
    """A nickname, a typo, another spelling, or one name of several."""
    SAME = 4


def unite(likenesses: Iterable[NameLikeness]) -> NameLikeness:
    """Return the likeness of names that are each written in several ways, from that of each two writings.

    Names that differ in one writing are at most similar: 健二 and 謙二 are both read ケンジ.
    """
    found = set(likenesses)
    best = max(found, default=NameLikeness.UNKNOWN)
    if best > NameLikeness.SIMILAR and NameLikeness.DIFFERENT in found:
        return NameLikeness.SIMILAR
    # A name in two scripts is different only if no script is unknown and none is alike.
    return NameLikeness.DIFFERENT if found == {NameLikeness.DIFFERENT, NameLikeness.UNKNOWN} else best
