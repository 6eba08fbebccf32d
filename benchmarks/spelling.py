"""Other spellings of a text. They do not use the service's tables, because they test the service."""

# ruff: noqa: RUF001  (look-alike characters are tested)

import unicodedata

_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"}
    | {"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"}
)
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ß": "ss", "đ": "d"}
    | {"Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ё": "е", "Ё": "Е"}
)
_HALF_WIDTH = {ord(unicodedata.normalize("NFKC", chr(code))): chr(code) for code in range(0xFF66, 0xFFA0)}

# The dashes that people, code pages and text recognition write for the long vowel mark.
_DASHES = "-‐‑‒–—―−－﹣─━～〜"
_INVISIBLE = "\u00ad\u034f\u115f\u1160\u17b4\u200b\u200d\u2065\u2800\u3164\ufe0f\ufeff\uffa0\U000e0100"
_DECORATIONS = ("♥ {} ♥", "🌸{}🌸", "~ {}", "{} 👍🏽", "☆{}★", "❤\ufe0f {} 🇧🇷", "<{}> ©", "1\ufe0f\u20e3 {}")

_VARIANT_KANJI = {
    "高": "髙",
    "崎": "﨑嵜",
    "辺": "邊邉",
    "斎": "齋斉齊",
    "島": "嶋嶌",
    "沢": "澤",
    "桜": "櫻",
    "広": "廣",
    "浜": "濱",
    "国": "國",
    "吉": "𠮷",
    "黒": "黑",
    "京": "亰",
}


def without_accents(text: str) -> str:
    """Return a Latin or Greek text without accents. Marks of other scripts stay."""
    chars: list[str] = []
    for char in text.translate(_UNDECOMPOSED):
        base = unicodedata.normalize("NFD", char)[0]
        european = unicodedata.name(base, "").startswith(("LATIN", "GREEK"))
        chars.append(base if european else char)
    return "".join(chars)


def spelt_out(text: str) -> str:
    """Return a text with two letters for each umlaut, ß and Scandinavian letter."""
    return text.translate(_SPELT_OUT)


def full_width(text: str) -> str:
    """Return a text in full-width characters, as Japanese keyboards type it."""
    return text.translate(_FULL_WIDTH)


def half_width(katakana: str) -> str:
    """Return katakana in half-width characters, with separate voicing marks."""
    return unicodedata.normalize("NFD", katakana).translate(_HALF_WIDTH)


def hiragana(katakana: str) -> str:
    """Return katakana as hiragana."""
    return "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in katakana)


def variant_kanji(text: str) -> list[str]:
    """Return copies of a text, each with one kanji in one of its variant forms."""
    return [
        text.replace(kanji, variant)
        for kanji, variants in _VARIANT_KANJI.items()
        for variant in variants
        if kanji in text
    ]


def dashes(text: str) -> list[str]:
    """Return copies of a text, each with another dash for the long vowel marks."""
    return [text.replace("ー", dash) for dash in _DASHES]


def decorated(text: str) -> list[str]:
    """Return copies of a text, each with symbols or emoji around it or between its words."""
    return [way.format(text) for way in _DECORATIONS] + [text.replace(" ", f" {sign} ") for sign in "♡|✨"]


def with_invisible(text: str) -> list[str]:
    """Return copies of a text, each with another invisible character around its letters."""
    return [f"{sign}{sign.join(text)}{sign}" for sign in _INVISIBLE]


def with_variation_selector(text: str) -> str:
    """Return a text with an ideographic variation selector after its first kanji."""
    is_kanji = bool(text) and unicodedata.name(text[0], "").startswith("CJK UNIFIED")
    return f"{text[0]}\U000e0100{text[1:]}" if is_kanji else text


def turkish_capitals(text: str) -> str:
    """Return a text in Turkish capitals, in which i keeps its dot."""
    return text.replace("i", "İ").replace("ı", "I").upper()
