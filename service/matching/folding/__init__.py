"""Folding: two spellings of the same text, in any script, become equal.

The forms are NFKC (Unicode Standard Annex #15) and default caseless matching (the Unicode Standard, section
3.13).
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from service.matching.folding import japanese

# A few passes settle every known text; the limit stops a hostile one.
_MAX_PASSES = 8

# Latin letters without a decomposition, replaced as in Unicode CLDR's Latin-ASCII transform.
# Letters named "... WITH STROKE" and the like (ø, ł, đ, ħ) are recognised by their Unicode names instead.
_LETTERS = {"æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ŋ": "n", "\u0131": "i", "ȷ": "j", "ĸ": "q", "ə": "e"}
_LETTER_WITH = re.compile(r"LATIN SMALL LETTER ([A-Z]) WITH .*")

# Russian print usually omits the dots of this letter (Rules of Russian Orthography, 1956, section 10).
_YO = {ord("ё"): "\u0435"}

# Spacing accents (NFKC would turn them into spaces), quotation marks, modifier letters, primes.
_APOSTROPHES = dict.fromkeys(
    map(ord, "\u0060\u00b4\u02b9\u02bb\u02bc\u02be\u02bf\u1fef\u1ffd\u2018\u2019\u201b\u2032\uff07"), "'"
)

# Typed as separate characters on Japanese keyboards (う゛ is ゔ); NFKC would put a space before them.
_VOICING_MARKS = {0x309B: "\u3099", 0x309C: "\u309a"}


def canonical(value: str) -> str:
    """Return NFKC, case-folded, without invisible characters, white space collapsed; never raises.

    Keeps accents and punctuation, as addresses need. A non-blank text never becomes empty.
    """
    return _settle(_canonical_once, value) or _collapse_spaces(value)


def fold(value: str) -> str:
    """Return the canonical form without accents, with one form of kana, kanji, dash and apostrophe.

    Only Latin and Greek letters lose their marks: elsewhere, as on kana, a mark makes another letter. A
    non-blank text never becomes empty.
    """
    return _settle(_fold_once, value) or canonical(value)


def exact(value: str) -> str:
    """Return the text in NFC and trimmed; case and punctuation are kept."""
    return unicodedata.normalize("NFC", value).strip()


def digits(value: str) -> str:
    """Return the decimal digits of any script as ASCII, and nothing else."""
    if value.isascii():
        return "".join(filter(str.isdigit, value))
    decimals = (unicodedata.decimal(char, None) for char in unicodedata.normalize("NFKC", value))
    return "".join(str(decimal) for decimal in decimals if decimal is not None)


def is_searchable_prefix(folded: str) -> bool:
    """Return whether a prefix is long enough to search for: two characters, or one kanji."""
    return len(folded) > 1 or (folded != "" and japanese.is_ideograph(folded))


def _settle(once: Callable[[str], str], value: str) -> str:
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
    return japanese.fold(_strip_accents(text).translate(_YO))


def _strip_accents(value: str) -> str:
    stripped = []
    base_has_accents = False
    for char in unicodedata.normalize("NFD", value):
        if unicodedata.combining(char):
            if not base_has_accents:
                stripped.append(char)
            continue
        base_has_accents, plain = _base(char)
        stripped.append(plain)
    return unicodedata.normalize("NFC", "".join(stripped))


@lru_cache(maxsize=4096)
def _base(char: str) -> tuple[bool, str]:
    # Whether marks on the character are accents, and the plain character.
    name, category = unicodedata.name(char, ""), unicodedata.category(char)
    # Drop a mark on punctuation or on a space, instead of leaving it for another letter.
    if category[0] in "PZ":
        return True, "-" if category == "Pd" else char
    # Greek capitals have no accents (Unicode CLDR, el-Upper), so keeping them would make case matter.
    if not name.startswith("LATIN "):
        return name.startswith("GREEK "), char
    letter = _LETTER_WITH.fullmatch(name)
    return True, letter[1].lower() if letter else _LETTERS.get(char, char)


@lru_cache(maxsize=4096)
def _is_invisible(char: str) -> bool:
    # Format characters are joiners, direction marks and the BOM.
    name = unicodedata.name(char, "")
    joiner = name == "COMBINING GRAPHEME JOINER"
    return unicodedata.category(char) == "Cf" or "VARIATION SELECTOR" in name or joiner


def _collapse_spaces(value: str) -> str:
    return " ".join(value.split())
