"""Replace characters that keyboards and programs produce instead of those of an e-mail address."""

import html
import re
import unicodedata

from service.matching.folding import signs
from service.model.characters import remove_invisible

# Full-width forms of ASCII (Unicode, section 18.5), the ideographic space, and the small commercial at.
_HALF_WIDTH = {0xFF01 + code: 0x21 + code for code in range(94)} | {0x3000: 0x20, 0xFE6B: 0x40}

# Word processors type quotation marks, accents and primes instead of ASCII apostrophes and quotation marks.
_TYPOGRAPHIC = str.maketrans("\u00b4\u02b9\u02bc\u2018\u2019\u201b\u2032\u201c\u201d", "'''''''\"\"")
_PLAIN = signs.UNIFIED | _HALF_WIDTH | _TYPOGRAPHIC

# The capital of i in Turkish, which Python lower-cases to an i and a second dot.
_TURKISH_CAPITAL = "\u0130"

# Separators of domain labels besides the full stop (UTS #46, section 2.3).
_LABEL_SEPARATORS = "\u3002\uff61"

# Punctuation that labels of domains may contain: Catalan, Hebrew, Japanese (RFC 5892, appendix A).
_IN_LABELS = "\u00b7\u05f3\u05f4\u30fb"

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)


def make_plain(value: str) -> str:
    """Return the value in lower case and in NFC, with ASCII signs for those that look like them.

    HTML entities become their characters. Other signs outside ASCII become spaces, unless domains may contain
    them.
    """
    if "&" in value:
        value = _ENTITY.sub(lambda entity: html.unescape(entity[0]), value)
    if value.isascii():
        return value.lower()
    text = unicodedata.normalize("NFC", remove_invisible(value).translate(_PLAIN)).replace(
        _TURKISH_CAPITAL, "i"
    )
    return unicodedata.normalize("NFC", "".join(map(_plain_character, text)).lower())


def _plain_character(char: str) -> str:
    category = unicodedata.category(char)
    if char.isascii() or category[0] in "LMN" or char in _LABEL_SEPARATORS or char in _IN_LABELS:
        return char
    if category == "Cf":
        return ""
    return "-" if category == "Pd" else " "
