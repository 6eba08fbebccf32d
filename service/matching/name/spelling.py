"""Folding of names, for storing and for asking alike, and spellings that folding does not unify."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from service.matching import folding
from service.matching.folding import japanese

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

# Japan abbreviates two company forms; NFKC turns ㈱ into (株).
_COMPANY_FORMS = (("(株)", "株式会社"), ("(有)", "有限会社"))


def fold(value: str) -> str:
    """Return the folded name: apostrophes removed, other punctuation replaced by spaces.

    A name that is only punctuation keeps it, so that a non-blank name never becomes empty.
    """
    folded = folding.fold(value)
    if folded.replace(" ", "").isalnum():
        return folded
    for abbreviation, full in _COMPANY_FORMS:
        folded = folded.replace(abbreviation, full)
    # Fold again: without punctuation, a mark may be next to another letter.
    return folding.fold(punctuation_to_space(folded.replace("'", ""))) or folded


def join(*folded: str) -> str:
    """Return folded names as one word, so that spaces do not matter: 山田 太郎, Anne-Marie, O Neil."""
    return "".join(folded).replace(" ", "")


def joined_spellings(values: Iterable[str]) -> tuple[str, ...]:
    """Return each name as one word, in each spelling of its umlauts."""
    return distinct(join(*fields) for value in values for fields in umlaut_spellings([value], [fold(value)]))


def umlaut_spellings(fields: list[str], folded: list[str]) -> Iterator[list[str]]:
    """Yield the folded fields without umlauts, and if they have any, with umlauts as two letters."""
    yield folded
    spelled_out = [spell_out_umlauts(field) for field in fields]
    if spelled_out != fields:
        yield [fold(field) for field in spelled_out]


def punctuation_to_space(value: str) -> str:
    """Return the text with spaces for white space and punctuation."""
    return "".join(" " if _separates_words(char) else char for char in value)


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Return the values without duplicates and without empty ones, in their order."""
    return tuple(dict.fromkeys(filter(None, values)))


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
    return plain if plain.isascii() else japanese.simplify(plain)


def sort_words(*names: str) -> str:
    """Return the words of a name in one fixed order. A word also ends between kanji and kana."""
    return " ".join(sorted(word for name in names for word in _WORD.findall(name)))


@lru_cache(maxsize=4096)
def _separates_words(char: str) -> bool:
    return char.isspace() or unicodedata.category(char).startswith("P")
