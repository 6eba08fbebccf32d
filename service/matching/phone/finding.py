"""Find the numbers in a value, step by step. docs/matching.md has a table of the steps."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from service.matching.phone import characters, envelope, reading, several, spreadsheets, words
from service.matching.phone import numbering_plans as plans

_DIGITS_ALONE = re.compile(r"\+?\d+", re.ASCII)


class Found(NamedTuple):
    """A number in plain characters, and the text to compare if it contains letters."""

    number: str
    text: str


def find(value: str, region: str) -> list[Found]:
    """Return the numbers in a value, or its text if there is none; nothing for a number that lost digits."""
    if _DIGITS_ALONE.fullmatch(value):
        return [Found(value, value)]
    canonical = characters.canonical(value)
    text = envelope.extract(canonical)
    parts = several.split(text, lambda parts, certain: _are_numbers(parts, region, certain=certain))
    return [
        Found(number, value if part == canonical else part)
        for part in parts
        if (number := _without_words(part, region))
    ]


def extract(value: str) -> str:
    """Return the number in a value in plain characters, with the words around it."""
    text = envelope.extract(characters.canonical(value))
    return _make_plain(text) or text


def _without_words(text: str, region: str) -> str | None:
    """Return the number in a text, in plain characters; None if its digits are lost."""
    if not words.may_have_words(text):
        return _make_plain(text)
    for behind in words.texts_behind_caption(text):
        number = _without_note(behind, region)
        if number is None or reading.read(number, region) or reading.is_before_reform(number, region):
            return number
    return _without_note(text, region)


def _without_note(text: str, region: str) -> str | None:
    """Return the text before a note if it is a number, otherwise the whole text.

    Text that is possible but not valid does not count if the whole text is possible too: 1-800-FLOWERS.
    """
    whole, before = _make_plain(text), words.text_before_note(text)
    if whole is None or not before:
        return whole
    number = _make_plain(before)
    if number is None:
        return None
    parsed = reading.read(number, region)
    if parsed is None:
        return number if reading.is_before_reform(number, region) else whole
    # Digits in brackets can also end a number, where numbers have any length.
    is_note = plans.is_valid(parsed) and characters.has_letters(text[len(before) :])
    return number if is_note or reading.read(whole, region) is None else whole


def _make_plain(text: str) -> str | None:
    return spreadsheets.repair(characters.plain(text))


def _are_numbers(parts: Sequence[str], region: str, *, certain: bool) -> bool:
    """Return whether each part is a valid number; if ``certain``, it need not be valid."""
    found = [_without_words(part, region) or "" for part in parts]
    if found[0].startswith("0") and any(_may_lack_area_code(number, region) for number in found):
        return False
    if all(plans.is_valid(reading.read(number, region)) for number in found):
        return True
    digits = [characters.digits_of(number) for number in found if not characters.has_letters(number)]
    return certain and len(digits) == len(parts) and min(map(len, digits)) >= plans.MIN_LENGTH


def _may_lack_area_code(number: str, region: str) -> bool:
    """Return whether a number behind one with a zero can be local: 0711 123456 / 7654321."""
    return not number.startswith(("0", "+")) and not reading.is_mobile(number, region)
