"""The orders in which the parts of a whole name are stored and queried.

=======  ======================================================  ===========
         Orders                                                  Example
=======  ======================================================  ===========
Stored   first last; last first; first middle last; last first   Mai An Lê
         middle; for a name in one field each word as the first
Queried  as typed; the first and the last words swapped          Lê An Mai
=======  ======================================================  ===========
"""

from collections.abc import Iterator, Sequence
from itertools import product

# Names with more words are stored in three orders only, and queried only as typed.
_MAX_WORDS_IN_ALL_ORDERS = 6
_MAX_WORDS_SWAPPED = 2


def stored(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the orders in which to store a name: first, middle and last name, or a name in one field."""
    if len(names) > 1:
        first, middle, last = names
        yield from ((first, last), (last, first), (first, middle, last), (last, first, middle))
        return
    # The last part of the name, which a query may have in front, can begin at any word.
    words = names[0].split()
    starts = range(len(words)) if len(words) <= _MAX_WORDS_IN_ALL_ORDERS else (0, 1, -1)
    yield from ((*words[start:], *words[:start]) for start in starts)


def queried(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the words of ``last middle first`` as ``first middle last``.

    The last and the first name have one or two words each. Names of two words yield nothing, because they are
    stored in both orders. Neither do names of more than six words.
    """
    if len(words) > _MAX_WORDS_IN_ALL_ORDERS:
        return
    sizes = range(1, 1 + _MAX_WORDS_SWAPPED)
    for begin, end in product(sizes, sizes):
        if begin + end < len(words):
            yield *words[-end:], *words[begin:-end], *words[:begin]
