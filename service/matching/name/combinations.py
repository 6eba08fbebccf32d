"""Find names by any of their words, in any order.

MongoDB finds only index terms that equal a query term. So each combination of words that a query may have is
stored, with its words in sorted order. A query contains the combination of all its words. So it reads no
profile that lacks one of these words, even if each of the words is common.

======================  ==========================================  ===========
Words of the profile    Stored combinations                         Number
======================  ==========================================  ===========
2                       of both, unless both orders are whole names 0 or 1
3 to 5                  of two words or more                        4, 11, 26
6 to 8                  of two and three words                      35, 56, 84
more                    those of the first and the last four words  84
======================  ==========================================  ===========

A query of four words or more finds a name of six words or more by three of the query's words.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, combinations

from service.matching.name.initials import is_initial

MAX_WORDS = 8
_MAX_WORDS_IN_ALL_COMBINATIONS = 5
_MAX_COMBINED = 3
# Prefix of the combinations of three words of a long name. No folded name with words begins with it.
_LONG = "*"


def stored(words: Sequence[str]) -> Iterator[str]:
    """Yield the combinations to store for the words of a name, except combinations of initials alone."""
    half = MAX_WORDS // 2
    chosen = [*words[:half], *words[half:][-half:]]
    is_long = len(chosen) > _MAX_WORDS_IN_ALL_COMBINATIONS
    sizes = range(2, 1 + (_MAX_COMBINED if is_long else len(chosen)))
    for combined in chain.from_iterable(combinations(sorted(chosen), size) for size in sizes):
        if not all(map(is_initial, combined)):
            yield _of_long_name(combined) if is_long and len(combined) == _MAX_COMBINED else combine(combined)


def queried(words: Sequence[str]) -> Iterator[str]:
    """Yield the combinations to query for names that have all of the words. One word has none."""
    if len(words) > 1:
        yield combine(words)
    if len(words) == _MAX_COMBINED:
        yield _of_long_name(sorted(words))


def queried_by_three(words: Sequence[str]) -> Iterator[str]:
    """Yield a combination of three words of a typed name of four words or more, to find long names.

    The three words are the first, the last, and the longest between them.
    """
    if len(words) > _MAX_COMBINED:
        first, *between, last = words
        yield _of_long_name(sorted((first, max(between, key=len), last)))


def combine(words: Sequence[str]) -> str:
    """Return the combination of words, which does not depend on their order."""
    return " ".join(sorted(words))


def _of_long_name(words: Sequence[str]) -> str:
    return " ".join((_LONG, *words))
