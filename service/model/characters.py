r"""White space and invisible characters. A text with nothing else is blank.

The constants are for character classes of regular expressions. White space is listed, because ``\s`` matches
different characters in ECMA-262 (OpenAPI) and in Python.
"""

import re

WHITE_SPACE = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""The characters that ``str.strip`` removes: Unicode's White_Space (PropList.txt) and U+001C to U+001F."""

INVISIBLE_BMP = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
)
INVISIBLE = rf"{INVISIBLE_BMP}\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
"""Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt), and U+2800, the blank of Braille.

The property has not changed from Unicode 14 to 17. Python has no function for it. ``INVISIBLE_BMP`` has only
the Basic Multilingual Plane: not all clients support other characters in a character class.
"""

_ONLY_BLANK = re.compile(f"[{WHITE_SPACE}{INVISIBLE}]*")
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")


def is_blank(text: str) -> bool:
    """Return whether a text has only white space and invisible characters, or nothing."""
    return _ONLY_BLANK.fullmatch(text) is not None


def remove_invisible(text: str) -> str:
    """Return the text without invisible characters."""
    return _INVISIBLE.sub("", text)
