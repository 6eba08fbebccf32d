"""Read the values of cells: undo what spreadsheets do to digits, and divide cells with several values."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from service.matching import email, phone
from service.matching.folding import spreadsheets
from service.matching.phone import characters, numbering_plans
from service.matching.phone.finding import find
from service.transfer.row_types import Kind

# Google Contacts writes this between values.
VALUE_SEPARATOR = ":::"

_PLAIN_NUMBER = re.compile(r"\+?[\d() -]{1,18}", re.ASCII)
_ADDRESS_SEPARATORS = re.compile(r"[\s,;|]+")
# Spreadsheets write 1001 as 1001.0, and long numbers in scientific notation.
_SPREADSHEET_NUMBER = re.compile(r"\d+\.0|\d(?:[.,]\d+)?[eE]\+?\d{1,3}")

_SERIAL_DATE = re.compile(r"[1-9]\d{4}(?:\.0)?", re.ASCII)
# Excel counts 29 February 1900, which did not exist.
_DAY_ZERO = date(1899, 12, 30)
LOST = "A spreadsheet rounded the number, so digits are lost; take the number from its source again."
_REPAIRED = "A spreadsheet had changed the value; the original was restored."
_ZERO = "The leading zero that a spreadsheet removed was restored."
_SEVERAL = "The cell has several values; each was imported."
_NO_NUMBER = "The value has neither a digit nor a letter, so it was left out."
_DATE = "The number that a spreadsheet stores for a date was converted to the date."
_NO_E164 = "The value is not a possible phone number; it was imported without an E.164 form."


class Reading(NamedTuple):
    """A value that was read from a cell, a note, or a value with a note about it.

    ``text`` is the value, empty for a note alone. ``kind`` and ``reason`` are those of the note.
    """

    text: str
    kind: Kind | None = None
    reason: str = ""


def read_identifier(text: str) -> Reading:
    """Read an account number, a value of a search key or a postal code. Undo what a spreadsheet did to it.

    Returns only a note if the spreadsheet has rounded it.
    """
    if not _SPREADSHEET_NUMBER.fullmatch(text):
        return Reading(text)
    repaired = spreadsheets.repair(text.lower())
    if repaired is None:
        return Reading("", Kind.LEFT_OUT, LOST)
    return Reading(repaired, Kind.REPAIRED, _REPAIRED) if repaired != text.lower() else Reading(text)


def read_date(text: str) -> Reading:
    """Read a date. Five digits are a date as spreadsheets store it, from May 1927 until today.

    Returns any other text unchanged.
    """
    if not _SERIAL_DATE.fullmatch(text):
        return Reading(text)
    day = _DAY_ZERO + timedelta(days=int(text[:5]))
    if day > datetime.now(UTC).date():
        return Reading(text)
    return Reading(day.isoformat(), Kind.REPAIRED, _DATE)


def read_numbers(text: str, region: str) -> list[Reading]:
    """Read the phone numbers in a cell, as they were typed. Undo what a spreadsheet did to them.

    If there are several, the first reading is a note. ``region`` is the country of numbers without a country
    code, or empty if it is not known: then these are not checked.
    """
    if not any(map(str.isalnum, text)):
        return [Reading("", Kind.LEFT_OUT, _NO_NUMBER)]
    if _PLAIN_NUMBER.fullmatch(text):
        return [_check_number(text, region)]
    numbers = find(text, region)
    if not numbers:
        return [Reading("", Kind.LEFT_OUT, LOST)]
    parts = _typed_parts(text, [number.text for number in numbers])
    if len(parts) > 1:
        return [Reading("", Kind.REPAIRED, _SEVERAL), *(_read_number(part, region) for part in parts)]
    return [_read_number(" ".join(text.split()), region)]


def read_emails(text: str) -> list[Reading]:
    """Read the e-mail addresses in a cell. If there are several, the first reading is a note."""
    addresses = email.normalise(text) if text.count("@") > 1 else ()
    if len(addresses) < 2:  # noqa: PLR2004 - several are two or more
        return [Reading(" ".join(text.split()))]
    typed = [part for part in _ADDRESS_SEPARATORS.split(text) if part]
    parts = typed if len(typed) == len(addresses) else addresses
    return [Reading("", Kind.REPAIRED, _SEVERAL), *map(Reading, parts)]


def _typed_parts(text: str, found: list[str]) -> list[str]:
    """Return the numbers that were found in a cell, as they were typed.

    Returns the whole cell if only one was found, or if the numbers do not have all digits of the cell.
    """
    if len(found) == 1 or sum(map(_count_digits, found)) != _count_digits(text):
        return [text]
    lower = text.lower()
    starts = [lower.find(part) for part in found]
    return [
        text[start : start + len(part)] if start >= 0 else part
        for start, part in zip(starts, found, strict=True)
    ]


def _count_digits(text: str) -> int:
    return sum(map(str.isdecimal, text))


def _read_number(text: str, region: str) -> Reading:
    plain = characters.make_plain(characters.canonical(text))
    repaired = spreadsheets.repair(plain)
    if repaired is None:
        return Reading("", Kind.LEFT_OUT, LOST)
    if repaired != plain and not characters.has_letters_or_signs(repaired):
        reading = _check_number(repaired, region)
        return Reading(repaired, Kind.REPAIRED, _REPAIRED) if reading.kind is None else reading
    return _check_number(text, region)


def _check_number(text: str, region: str) -> Reading:
    """Return the number, with a note if it has no E.164 form.

    Restores the leading zero of digits that have an E.164 form only with it.
    """
    if not region and "+" not in text and not phone.is_international(text):
        # The service decides with its default region.
        return Reading(text)
    # A valid number has an E.164 form. This is checked first, because it is faster.
    if (
        numbering_plans.is_valid(numbering_plans.parse(text, region))
        or phone.e164(text, region)
        or phone.is_withheld(text)
    ):
        return Reading(text)
    zero = f"0{text}"
    if text.isdecimal() and numbering_plans.is_valid(numbering_plans.parse(zero, region)):
        return Reading(zero, Kind.REPAIRED, _ZERO)
    return Reading(text, Kind.NO_E164, _NO_E164)
