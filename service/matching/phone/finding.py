"""Find the numbers in a value, step by step. docs/matching.md has a table of the steps."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache, partial
from typing import NamedTuple

from service.matching.folding import spreadsheets
from service.matching.phone import characters, envelope, reading, several, words
from service.matching.phone import numbering_plans as plans
from service.matching.phone.area_codes import Part, with_area_code

_DIGITS_ALONE = re.compile(r"\+?\d+", re.ASCII)


class FoundNumber(NamedTuple):
    """A number in plain characters, and the text to compare if the number has letters or no digits."""

    number: str
    text: str


def find(value: str, region: str) -> list[FoundNumber]:
    """Return the numbers in a value, or its whole text if it contains no number.

    The list is empty for a blank value, and for a number that lost digits in a spreadsheet.
    """
    if _DIGITS_ALONE.fullmatch(value):
        return [FoundNumber(value, value)]
    canonical = characters.canonical(value)
    return [
        FoundNumber(found.number, value if found.text == canonical else found.text)
        for text in envelope.extract_all(canonical)
        for found in _find_in(text, region)
        if found.number
    ]


@lru_cache(maxsize=1024)
def is_international(value: str) -> bool:
    """Return whether all numbers in the value contain their country code. Then they need no region."""
    texts = envelope.extract_all(characters.canonical(value))
    parts = (part for text in texts for part in several.likely_parts(text))
    return all(characters.has_plus(_make_plain(part) or part) for part in parts)


def extract(value: str) -> str:
    """Return the text in the envelope of a value, in plain characters, with the words around the number."""
    text = envelope.extract(characters.canonical(value))
    return _make_plain(text) or text


def _without_words(text: str, region: str) -> str | None:
    """Return the number in a text, or else the whole text, in plain characters; None if digits are lost."""
    if not words.may_have_words(text):
        return _make_plain(text)
    for text_after in words.texts_after_caption(text):
        number = _without_note(text_after, region)
        if number is None or reading.read(number, region) or reading.is_before_reform(number, region):
            return number
    return _without_note(text, region)


def _without_note(text: str, region: str) -> str | None:
    """Return the text before a note if it is a number, otherwise the whole text; None if digits are lost.

    If the whole text is a possible number too, as 1-800-FLOWERS, the text before the note must be valid.
    """
    whole, before = _make_plain(text), words.text_before_note(text)
    if whole is None or not before:
        return whole
    number = _make_plain(before)
    if number is None:
        return None
    parsed = reading.read(number, region)
    # A number in the old format can also be possible by chance: +974 512 3456.
    if not plans.is_valid(parsed) and reading.is_before_reform(number, region):
        return number
    if parsed is None:
        return whole
    # Digits in brackets may be the end of the number, in countries whose numbers have no fixed length.
    is_note = plans.is_valid(parsed) and characters.has_letters_or_signs(text[len(before) :])
    return number if is_note or reading.read(whole, region) is None else whole


def _make_plain(text: str) -> str | None:
    return spreadsheets.repair(characters.make_plain(text))


def _find_in(text: str, region: str) -> list[FoundNumber]:
    """Return the numbers in a text, or the whole text if it contains no number.

    The ``number`` of the result is empty if digits are lost.
    """
    # A text is split in several ways, which often have parts in common. Read each part only once.
    read = cache(partial(_read, region=region))
    for split in several.splits(text):
        if parts := _numbers_of(split, tuple(map(read, split.parts)), region):
            return [FoundNumber(part.number, part.text) for part in parts]
    return [FoundNumber(_without_words(text, region) or "", text)]


def _read(text: str, region: str) -> Part:
    number = _without_words(text, region)
    return Part(text, number or "", reading.read(number, region) if number else None)


def _numbers_of(split: several.Split, parts: Sequence[Part], region: str) -> tuple[Part, ...]:
    """Return the parts of a split, except dates and numbers that may lack their area code.

    Return nothing if the text must not be split in this way.
    """
    numbers = with_area_code([part for part in parts if not words.has_date(part.text)], region)
    # A text that is not too long may be one number in groups.
    if len(numbers) < len(parts) and not split.too_long:
        return ()
    if all(plans.is_valid(part.meant) for part in numbers):
        return numbers
    are_digits = all(_has_enough_digits(part.number) for part in numbers)
    return numbers if split.certain and are_digits else ()


def _has_enough_digits(number: str) -> bool:
    return (
        not characters.has_letters_or_signs(number) and len(characters.digits_of(number)) >= plans.MIN_LENGTH
    )
