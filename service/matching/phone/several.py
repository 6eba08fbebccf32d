"""Split a value that contains several phone numbers."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from service.matching.phone.numbering_plans import MAX_DIGITS

_MIN_DIGITS = 7
# Further numbers in a value are ignored.
_MAX_NUMBERS = 8

_DIGIT = re.compile(r"\d")

# Between numbers: words in any language, except those before an extension, and signs that rarely separate the
# groups of one number.
_WORDS_OR_SIGNS = re.compile(
    r"(?<=\d)(?!\W*(?:x|ext(?:ensio)?n?)\W*\d)(?=[^\d+]*?[^\W\d_])[^\d+]*?(?=[+(]?\d)"
    r"|[;|&\u3001]|:{2,}|,\s|\s[/\\+]\s"
)
# Signs that also separate groups, and the plus sign of the next number.
_GROUP_SIGNS = re.compile(r"[/\\,;\u00b7\u2022\u30fb]|\s[-\u2010-\u2015]\s|(?<=\d)\s*(?=\+\d)")
_BLANKS_BEFORE_AREA = re.compile(r"\s+(?=[+(])")
_BLANKS = re.compile(r"\s+(?=[+(\d])")


class Split(NamedTuple):
    """A way to split a text into parts, each with at least seven digits."""

    parts: tuple[str, ...]
    too_long: bool
    """The text is too long for one number."""
    certain: bool
    """The text is too long, words or signs separate its parts, and no part is longer than the longest number.

    So the parts need not be valid numbers.
    """


def may_be_several(text: str) -> bool:
    """Return whether the text has enough digits for two numbers."""
    return len(text) >= 2 * _MIN_DIGITS and _count_digits(text) >= 2 * _MIN_DIGITS


def splits(text: str) -> Iterator[Split]:
    """Yield the ways to split a text into parts that may be numbers, the most likely way first.

    Each way has at least two parts. Only the first eight parts are kept.
    """
    # An address or an ID with a host is one value, even if the host contains digits too.
    if not may_be_several(text) or "@" in text:
        return
    # A text with more digits than the longest number can only be several numbers.
    too_long = _count_digits(text) > MAX_DIGITS
    for delimiter in (_WORDS_OR_SIGNS, _GROUP_SIGNS, *([_BLANKS_BEFORE_AREA, _BLANKS] if too_long else [])):
        parts = tuple(part.strip() for part in delimiter.split(text) if part.strip())
        digits = list(map(_count_digits, parts))
        if len(parts) > 1 and min(digits) >= _MIN_DIGITS:
            certain = too_long and delimiter is _WORDS_OR_SIGNS and max(digits) <= MAX_DIGITS
            yield Split(parts[:_MAX_NUMBERS], too_long, certain)


def likely_parts(text: str) -> tuple[str, ...]:
    """Return the parts of the most likely split, or the whole text if it cannot be split."""
    split = next(splits(text), None)
    return split.parts if split else (text,)


def _count_digits(text: str) -> int:
    return len(_DIGIT.findall(text))
