"""Replace characters of a phone number that phonenumbers rejects. Find letters, plus signs and extensions."""

import re
import unicodedata
from functools import lru_cache

from service.matching import folding

# Separators that phonenumbers rejects. A wrong code page turns a backslash into a yen sign, and CP932 a wave
# dash into a tilde. NFKC makes the mark U+0301 from an acute accent, and the dot U+30FB from its half-width
# form.
_DASHES = (
    r"\u02d7\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u2053\u2212\u223c\u2500\u2501\u2796"
    r"\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0\u30fc\ufe31\ufe32"
)
_DOTS = r"\u00b7\u2022\u2027\u30fb_"
_APOSTROPHES = r"'`\u0301\u2018\u2019\u02bc\u2032"
_SEPARATORS = re.compile(
    rf"(?<=[\d)])\s*[~|\u00a6\u2016\u2225:=\\\u00a5\u20a9\u3001{_DOTS}{_APOSTROPHES}{_DASHES}]+\s*(?=[\d(])"
)
# phonenumbers takes a comma or a semicolon for a pause before an extension. That is likely only if the number
# has one such sign, before a short group.
_MAX_SHORT_GROUP = 3
_PAUSE = re.compile(r"(?<=[\d)])\s*[,;]\s*(?=[\d(])")
_SHORT_EXTENSION = re.compile(rf"[,;]\s*\d{{1,{_MAX_SHORT_GROUP}}}\D*$")

# 内線 means extension in Japanese: 03-1234-5678 (内線123).
_JAPANESE_EXTENSION = re.compile(r"\(?\s*内線\s*:?\s*(\d+)\s*\)?")
_EXTENSION = re.compile(r"(?<=\d)[\s);]*(?:x|ext(?:ensio)?n?)[.:=\s]*\d+\s*$")
_EXTENSION_ALONE = re.compile(r"\s*(?:x|ext(?:ensio)?n?)[.:=\s]*(?=\d+\s*$)")

_LETTER_OR_SIGN = re.compile(r"[^\W\d_]|[*#@]")
_LETTER = re.compile(r"[^\W\d_]")
_HEAD = re.compile(r"\D*")
_DIGIT, _GROUP = re.compile(r"\d"), re.compile(r"\d+")


@lru_cache(maxsize=1024)
def canonical(value: str) -> str:
    """Return the canonical form of a value, with semicolons between its lines. Drops blank lines.

    Several steps need this form, so the last results are cached.
    """
    lines = value.splitlines()
    text = value if len(lines) == 1 else ";".join(filter(str.strip, lines))
    # RFC 3261, section 19.1.2: "%2B" means "+".
    return folding.canonical(text).replace("%2b", "+")


def make_plain(number: str) -> str:
    """Return a number with ASCII digits, with spaces for separators that phonenumbers rejects.

    The Japanese word for an extension becomes ``ext.``.
    """
    if not number.isascii():
        number = _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), number)
        number = _JAPANESE_EXTENSION.sub(r" ext. \1", number)
    return _SEPARATORS.sub(" ", number)


def without_pauses(number: str) -> str:
    """Return a number with a space for each comma or semicolon between its groups.

    The number is unchanged if there is only one, and a short extension follows.
    """
    spaced, count = _PAUSE.subn(" ", number)
    return number if count == 1 and _SHORT_EXTENSION.search(number) else spaced


def has_plus(number: str) -> bool:
    """Return whether a plus sign is before the first digit, with no letter between them.

    Such a number contains its country code, and needs no default region.
    """
    head = _HEAD.match(number)
    _, plus, between = (head[0] if head else "").rpartition("+")
    return plus != "" and _LETTER.search(between) is None


def has_letters_or_signs(number: str) -> bool:
    """Return whether the number contains a letter, ``*``, ``#`` or ``@``: 1-800-FLOWERS, ``*86``.

    The letters before an extension do not count.
    """
    return _LETTER_OR_SIGN.search(_EXTENSION_ALONE.sub("", strip_extension(number))) is not None


def strip_extension(number: str) -> str:
    """Return a number without the extension at its end. An extension alone is unchanged."""
    return _EXTENSION.sub("", number)


def digits_of(number: str) -> str:
    """Return the digits of a number without its extension."""
    return folding.digits(strip_extension(number))


def groups_of(number: str) -> list[str]:
    """Return the groups of digits of a number without its extension."""
    return _GROUP.findall(strip_extension(number))


def text_before_short_group(number: str) -> str:
    """Return the number before its last group of digits; empty if this group is long or the only one.

    A long group has more than three digits.
    """
    groups = list(_GROUP.finditer(number))
    if not groups[1:] or len(groups[-1][0]) > _MAX_SHORT_GROUP:
        return ""
    return number[: groups[-2].end()]
