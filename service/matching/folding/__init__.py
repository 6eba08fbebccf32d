"""Fold texts, so that two spellings of the same text become equal, in any script.

Uses NFKC (Unicode Standard Annex #15) and default caseless matching (the Unicode Standard, section
3.13). Arabic and Hebrew lose the marks that people rarely write, such as vowels and points.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from service.matching.folding import japanese, signs
from service.model.characters import remove_invisible

# Every known text is stable after a few passes. The limit protects against malicious texts.
_MAX_PASSES = 8

# Latin letters that Unicode does not decompose, replaced as in Unicode CLDR's Latin-ASCII transform.
# Letters with names like "... WITH STROKE" (ø, ł, đ, ħ) are recognised by their Unicode names instead.
_LETTERS = {"æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ŋ": "n", "\u0131": "i", "ȷ": "j", "ĸ": "q", "ə": "e"}
_LETTER_WITH = re.compile(r"LATIN SMALL LETTER ([A-Z]) WITH .*")

# Russian texts usually omit the dots of ё (Rules of Russian Orthography, 1956, section 10). Arabic letters
# are unified as in Lucene's ArabicNormalizer and PersianNormalizer: dotless yeh, Farsi yeh and yeh barree
# become yeh, keheh becomes kaf, teh marbuta, heh goal and ae become heh, and the tatweel is removed. Alef
# wasla becomes alef.
_LETTERS_OF_OTHER_SCRIPTS = str.maketrans(
    "ё\u0649\u06cc\u06d2\u06a9\u0629\u06c1\u06d5\u0671",
    "\u0435\u064a\u064a\u064a\u0643\u0647\u0647\u0647\u0627",
    "\u0640",
)
# Like Latin letters, letters of these scripts have accents. In other scripts, such as kana, a mark makes a
# different letter.
_SCRIPTS_WITH_ACCENTS = ("GREEK ", "ARABIC ", "HEBREW ")


def canonical(value: str) -> str:
    """Return the text in NFKC, case-folded, without invisible characters and repeated spaces; never raises.

    Keeps accents and punctuation, which matter in addresses. Signs that code pages use for each other become
    one sign. A non-blank text never becomes empty.
    """
    return _repeat_until_stable(_canonical_once, value) or _collapse_spaces(value)


def fold(value: str) -> str:
    """Return the canonical form without accents, and with unified kana, kanji, dashes and apostrophes.

    Keeps the marks of letters in scripts other than Latin, Greek, Arabic and Hebrew. A non-blank text never
    becomes empty.
    """
    return _repeat_until_stable(_fold_once, value) or canonical(value)


def exact(value: str) -> str:
    """Return the text in NFC without invisible characters and surrounding spaces.

    Keeps case and punctuation.
    """
    return unicodedata.normalize("NFC", remove_invisible(value)).strip()


def digits(value: str) -> str:
    """Return only the decimal digits of a text, in any script, as ASCII digits."""
    if value.isascii():
        return "".join(filter(str.isdigit, value))
    decimals = (unicodedata.decimal(char, None) for char in unicodedata.normalize("NFKC", value))
    return "".join(str(decimal) for decimal in decimals if decimal is not None)


def is_searchable_prefix(folded: str) -> bool:
    """Return whether a prefix is long enough to search for: two characters, or one kanji."""
    return len(folded) > 1 or (folded != "" and japanese.is_ideograph(folded))


def _repeat_until_stable(once: Callable[[str], str], value: str) -> str:
    for _ in range(_MAX_PASSES):
        previous, value = value, once(value)
        # ASCII needs one pass.
        if value == previous or previous.isascii():
            break
    return value


def _canonical_once(value: str) -> str:
    if value.isascii():
        return _collapse_spaces(value.lower())
    visible = remove_invisible(value).translate(signs.UNIFIED)
    return _collapse_spaces(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold()))


def _fold_once(value: str) -> str:
    text = _canonical_once(value.translate(signs.ONE_APOSTROPHE))
    if text.isascii():
        return text
    return japanese.fold(_strip_accents(text).translate(_LETTERS_OF_OTHER_SCRIPTS))


def _strip_accents(value: str) -> str:
    stripped = []
    base_has_accents = False
    for char in unicodedata.normalize("NFD", value):
        if unicodedata.combining(char):
            if not base_has_accents:
                stripped.append(char)
            continue
        base_has_accents, plain = _split_accents(char)
        stripped.append(plain)
    return unicodedata.normalize("NFC", "".join(stripped))


@lru_cache(maxsize=4096)
def _split_accents(char: str) -> tuple[bool, str]:
    """Return whether marks after the character are accents, and the character without its own accents."""
    name, category = unicodedata.name(char, ""), unicodedata.category(char)
    # Remove a mark on punctuation, a symbol or a space. Otherwise it would combine with another letter.
    if category[0] in "PSZ":
        return True, "-" if category == "Pd" else char
    # Greek capitals have no accents (Unicode CLDR, el-Upper), so with accents, case would matter.
    if not name.startswith("LATIN "):
        return name.startswith(_SCRIPTS_WITH_ACCENTS), char
    letter = _LETTER_WITH.fullmatch(name)
    return True, letter[1].lower() if letter else _LETTERS.get(char, char)


def _collapse_spaces(value: str) -> str:
    return " ".join(value.split())
