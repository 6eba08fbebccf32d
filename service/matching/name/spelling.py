"""Fold stored and queried names, and unify spellings that still differ after folding.

In this package, "umlauts" are the letters ä, ö and ü, and also ø, å and đ.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from service.matching import folding
from service.matching.folding import chinese, japanese, symbols
from service.matching.name import abbreviated_forms
from service.model.characters import remove_invisible

# How umlauts are spelled without marks in machine-readable travel documents (ICAO Doc 9303, part 3, section
# 6.A). Only đ is spelled as formerly in Croatia and Serbia
# (https://en.wikipedia.org/wiki/Gaj%27s_Latin_alphabet). People also just omit the marks, as folding does.
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "å": "aa", "đ": "dj"})

# Two letters that may spell an umlaut (Koehler) or two sounds (Michael). They are certainly not an umlaut
# before a vowel or at the end of a word (Xue is not Xu), and after a vowel (Bauer) or a q. Exceptions are äu
# and øy (Schaeuble, Oeystein).
_MAYBE_SPELLED_OUT = re.compile(
    r"(?<![aeiouyq])(?:(?:([aou])e|(a)a)(?=[^\W\d_aeiouy])|(a)e(?=u[^\W\d_])|(o)e(?=y[^\W\d_]))"
)

_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_HAN}]+|[^{_HAN}\s]+")


def fold(value: str) -> str:
    """Return the folded name: apostrophes removed, other punctuation and symbols replaced by spaces.

    Abbreviated legal forms in brackets are written out. A name with only punctuation and symbols keeps them,
    so that a non-blank name never becomes empty.
    """
    return _fold(symbols.remove(value), punctuation_to_space)


def fold_text(value: str) -> str:
    """Return the text folded like a name, but with its symbols: A+ is not A."""
    return _fold(value, lambda text: _to_space(text, "P"))


def _fold(value: str, remove: Callable[[str], str]) -> str:
    folded = folding.fold(value)
    if folded.replace(" ", "").isalnum():
        return folded
    written_out = abbreviated_forms.expand(folded).replace("'", "")
    # Fold again: removing punctuation may have moved a mark next to another letter.
    return folding.fold(remove(written_out)) or folded


def join(*folded: str) -> str:
    """Join folded names to one word, so that spaces do not matter: 山田 太郎, Anne-Marie, O Neil."""
    return "".join(folded).replace(" ", "")


def joined_spellings(values: Iterable[str]) -> tuple[str, ...]:
    """Return each name folded and as one word, without umlauts, and with umlauts as two letters."""
    return distinct(join(*fields) for value in values for fields in umlaut_spellings([value], [fold(value)]))


def umlaut_spellings(fields: list[str], folded: list[str]) -> Iterator[list[str]]:
    """Yield the folded fields of a name; if they have umlauts, again with umlauts as two letters.

    ``folded`` are the ``fields`` after ``fold``, which removes the marks of umlauts.
    """
    yield folded
    spelled_out = [spell_out_umlauts(field) for field in fields]
    if spelled_out != fields:
        yield [fold(field) for field in spelled_out]


def punctuation_to_space(value: str) -> str:
    """Replace each white space, punctuation character and symbol by a space; remove invisible characters."""
    return _to_space(value, "PS")


def split_at_dashes(value: str) -> str:
    """Return the canonical name with spaces for dashes between kana and tildes after kana.

    ``fold`` takes them for long vowel marks, but they may be hyphens and ornaments. A name without them is
    returned unchanged.
    """
    if value.isascii():
        return value
    canonical = folding.canonical(value)
    split = japanese.split_at_dashes(canonical)
    return value if split == canonical else split


def has_kana(value: str) -> bool:
    """Return whether the name contains kana. Only then can a dash in it be a long vowel mark."""
    return not value.isascii() and japanese.has_kana(folding.canonical(value))


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Return the values in their order, without duplicates and empty values."""
    return tuple(dict.fromkeys(filter(None, values)))


def spell_out_umlauts(value: str) -> str:
    """Return the name in lower case with umlauts as two letters (koehler), or unchanged without umlauts."""
    if value.isascii():
        return value
    lower = unicodedata.normalize("NFC", value).lower()
    spelled_out = lower.translate(_SPELLED_OUT)
    return value if spelled_out == lower else spelled_out


def simplify(folded: str) -> str:
    """Return the folded name with one spelling for each group of spellings that people confuse.

    These are umlauts with and without the second letter, kana that sound alike, and forms of kanji.
    """
    without_umlauts = _MAYBE_SPELLED_OUT.sub(lambda match: match[match.lastindex or 0], folded)
    if without_umlauts.isascii():
        return without_umlauts
    return chinese.simplify(japanese.simplify(without_umlauts))


def split_words(folded: str) -> list[str]:
    """Return the words of a folded name. Kanji and the letters next to them are separate words."""
    return _WORD.findall(folded)


def sort_words(*names: str) -> str:
    """Return the words of all the names, as of ``split_words``, sorted and with spaces between them."""
    return " ".join(sorted(word for name in names for word in split_words(name)))


def _to_space(value: str, categories: str) -> str:
    visible = remove_invisible(value)
    return "".join(" " if _category(char)[0] in categories or char.isspace() else char for char in visible)


_category = lru_cache(maxsize=4096)(unicodedata.category)
