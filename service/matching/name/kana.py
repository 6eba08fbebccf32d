"""Kana: hiragana and katakana as one, iteration marks written out.

The Unicode Standard, section 18.4: the two syllabaries stand in the same order, so one is the other moved.
The marks are read as the Ministry of Education's guide of 1946 has it (くりかへし符号の使ひ方).
"""

import re

_HIRAGANA = range(0x3041, 0x3097)
_TO_KATAKANA = 0x60

# Small ヵ and ヶ are a manner of writing か and け between kanji, and no other sound: 三ヶ島, 三ケ島.
_FOLDED = {code: code + _TO_KATAKANA for code in (*_HIRAGANA, 0x309D, 0x309E)} | str.maketrans(
    "ヵヶゕゖ", "カケカケ"
)

_KANJI_AGAIN = re.compile(r"([\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])([々〻]+)")
_KANA_AGAIN = re.compile(r"([\u30a1-\u30fa])([ヽヾ]+)")
_VOICED = str.maketrans(
    "カキクケコサシスセソタチツテトハヒフヘホ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボ"
)
_UNVOICED = {voiced: plain for plain, voiced in _VOICED.items()}

# Bank transfers know no small kana (the character set of the Zengin system), and the sounds of the rest have
# been one since the orthography of 1986 (現代仮名遣い).
_LOOSE = str.maketrans("ァィゥェォッャュョヮヂヅヰヱヲ", "アイウエオツヤユヨワジズイエオ")
_LONG = re.compile(
    "[アカサタナハマヤラワガザダバパ][アー]"
    "|[イキシチニヒミリギジビピ][イー]"
    "|[ウクスツヌフムユルグズブプヴ][ウー]"
    "|[エケセテネヘメレゲゼデベペ][エイー]"
    "|[オコソトノホモヨロゴゾドボポ][オウー]"
)


def fold(value: str) -> str:
    """Return a text in katakana alone, with iteration marks written out; kanji are left as they are.

    Sounds stay apart: は, ば and ぱ, ゆき and ゆうき, つ and っ.
    """
    return _KANA_AGAIN.sub(_repeated, _KANJI_AGAIN.sub(_repeated, value.translate(_FOLDED)))


def loosen(value: str) -> str:
    """Return folded kana without what is lost between two who write down what they heard.

    A long vowel is one however it is written (サトー, サトウ), small kana are large ones, ヅ is ズ.
    """
    return _LONG.sub(lambda found: f"{found[0][0]}ー", value.translate(_LOOSE))


def _repeated(found: re.Match[str]) -> str:
    """Write a run of marks out: each repeats what the one before it has become."""
    written = found[1]
    for mark in found[2]:
        char = written[-1]
        if mark == "ヾ":
            char = char.translate(_VOICED)
        elif mark == "ヽ":
            char = char.translate(_UNVOICED)
        written += char
    return written
