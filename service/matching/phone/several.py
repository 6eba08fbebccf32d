"""Split a value that contains several phone numbers."""

import re
from collections.abc import Callable, Sequence

_MIN_DIGITS, _MAX_NUMBERS = 7, 8
# ITU-T E.164, section 6: the length of the longest number. A longer text can only be several numbers.
_MAX_DIGITS_OF_ONE = 15

# Between numbers: words in any language, except those before an extension, and signs that rarely separate the
# groups of one number.
_WORDS_OR_SIGNS = re.compile(
    r"(?<=\d)(?!\W*(?:x|ext(?:ensio)?n?)\W*\d)(?=[^\d+]*?[^\W\d_])[^\d+]*?(?=[+(]?\d)|[;|&\u3001]|,\s|\s[/\\]\s"
)
# Signs that also separate groups, and the plus sign of the next number.
_GROUP_SIGNS = re.compile(r"[/\\,;]|\s[-\u2010-\u2015]\s|(?<=\d)\s*(?=\+\d)")
_BLANKS = re.compile(r"\s+(?=[+(\d])")


def may_be_several(text: str) -> bool:
    """Return whether the text has enough digits for two numbers."""
    return _count_digits(text) >= 2 * _MIN_DIGITS


def split(text: str, are_numbers: Callable[[Sequence[str], bool], bool]) -> list[str]:
    """Return the parts of a text if all are numbers, otherwise the whole text.

    ``are_numbers`` takes parts with at least seven digits each, and whether it is certain that there are
    several: the text is too long for one number, and has words or signs between the parts.
    """
    # An address or an ID is one value, even if digits are also in its host.
    if not may_be_several(text) or "@" in text:
        return [text]
    too_long = _count_digits(text) > _MAX_DIGITS_OF_ONE
    for delimiter in (_WORDS_OR_SIGNS, _GROUP_SIGNS, *([_BLANKS] if too_long else [])):
        parts = [part.strip() for part in delimiter.split(text) if part.strip()]
        long_enough = all(_count_digits(part) >= _MIN_DIGITS for part in parts)
        certain = too_long and delimiter is _WORDS_OR_SIGNS
        if 1 < len(parts) <= _MAX_NUMBERS and long_enough and are_numbers(parts, certain):
            return parts
    return [text]


def _count_digits(text: str) -> int:
    return sum(map(str.isdecimal, text))
