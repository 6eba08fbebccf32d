"""Kana: hiragana as katakana, iteration marks written out.

Both syllabaries have the same order, so one is the other plus an offset (the Unicode Standard, section 18.4).
Iteration marks follow the Ministry of Education's guide of 1946 (くりかへし符号の使ひ方).
"""

import re

_HIRAGANA = range(0x3041, 0x3097)
_TO_KATAKANA = 0x60

# Between kanji, small ヵ and ヶ are another spelling of か and け, not another sound: 三ヶ島, 三ケ島.
_FOLDED = {code: code + _TO_KATAKANA for code in (*_HIRAGANA, 0x309D, 0x309E)} | str.maketrans(
    "ヵヶゕゖ", "カケカケ"
)

_KANJI_ITERATION = re.compile(r"([\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])([々〻]+)")
_KANA_ITERATION = re.compile(r"([\u30a1-\u30fa])([ヽヾ]+)")
_VOICED = str.maketrans(
    "カキクケコサシスセソタチツテトハヒフヘホ", "ガギグゲゴザジズゼゾダヂヅデドバビブベボ"
)
_UNVOICED = {voiced: unvoiced for unvoiced, voiced in _VOICED.items()}

# Bank transfers have no small kana (the Zengin character set), and ヂヅヰヱヲ sound like other kana since the
# orthography of 1986 (現代仮名遣い).
_SAME_SOUND = str.maketrans("ァィゥェォッャュョヮヂヅヰヱヲ", "アイウエオツヤユヨワジズイエオ")
_LONG_VOWEL = re.compile(
    "[アカサタナハマヤラワガザダバパ][アー]"
    "|[イキシチニヒミリギジビピ][イー]"
    "|[ウクスツヌフムユルグズブプヴ][ウー]"
    "|[エケセテネヘメレゲゼデベペ][エイー]"
    "|[オコソトノホモヨロゴゾドボポ][オウー]"
)


def fold(value: str) -> str:
    """Return the text with katakana only and iteration marks written out; kanji are left unchanged.

    Sounds stay distinct: は, ば and ぱ, ゆき and ゆうき, つ and っ.
    """
    return _KANA_ITERATION.sub(_write_out, _KANJI_ITERATION.sub(_write_out, value.translate(_FOLDED)))


def unify_sounds(folded: str) -> str:
    """Return folded kana with one spelling of long vowels (サトー, サトウ), large kana, and ズ for ヅ."""
    return _LONG_VOWEL.sub(lambda match: f"{match[0][0]}ー", folded.translate(_SAME_SOUND))


def _write_out(match: re.Match[str]) -> str:
    # Each mark repeats the character that replaced the one before.
    written = match[1]
    for mark in match[2]:
        char = written[-1]
        if mark == "ヾ":
            char = char.translate(_VOICED)
        elif mark == "ヽ":
            char = char.translate(_UNVOICED)
        written += char
    return written
