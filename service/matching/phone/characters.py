"""Make the characters of a phone number plain, and tell letters, plus signs and extensions in it."""

import re
import unicodedata
from functools import lru_cache

from service.matching import folding

# Separators that phonenumbers rejects. Code pages exchange some of them, such as the backslash and the yen
# sign, or the wave dash and the tilde in CP932. NFKC turns an acute accent into a space and a mark, and the
# half-width middle dot into one of these.
_DASHES = (
    r"\u02d7\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u2053\u2212\u223c\u2500\u2501\u2796"
    r"\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0\u30fc\ufe31\ufe32"
)
_DOTS = r"\u00b7\u2022\u2027\u30fb_"
_APOSTROPHES = r"'`\u0301\u2018\u2019\u02bc\u2032"
_SEPARATORS = re.compile(
    rf"(?<=[\d)])\s*[~|\u00a6\u2016\u2225:=\\\u00a5\u20a9\u3001{_DOTS}{_APOSTROPHES}{_DASHES}]+\s*(?=[\d(])"
)
# phonenumbers takes these for a pause before an extension, which is likely before one short group.
_PAUSE = re.compile(r"(?<=[\d)])\s*[,;]\s*(?=[\d(])")
_SHORT_EXTENSION = re.compile(r"[,;]\s*\d{1,3}\D*$")

# 内線 means extension in Japanese: 03-1234-5678 (内線123).
_JAPANESE_EXTENSION = re.compile(r"\(?\s*内線\s*:?\s*(\d+)\s*\)?")
_EXTENSION = re.compile(r"(?<=\d)[\s);]*(?:x|ext(?:ensio)?n?)[.:=\s]*\d+\s*$")
_EXTENSION_ALONE = re.compile(r"\s*(?:x|ext(?:ensio)?n?)[.:=\s]*(?=\d+\s*$)")

_LETTER_OR_SIGN = re.compile(r"[^\W\d_]|[*#@]")
_LETTER = re.compile(r"[^\W\d_]")
_HEAD = re.compile(r"\D*")
_MAX_SHORT = 3
_DIGIT, _GROUP = re.compile(r"\d"), re.compile(r"\d+")


@lru_cache(maxsize=1024)
def canonical(value: str) -> str:
    """Return the canonical form of a value, with a semicolon for each line break.

    Several steps need it, so the last results are cached.
    """
    lines = value.splitlines()
    text = value if len(lines) == 1 else ";".join(filter(str.strip, lines))
    # RFC 3261, section 19.1.4: "%2B" means "+".
    return folding.canonical(text).replace("%2b", "+")


def plain(number: str) -> str:
    """Return a number with ASCII digits, and with separators and an extension that phonenumbers accepts."""
    if not number.isascii():
        number = _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), number)
        number = _JAPANESE_EXTENSION.sub(r" ext. \1", number)
    return _SEPARATORS.sub(" ", number)


def without_pauses(number: str) -> str:
    """Return a number with a space for each comma and semicolon, unless they are before a short extension."""
    spaced, count = _PAUSE.subn(" ", number)
    return number if count == 1 and _SHORT_EXTENSION.search(number) else spaced


def has_plus(number: str) -> bool:
    """Return whether a number contains its country code, so that it needs no default region."""
    head = _HEAD.match(number)
    _, plus, between = (head[0] if head else "").rpartition("+")
    return plus != "" and _LETTER.search(between) is None


def has_letters(number: str) -> bool:
    """Return whether the number contains letters or signs, such as 1-800-FLOWERS or ``*86``."""
    return _LETTER_OR_SIGN.search(_EXTENSION_ALONE.sub("", strip_extension(number))) is not None


def strip_extension(number: str) -> str:
    """Return a number without its extension, which is dialled only after the call is answered."""
    return _EXTENSION.sub("", number)


def digits_of(number: str) -> str:
    """Return the digits of a number without its extension."""
    return folding.digits(strip_extension(number))


def groups_of(number: str) -> list[str]:
    """Return the groups of digits of a number without its extension."""
    return _GROUP.findall(strip_extension(number))


def strip_short_group(number: str) -> str:
    """Return the text before a last group of up to three digits, or an empty string if there is none."""
    *before, last = _GROUP.finditer(number)
    return number[: before[-1].end()] if before and len(last[0]) <= _MAX_SHORT else ""
