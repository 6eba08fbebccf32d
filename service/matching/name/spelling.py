"""Spellings of a name that folding does not unify."""

import re
import unicodedata

from service.matching.folding import kana, kanji

# As machine-readable travel documents spell these letters (ICAO Doc 9303, part 3, section 6.A). They are also
# typed without their mark. The đ of Croatia and Serbia was formerly written dj
# (https://en.wikipedia.org/wiki/Gaj%27s_Latin_alphabet); travel documents write d.
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "å": "aa", "đ": "dj"})

# Two letters that may be one letter with a mark, or two (Michael). They are always two before a vowel or at
# the end of a word (Xue is not Xu), and after a vowel (Bauer) or a q. Exceptions are äu and øy, which are one
# sound (Schaeuble, Oeystein).
_MAYBE_SPELLED_OUT = re.compile(
    r"(?<![aeiouyq])(?:(?:([aou])e|(a)a)(?=[^\W\d_aeiouy])|(a)e(?=u[^\W\d_])|(o)e(?=y[^\W\d_]))"
)

_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_HAN}]+|[^{_HAN}\s]+")


def spell_out_umlauts(value: str) -> str:
    """Return the name with its umlauts as two letters (Koehler); the value itself if it has none."""
    if value.isascii():
        return value
    plain = unicodedata.normalize("NFC", value).lower()
    spelled_out = plain.translate(_SPELLED_OUT)
    return value if spelled_out == plain else spelled_out


def simplify(folded: str) -> str:
    """Return the folded name with one spelling for all that are easily confused, by ear or by sight."""
    plain = _MAYBE_SPELLED_OUT.sub(lambda match: match[match.lastindex or 0], folded)
    return plain if plain.isascii() else kanji.unify_confused(" ".join(map(kana.unify_sounds, plain.split())))


def sort_words(*names: str) -> str:
    """Return the words of a name in one fixed order. A word also ends between kanji and kana."""
    return " ".join(sorted(word for name in names for word in _WORD.findall(name)))
