"""Split names into comparable words, and compare two words."""

import unicodedata
from enum import Enum, auto
from functools import lru_cache

from service.matching.duplicates import nicknames, typos
from service.matching.duplicates.likeness import NameLikeness
from service.matching.name import honorifics, initials, legal_forms, romaji, spelling
from service.matching.name import words as name_words

_CACHED_FIELDS = 65536
"""Many people share a first or a last name, so most fields are read from the cache."""


class Script(Enum):
    """The script of a word: what can be compared with what."""

    LATIN = auto()
    KANA = auto()
    SYLLABLES = auto()
    """Kanji and Hangul. A name has few characters, so another character makes another name."""
    LETTERS = auto()
    """Other scripts."""


@lru_cache(maxsize=_CACHED_FIELDS)
def read_first_names(value: str) -> tuple[str, ...]:
    """Return the words of a field with first names. Words with hyphens stay one word: ``anne-marie``."""
    stripped = honorifics.strip_suffix(honorifics.strip(value))
    found: list[str] = []
    for token in stripped.split():
        parts = spelling.simplify(spelling.fold(token)).split()
        found += parts if all(len(part) == 1 for part in parts) else ["-".join(parts)]
    return initials.spelled_out(stripped, found)


def read_only_names(value: str) -> tuple[str, ...]:
    """Return the words of a field with all names, without particles unless there is nothing else."""
    names = read_first_names(value)
    kept = set(read_last_names(value)[0])
    return tuple(name for name in names if "-" in name or name in kept) or names


@lru_cache(maxsize=_CACHED_FIELDS)
def read_last_names(value: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the words of a field with last names, without certain particles, and its forms as one word.

    There are forms with and without particles.
    """
    stripped = honorifics.strip_suffix(honorifics.strip(value))
    read = name_words.read([stripped], [spelling.simplify(spelling.fold(stripped))])
    forms = {"".join(reading) for reading in (read.kept, read.bare, read.joined)}
    return read.kept, frozenset(forms - {""})


@lru_cache(maxsize=_CACHED_FIELDS)
def read_business_name(value: str) -> str:
    """Return the name of a company as one word, without its legal form; empty for an empty name."""
    return spelling.join(spelling.simplify(legal_forms.strip(spelling.fold(value)))) if value else ""


@lru_cache(maxsize=_CACHED_FIELDS)
def script_of(word: str) -> Script:
    """Return the script of a folded word, by its first character."""
    if word.isascii():
        return Script.LATIN
    name = unicodedata.name(word[0], "")
    if name.startswith(("KATAKANA", "HIRAGANA")):
        return Script.KANA
    return Script.SYLLABLES if name.startswith(("CJK", "HANGUL")) else Script.LETTERS


@lru_cache(maxsize=_CACHED_FIELDS)
def compare_first_names(one: str, other: str) -> NameLikeness:
    """Return how much two words of first names are alike."""
    joined, other_joined = one.replace("-", ""), other.replace("-", "")
    if joined == other_joined:
        return NameLikeness.SAME
    likeness = _compare_scripts(joined, other_joined)
    if likeness is not None:
        return likeness
    if not nicknames.groups(joined).isdisjoint(nicknames.groups(other_joined)):
        return NameLikeness.SIMILAR
    if not set(one.split("-")).isdisjoint(other.split("-")):
        return NameLikeness.WEAK
    if nicknames.is_known(joined) and nicknames.is_known(other_joined):
        return NameLikeness.DIFFERENT
    return _compare_letters(joined, other_joined)


def _compare_letters(one: str, other: str) -> NameLikeness:
    """Return whether two first names may be one name with a typo, or a name and its short form."""
    if typos.of_first_name(one, other) or typos.is_short_form(one, other):
        return NameLikeness.SIMILAR
    single, other_single = map(typos.without_doubled_letters, (one, other))
    if single == other_single or typos.of_first_name(single, other_single):
        return NameLikeness.SIMILAR
    if not typos.one_typo(one, other):
        return NameLikeness.DIFFERENT
    return NameLikeness.CLOSE if typos.may_be_one_name(one, other) else NameLikeness.ANOTHER_LETTER


@lru_cache(maxsize=_CACHED_FIELDS)
def compare_last_names(one: str, other: str) -> NameLikeness:
    """Return how much two last names, each as one word, are alike."""
    if one == other:
        return NameLikeness.SAME
    likeness = _compare_scripts(one, other)
    if likeness is not None:
        return likeness
    return NameLikeness.SIMILAR if typos.of_last_name(one, other) else NameLikeness.DIFFERENT


@lru_cache(maxsize=_CACHED_FIELDS)
def readings(word: str) -> frozenset[str]:
    """Return a word without hyphens, and its canonical form in Latin letters if it can be a Japanese name.

    Kana and Latin letters of the same name have a reading in common.
    """
    joined = word.replace("-", "")
    return frozenset((joined, *(romaji.index_variants(joined, is_person=False) or _romaji(joined))))


def _compare_scripts(one: str, other: str) -> NameLikeness | None:
    """Return how much two different words are alike, or None if their letters have to be compared."""
    scripts = script_of(one), script_of(other)
    if set(scripts) == {Script.KANA, Script.LATIN}:
        kana, latin = (one, other) if scripts[0] is Script.KANA else (other, one)
        return _compare_reading(kana, latin)
    if scripts[0] is not scripts[1]:
        return NameLikeness.UNKNOWN
    if scripts[0] in {Script.KANA, Script.SYLLABLES}:
        return NameLikeness.DIFFERENT
    if 1 in {len(one), len(other)}:
        return NameLikeness.WEAK if one[0] == other[0] else NameLikeness.DIFFERENT
    if scripts[0] is Script.LATIN and not set(_romaji(one)).isdisjoint(_romaji(other)):
        return NameLikeness.SIMILAR
    return None


def _compare_reading(kana: str, latin: str) -> NameLikeness:
    """Return how much a name in kana is like a name in Latin letters."""
    reading = next(iter(romaji.index_variants(kana, is_person=False)), "")
    forms = _romaji(latin)
    if not reading or not latin.isalpha():
        return NameLikeness.UNKNOWN
    if reading in forms:
        return NameLikeness.SAME
    if len(latin) == 1:
        return NameLikeness.WEAK if reading.startswith(latin) else NameLikeness.DIFFERENT
    is_typo = any(typos.of_first_name(reading, form) for form in forms or (latin,))
    return NameLikeness.SIMILAR if is_typo else NameLikeness.DIFFERENT


@lru_cache(maxsize=_CACHED_FIELDS)
def _romaji(latin: str) -> tuple[str, ...]:
    return romaji.query_variants(latin)
