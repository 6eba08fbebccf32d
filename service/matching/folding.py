"""Folding: what two spellings of the same text have in common.

The forms are those of Unicode Standard Annex #15 (NFKC) and of the Unicode Standard, section 3.13 (default
caseless matching).
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from service.matching.name import kana, kanji

# A handful of passes settles every known text; the bound keeps a hostile one from turning for ever.
_PASSES = 8

# Latin letters that no normalisation form takes apart, spelt as Unicode CLDR's Latin-ASCII transform does.
# Letters named "... WITH STROKE" and the like (ø, ł, đ, ħ) are found by their names instead.
_LETTERS = {
    "æ": "ae",
    "œ": "oe",
    "ð": "d",
    "þ": "th",
    "ŋ": "n",
    "\u0131": "i",
    "ȷ": "j",
    "ĸ": "q",
    "ə": "e",
}
_LETTER_WITH = re.compile(r"LATIN SMALL LETTER ([A-Z]) WITH .*")

# Russian prints the one for the other (Rules of Russian Orthography, 1956, section 10).
_YO = {ord("ё"): "\u0435"}

# What keyboards and typesetting make of an apostrophe: spacing accents (of which NFKC would make blanks),
# quotation marks, modifier letters, primes.
_APOSTROPHES = dict.fromkeys(
    map(ord, "\u0060\u00b4\u02b9\u02bb\u02bc\u02be\u02bf\u1fef\u1ffd\u2018\u2019\u201b\u2032\uff07"), "'"
)


# Japanese keyboards type the marks of voiced sounds as characters of their own as well; NFKC would put a
# blank before them (う゛ is ゔ).
_SOUND_MARKS = {0x309B: "\u3099", 0x309C: "\u309a"}


def canonical(value: str) -> str:
    """Return NFKC, case-folded, invisible characters removed and white space collapsed; never raises.

    Stripped of nothing but these, so it suits addresses. A non-blank text never becomes an empty one.
    """
    return _settle(_canonical_once, value) or _spaced(value)


def fold(value: str) -> str:
    """Return the canonical form without accents, with one sort of kana, kanji, dash and apostrophe.

    Only Latin and Greek letters lose their marks. Those of other scripts stay: on kana they are the dakuten
    and change the sound. A non-blank text never becomes an empty one.
    """
    return _settle(_fold_once, value) or canonical(value)


def exact(value: str) -> str:
    """Return the text as it was typed, in NFC and trimmed: case and punctuation count."""
    return unicodedata.normalize("NFC", value).strip()


def digits(value: str) -> str:
    """Return the decimal digits of any script as ASCII, and nothing else."""
    if value.isascii():
        return "".join(filter(str.isdigit, value))
    found = (unicodedata.decimal(char, None) for char in unicodedata.normalize("NFKC", value))
    return "".join(str(digit) for digit in found if digit is not None)


def is_begun(folded: str) -> bool:
    """Return whether a text is worth completing: it has two characters, or is one kanji."""
    return len(folded) > 1 or (folded != "" and kanji.is_ideograph(folded))


def _settle(once: Callable[[str], str], value: str) -> str:
    for _ in range(_PASSES):
        previous, value = value, once(value)
        # Of ASCII one pass leaves nothing to do.
        if value == previous or previous.isascii():
            break
    return value


def _canonical_once(value: str) -> str:
    if value.isascii():
        return _spaced(value.lower())
    shown = "".join(char for char in value if not _is_invisible(char)).translate(_SOUND_MARKS)
    return _spaced(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold()))


def _fold_once(value: str) -> str:
    text = _canonical_once(value.translate(_APOSTROPHES))
    if text.isascii():
        return text
    return kanji.fold(kana.fold(_unaccented(text).translate(_YO)))


def _unaccented(value: str) -> str:
    bare = []
    base_is_accented = False
    for char in unicodedata.normalize("NFD", value):
        if unicodedata.combining(char):
            if not base_is_accented:
                bare.append(char)
            continue
        base_is_accented, plain = _base(char)
        bare.append(plain)
    return unicodedata.normalize("NFC", "".join(bare))


@lru_cache(maxsize=4096)
def _base(char: str) -> tuple[bool, str]:
    """Return whether the marks of a character are accents, and the plain one to put in its place."""
    name, category = unicodedata.name(char, ""), unicodedata.category(char)
    # A mark on punctuation or on a blank is on nothing: it goes with them, rather than on to another letter.
    if category[0] in "PZ":
        return True, "-" if category == "Pd" else char
    # Greek capitals go without accents (Unicode CLDR, el-Upper), so that case could not be folded with them.
    if not name.startswith("LATIN "):
        return name.startswith("GREEK "), char
    struck = _LETTER_WITH.fullmatch(name)
    return True, struck[1].lower() if struck else _LETTERS.get(char, char)


@lru_cache(maxsize=4096)
def _is_invisible(char: str) -> bool:
    """Tell format characters (joiners, direction marks, BOM) and variation selectors, which nobody types."""
    name = unicodedata.name(char, "")
    return (
        unicodedata.category(char) == "Cf"
        or "VARIATION SELECTOR" in name
        or name == "COMBINING GRAPHEME JOINER"
    )


def _spaced(value: str) -> str:
    return " ".join(value.split())
