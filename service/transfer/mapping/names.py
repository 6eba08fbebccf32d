"""Divide a name that is in one column, if the order of its words is clear."""

import re
import unicodedata

from service.matching import folding
from service.matching.name import legal_forms

_TWO = 2
_EAST_ASIAN = ("CJK ", "HIRAGANA ", "KATAKANA ", "HANGUL ")


def divide(name: str) -> dict[str, str]:
    """Return the fields of a whole name.

    ``Doe, Jane`` is a last and a first name, and so is 山田 太郎. ``Jane Doe`` is a first and a last name. A
    name with a legal form, such as ``Acme Ltd``, is the name of a company. Any other name becomes the first
    name as a whole, because it is not clear which of its words is the last name.
    """
    if _has_legal_form(name):
        return {"business_name": name}
    last, comma, first = (part.strip() for part in name.partition(","))
    if comma and last and first and "," not in first:
        return {"first_name": first, "last_name": last}
    words = name.split()
    if len(words) != _TWO or not all(map(_is_word, words)):
        return {"first_name": name}
    if all(map(_is_east_asian, words)):
        return {"first_name": words[1], "last_name": words[0]}
    return {"first_name": words[0], "last_name": words[1]}


def _has_legal_form(name: str) -> bool:
    # Also without commas and dots, for Acme, Inc. and Acme S.A.
    folded = folding.fold(name)
    plain = " ".join(folded.replace(",", " ").replace(".", "").split())
    return any(legal_forms.strip(text) != text for text in (folded, plain))


def divide_phonetic(reading: str) -> dict[str, str]:
    """Return the fields of the reading of a whole name: the last name is first, as in Japanese.

    Unless the reading has two words, all of it becomes that of the last name.
    """
    words = reading.split()
    if len(words) != _TWO:
        return {"phonetic_last_name": reading}
    return {"phonetic_last_name": words[0], "phonetic_first_name": words[1]}


_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u2019.\u30fb\u30fc-]|[^\W\d_]\.)*")


def _is_word(text: str) -> bool:
    letters = unicodedata.normalize("NFC", text)
    # An initial or a title, such as "Dr.", is no name.
    return _WORD.fullmatch(letters) is not None and not letters.endswith(".")


def _is_east_asian(text: str) -> bool:
    return unicodedata.name(text[0], "").startswith(_EAST_ASIAN)
