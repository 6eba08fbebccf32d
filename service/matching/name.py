"""Names: no order is assumed, and none is lost."""

import unicodedata
from collections.abc import Iterable

from service.matching import text

_APOSTROPHE = "'"


def fold(value: str) -> str:
    """Return a name as a key: folded text, apostrophes dropped, other punctuation made into blanks.

    A non-blank name never gives an empty key: one made of punctuation alone keeps it.
    """
    folded = text.fold(value)
    if folded.replace(" ", "").isalnum():
        return folded
    bare = "".join(_plain(char) for char in folded if char != _APOSTROPHE)
    # Taking punctuation out may bring a mark beside a new letter, hence once more.
    return text.fold(bare) or folded


def full_forms(first: str, middle: str, last: str) -> tuple[str, ...]:
    """Return a whole name in both orders, with and without the middle name, folded."""
    first, middle, last = fold(first), fold(middle), fold(last)
    return _distinct(
        (
            _join(first, last),
            _join(last, first),
            _join(first, middle, last),
            _join(last, first, middle),
        )
    )


def orders(value: str) -> tuple[str, ...]:
    """Return a name typed in one piece: as it stands, its last word first, and its first word last."""
    folded = fold(value)
    words = folded.split()
    return _distinct((folded, " ".join(words[-1:] + words[:-1]), " ".join(words[1:] + words[:1])))


def parts(*fields: str) -> tuple[str, ...]:
    """Return what can be asked for alone: each field (``van der berg``), and each word of it."""
    folded = [fold(field) for field in fields]
    return _distinct((*folded, *(word for field in folded for word in field.split())))


def _plain(char: str) -> str:
    return " " if unicodedata.category(char).startswith("P") else char


def _join(*words: str) -> str:
    return " ".join(filter(None, words))


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))
