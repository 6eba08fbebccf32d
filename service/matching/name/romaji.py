"""Match names in kana by their spelling in Latin letters.

People write the same reading in several ways. All of them become the same canonical form, which is stored for
kana and queried for Latin letters. It has no long vowels, since passports and most people leave them out.

===========================  ==================================================  ====================
Way of writing               Example                                             Canonical
===========================  ==================================================  ====================
Hepburn                      Shinji, Tsuchiya, Fujita                            shinji tsuchiya
Kunrei                       Sinzi, Tutiya, Huzita                               fujita
a long vowel                 Satō, Satou, Satoo, Satoh, Sato; Yuhko, Yuko        sato, yuko
before b, m and p            Homma, Honma                                        honma
an apostrophe                Jun'ichi, Junichi                                   junichi
letters of other languages   Lisa, Risa; Viola, Biora                            risa, biora
===========================  ==================================================  ====================

Names that differ only in long vowels become equal (Ono, Ōno), so these matches are at most partial.

Sources: the tables of Kunrei and Hepburn in Cabinet Notice 1 of 1954 (ローマ字のつづり方), and the rules of
the Ministry of Foreign Affairs for passports (ヘボン式ローマ字綴方表), also for OH as a long vowel.
"""

import re
from collections.abc import Iterable
from itertools import chain

from service.matching.name import honorifics
from service.matching.name.spelling import distinct, fold

# Kana in the order a, i, u, e, o by their consonant in Kunrei. ``_hepburn`` turns Kunrei into Hepburn. A
# ``~`` replaces the vowel before it.
_ROWS = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "g": "ガギグゲゴ",
    "s": "サシスセソ",
    "z": "ザジズゼゾ",
    "t": "タチツテト",
    "d": "ダヂヅデド",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "b": "バビブベボ",
    "p": "パピプペポ",
    "m": "マミムメモ",
    "y": "ヤ ユ ヨ",
    "r": "ラリルレロ",
    "w": "ワ",
    "~": "ァィゥェォ",
    "~y": "ャ ュ ョ",
    "~w": "ヮ",
}
_OTHERS = {"ヰ": "i", "ヱ": "e", "ヲ": "o", "ヴ": "bu", "ン": "n", "ッ": "*", "ー": ""}
_LATIN_OF_KANA = str.maketrans(
    {
        kana: consonant + vowel
        for consonant, row in _ROWS.items()
        for kana, vowel in zip(row, "aiueo", strict=False)
        if kana != " "
    }
    | _OTHERS
)
_KANA = re.compile("[ァ-ヴー]+")

_SMALL_KANA = (
    (re.compile(r"(?:(?<=sh)|(?<=ch)|(?<=j))i~y?"), ""),
    (re.compile(r"(?<![^aeiou])u~"), "w"),
    (re.compile(r"[aeiou]?~"), ""),
    # ``*`` doubles the next consonant.
    (re.compile(r"\*(?=([^aeioun*]))|\*"), r"\1"),
)

_OTHER_LANGUAGES = str.maketrans("lv", "rb")
_HEPBURN = (
    {"si": "shi", "sy": "sh", "shy": "sh", "ti": "chi", "ty": "ch", "cy": "ch", "chy": "ch", "tu": "tsu"}
    | {"hu": "fu", "zi": "ji", "zy": "j", "jy": "j", "di": "ji", "dy": "j", "du": "zu", "wo": "o"}
    | {"dz": "z", "dzi": "ji", "dzu": "zu", "dzy": "j"}
)
_NOT_HEPBURN = re.compile(r"[cs]hy|[cst]y|[dzj]y|[dstz]i|[dt]u|dz[iuy]?|(?<![cs])hu|wo")
_ASSIMILATED = {"c": "t", "m": "n", "z": "j"}
_BEFORE_ANOTHER = re.compile(r"c(?=ch)|m(?=[bmp])|z(?=j)")
_LONG_VOWEL = re.compile(r"(o)(?:[ou]|h(?![aeiou]))+|(u)(?:u|h(?![aeiou]))+")
# The h of Ohishi is a long vowel, that of Ohara a sound. So a query tries both.
_H_BEFORE_VOWEL = re.compile(r"(?<=o)h(?=[aeiou])")

_CONSONANT = r"[bdfghkmnpr]y|sh|ch|ts|[bdfghjkmnprstwyz]"
_DOUBLED = r"([bdfghjkpstz])(?=\1)|t(?=ch)"
_SYLLABLES = rf"(?:(?:{_CONSONANT})?[aeiou]|n|{_DOUBLED})*+"
_NAME = re.compile(_SYLLABLES)
_FIRST_AND_LAST = 2
_BEGINNING = re.compile(rf"{_SYLLABLES}(?:{_CONSONANT}|c)?")


def index_variants(*fields: str, is_person: bool = True) -> tuple[str, ...]:
    """Return the variants to store for the fields of a name: the whole name in both orders, and its parts.

    A field may be blank. If a field is not in kana, it is ignored, and there is no whole name. For a person
    with a first and a last name, in this order if they are in two fields, the variants include the last name
    with the initial of the first: ``j sato``.
    """
    if all(map(str.isascii, fields)):
        return ()
    names = [fold(honorifics.strip(field)).split() for field in fields if field.strip()]
    in_kana = [[_canonical(_latin(word)) for word in name] for name in names if all(map(_is_kana, name))]
    halves = in_kana if len(in_kana) > 1 else [[word] for name in in_kana for word in name]
    orders = (halves, halves[::-1]) if len(in_kana) == len(names) else ()
    parts = (part for name in in_kana for part in (name, *([word] for word in name)))
    # A name in one field has the last name first or last.
    initials = orders[: 1 if len(in_kana) > 1 else 2] if is_person and len(halves) == _FIRST_AND_LAST else ()
    return distinct(
        chain(
            map(_join, chain(map(chain.from_iterable, orders), parts)),
            (f"{_join(first)[:1]} {_join(last)}" for first, last in initials if any(first) and any(last)),
        )
    )


def query_variants(folded: str) -> tuple[str, ...]:
    """Return the canonical forms of a folded name; nothing if it cannot be a name in kana.

    For a name with one initial, the forms have the initial before the other words: ``j sato``.
    """
    words = folded.split()
    initials = [word for word in words if len(word) == 1]
    if len(initials) == 1 < len(words):
        rest = " ".join(word for word in words if len(word) > 1)
        initial = initials[0].translate(_OTHER_LANGUAGES)
        return tuple(f"{initial} {form}" for form in query_variants(rest))
    return tuple(filter(_NAME.fullmatch, _canonical_forms(folded)))


def prefixes(value: str) -> tuple[str, ...]:
    """Return the canonical forms of the typed beginning of a name; nothing if no name in kana begins so."""
    return tuple(filter(_BEGINNING.fullmatch, _canonical_forms(fold(honorifics.strip(value)))))


def _canonical_forms(folded: str) -> tuple[str, ...]:
    words = folded.split()
    if not all(word.isascii() and word.isalpha() for word in words):
        return ()
    spellings = (words, [_H_BEFORE_VOWEL.sub("", word) for word in words])
    return distinct(_join(map(_canonical, spelling)) for spelling in spellings)


def _is_kana(word: str) -> bool:
    return _KANA.fullmatch(word) is not None


def _latin(kana: str) -> str:
    latin = _hepburn(kana.translate(_LATIN_OF_KANA))
    for pattern, replacement in _SMALL_KANA:
        latin = pattern.sub(replacement, latin)
    return latin


def _canonical(latin: str) -> str:
    hepburn = _hepburn(latin.translate(_OTHER_LANGUAGES))
    return _shorten(_BEFORE_ANOTHER.sub(lambda match: _ASSIMILATED[match[0]], hepburn))


def _hepburn(latin: str) -> str:
    return _NOT_HEPBURN.sub(lambda match: _HEPBURN[match[0]], latin)


def _join(words: Iterable[str]) -> str:
    """Join canonical words to one, so that spaces between them do not matter, also for long vowels."""
    return _shorten("".join(words))


def _shorten(latin: str) -> str:
    return _LONG_VOWEL.sub(r"\1\2", latin)
