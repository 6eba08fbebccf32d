"""Ways to write one name that are no case of folding: each costs a form of its own."""

import re
import unicodedata

from service.matching.name import kana, kanji

# ICAO Doc 9303, part 3, section 6.A: how machine-readable travel documents spell these letters. As often
# they are typed without their mark. The same of the đ of Croatia and Serbia, which was written dj before it
# (https://en.wikipedia.org/wiki/Gaj%27s_Latin_alphabet); documents have a d.
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "å": "aa", "đ": "dj"})

# Any of these may stand for the letter with a mark, or for itself (Michael). It is neither before a vowel
# or at the end of a word (Xue is not Xu), nor after a vowel (Bauer) or a q. But äu and øy are one sound each
# (Schaeuble, Oeystein).
_MAYBE_SPELT_OUT = re.compile(
    r"(?<![aeiouyq])(?:(?:([aou])e|(a)a)(?=[^\W\d_aeiouy])|(a)e(?=u[^\W\d_])|(o)e(?=y[^\W\d_]))"
)

_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_HAN}]+|[^{_HAN}\s]+")


def out(value: str) -> str:
    """Return a name with its umlauts as two letters (Köhler, Koehler); the very value if it has none."""
    if value.isascii():
        return value
    plain = unicodedata.normalize("NFC", value).lower()
    spelt = plain.translate(_SPELT_OUT)
    return value if spelt == plain else spelt


def loosen(folded: str) -> str:
    """Return a folded name without what is written differently by those who only heard it."""
    plain = _MAYBE_SPELT_OUT.sub(lambda found: found[found.lastindex or 0], folded)
    return plain if plain.isascii() else kanji.loosen(" ".join(map(kana.loosen, plain.split())))


def unordered(*names: str) -> str:
    """Return the words of a name in one order. Where kanji end and kana begin, a word ends."""
    return " ".join(sorted(word for name in names for word in _RUN.findall(name)))
