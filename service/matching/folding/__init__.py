"""Fold texts, so that two spellings of the same text become equal, in any script.

Uses NFKC (Unicode Standard Annex #15) and default caseless matching (the Unicode Standard, section
3.13).
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from service.matching.folding import japanese

# Every known text is stable after a few passes. The limit protects against malicious texts.
_MAX_PASSES = 8

# Latin letters that Unicode does not decompose, replaced as in Unicode CLDR's Latin-ASCII transform.
# Letters with names like "... WITH STROKE" (ø, ł, đ, ħ) are recognised by their Unicode names instead.
_LETTERS = {"æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ŋ": "n", "\u0131": "i", "ȷ": "j", "ĸ": "q", "ə": "e"}
_LETTER_WITH = re.compile(r"LATIN SMALL LETTER ([A-Z]) WITH .*")

# Russian texts usually omit the dots of this letter (Rules of Russian Orthography, 1956, section 10).
_CYRILLIC_YO = {ord("ё"): "\u0435"}

# Spacing accents (NFKC would replace them by spaces), quotation marks, modifier letters, primes.
_APOSTROPHES = dict.fromkeys(
    map(ord, "\u0060\u00b4\u02b9\u02bb\u02bc\u02be\u02bf\u1fef\u1ffd\u2018\u2019\u201b\u2032\uff07"), "'"
)

# Japanese keyboards type them as separate characters (う゛ is ゔ); NFKC would put a space before them.
_VOICING_MARKS = {0x309B: "\u3099", 0x309C: "\u309a"}


def canonical(value: str) -> str:
    """Return the text in NFKC, case-folded, without invisible characters and repeated spaces; never raises.

    Keeps accents and punctuation, which matter in addresses. A non-blank text never becomes empty.
    """
    return _repeat_until_stable(_canonical_once, value) or _collapse_spaces(value)


def fold(value: str) -> str:
    """Return the canonical form without accents, and with unified kana, kanji, dashes and apostrophes.

    Removes marks only from Latin and Greek letters: in other scripts, such as kana, a mark makes a different
    letter. A non-blank text never becomes empty.
    """
    return _repeat_until_stable(_fold_once, value) or canonical(value)


def exact(value: str) -> str:
    """Return the text in NFC without surrounding spaces. Keeps case and punctuation."""
    return unicodedata.normalize("NFC", value).strip()


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
    visible = "".join(char for char in value if not _is_invisible(char)).translate(_VOICING_MARKS)
    return _collapse_spaces(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold()))


def _fold_once(value: str) -> str:
    text = _canonical_once(value.translate(_APOSTROPHES))
    if text.isascii():
        return text
    return japanese.fold(_strip_accents(text).translate(_CYRILLIC_YO))


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
    # Returns whether marks on the character are accents, and the character without accents.
    name, category = unicodedata.name(char, ""), unicodedata.category(char)
    # Remove a mark on punctuation or on a space. Otherwise it would combine with another letter.
    if category[0] in "PZ":
        return True, "-" if category == "Pd" else char
    # Greek capitals have no accents (Unicode CLDR, el-Upper), so with accents, case would matter.
    if not name.startswith("LATIN "):
        return name.startswith("GREEK "), char
    letter = _LETTER_WITH.fullmatch(name)
    return True, letter[1].lower() if letter else _LETTERS.get(char, char)


@lru_cache(maxsize=4096)
def _is_invisible(char: str) -> bool:
    # Category Cf has joiners, direction marks and the BOM.
    name = unicodedata.name(char, "")
    joiner = name == "COMBINING GRAPHEME JOINER"
    return unicodedata.category(char) == "Cf" or "VARIATION SELECTOR" in name or joiner


def _collapse_spaces(value: str) -> str:
    return " ".join(value.split())
