"""Repair values that a spreadsheet damaged, and divide cells that hold several."""

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
_DAMAGED_ID = re.compile(r"\d+\.0|\d(?:[.,]\d+)?[eE]\+?\d{1,3}")

_SERIAL_DATE = re.compile(r"[1-9]\d{4}(?:\.0)?", re.ASCII)
# Excel counts 29 February 1900, which did not exist.
_DAY_ZERO = date(1899, 12, 30)
LOST = "A spreadsheet rounded the number, so digits are lost; take it from the source again."
_REPAIRED = "The damage of a spreadsheet was repaired."
_ZERO = "The leading zero that a spreadsheet removed was restored."
_SEVERAL = "The cell has several values; each was imported."
_NO_NUMBER = "The value has neither a digit nor a letter, so it was left out."
_DATE = "The serial number of a date in a spreadsheet was converted."
_NO_E164 = "The value is not a possible phone number; it was imported as it is."


class Reading(NamedTuple):
    """A value that was read from a cell. ``kind`` and ``reason`` are those of a note, if there is one."""

    text: str
    kind: Kind | None = None
    reason: str = ""


def read_identifier(text: str) -> Reading:
    """Return an account number, ID or postal code without a spreadsheet's damage."""
    if not _DAMAGED_ID.fullmatch(text):
        return Reading(text)
    repaired = spreadsheets.repair(text.lower())
    if repaired is None:
        return Reading("", Kind.LEFT_OUT, LOST)
    return Reading(repaired, Kind.REPAIRED, _REPAIRED) if repaired != text.lower() else Reading(text)


def read_date(text: str) -> Reading:
    """Return a date. Five digits are a date as spreadsheets store it, since 1927 and until today."""
    if not _SERIAL_DATE.fullmatch(text):
        return Reading(text)
    day = _DAY_ZERO + timedelta(days=int(text[:5]))
    if day > datetime.now(UTC).date():
        return Reading(text)
    return Reading(day.isoformat(), Kind.REPAIRED, _DATE)


def read_numbers(text: str, region: str) -> list[Reading]:
    """Return the phone numbers in a cell. ``region`` is the country of national numbers, if it is known."""
    if not any(map(str.isalnum, text)):
        return [Reading("", Kind.LEFT_OUT, _NO_NUMBER)]
    if _PLAIN_NUMBER.fullmatch(text):
        return [_with_zero(text, region)]
    numbers = find(text, region)
    if not numbers:
        return [Reading("", Kind.LEFT_OUT, LOST)]
    parts = _typed_parts(text, [number.text for number in numbers])
    if len(parts) > 1:
        return [Reading("", Kind.REPAIRED, _SEVERAL), *(_repaired(part, region) for part in parts)]
    return [_repaired(" ".join(text.split()), region)]


def read_emails(text: str) -> list[Reading]:
    """Return the e-mail addresses in a cell."""
    addresses = email.normalise(text) if text.count("@") > 1 else ()
    if len(addresses) < 2:  # noqa: PLR2004 - several are two or more
        return [Reading(" ".join(text.split()))]
    typed = [part for part in _ADDRESS_SEPARATORS.split(text) if part]
    parts = typed if len(typed) == len(addresses) else addresses
    return [Reading("", Kind.REPAIRED, _SEVERAL), *map(Reading, parts)]


def _typed_parts(text: str, found: list[str]) -> list[str]:
    """Return the parts of a cell as they were typed, or the whole if they do not have all of its digits."""
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


def _repaired(text: str, region: str) -> Reading:
    plain = characters.plain(characters.canonical(text))
    repaired = spreadsheets.repair(plain)
    if repaired is None:
        return Reading("", Kind.LEFT_OUT, LOST)
    if repaired != plain and not characters.has_letters(repaired):
        reading = _with_zero(repaired, region)
        return Reading(repaired, Kind.REPAIRED, _REPAIRED) if reading.kind is None else reading
    return _with_zero(text, region)


def _with_zero(text: str, region: str) -> Reading:
    """Return the number, with its leading zero if only that is valid. Note a number without an E.164 form."""
    if not region and "+" not in text and not phone.is_international(text):
        # The service decides with its default region.
        return Reading(text)
    # A number that is valid as it was typed has an E.164 form. This check is the faster one.
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
