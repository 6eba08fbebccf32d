"""Decide which number was meant, considering the ways in which people and telephone systems spell it."""

import re

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

from service.matching import folding
from service.matching.phone import extraction, reforms
from service.matching.phone import numbering_plans as plans

# Prefixes in old address books: Mexico dropped 01, 044 and 045 in 2019 (IFT, see reforms.py). Mobile numbers
# of Argentina are dialled with 9 from abroad or with 15 at home, never with both.
_OUTDATED_PREFIXES = (
    (re.compile(r"\+52(?:01|04[45])(\d{10})"), r"+52\1"),
    (re.compile(r"\+549(\d{12})"), r"+54\1"),
)

# Shorter numbers without a plus sign are much more likely to be local, such as 298 and six digits.
_MIN_LENGTH_WITHOUT_PLUS = 9


def e164(number: str, region: str) -> str | None:
    """Return the E.164 form of an extracted number, or None if the number is not possible."""
    return plans.e164(_read(without_note(number, region), region))


def without_note(number: str, region: str) -> str:
    """Return the text before a note if it is a number, otherwise the whole text.

    Text that is possible but not valid does not count if the whole text is possible too: 1-800-FLOWERS.
    """
    before = extraction.text_before_note(number)
    if not before:
        return number
    parsed = _read(before, region)
    if parsed is None:
        return before if _is_before_reform(before, region) else number
    return before if plans.is_valid(parsed) or _read(number, region) is None else number


def second_reading(number: str, region: str) -> str | None:
    """Return the less likely reading of digits that can be national or international without a plus sign."""
    if extraction.has_plus(number):
        return None
    abroad = plans.e164(_add_plus(digits_of(number)))
    at_home = plans.parse(number, region)
    if abroad is None or at_home is None:
        return None
    if plans.is_valid(at_home):
        return plans.e164(at_home) if abroad == plans.e164(_read(number, region)) else None
    return abroad


def dialled_with_00(number: str, region: str) -> str | None:
    """Return the valid number after 00, even if 00 has another use in the region (Brazil, Korea, Japan)."""
    if not number.startswith("00"):
        return None
    parsed = plans.parse(f"+{digits_of(number)[2:]}", region)
    return plans.e164(parsed) if plans.is_valid(parsed) else None


def before_reform(digits: str) -> str | None:
    """Return a number in the format before a reform, if dialled internationally or without a plus sign."""
    numbers = [*plans.dialled_internationally(digits), *_with_plus(digits)]
    return next((number for number in numbers if _has_valid_spelling(number)), None)


def digits_of(number: str) -> str:
    """Return the digits of an extracted number without its extension."""
    return folding.digits(extraction.strip_extension(number))


def _read(number: str, region: str) -> PhoneNumber | None:
    typed = plans.parse(number, region)
    digits = digits_of(number)
    with_plus = extraction.has_plus(number)
    if plans.is_valid(typed):
        return typed if with_plus else _with_own_country_code(digits, region) or typed
    typed = plans.without_false_zero(typed)
    code = "" if with_plus else plans.country_code(region)
    return (
        plans.first_valid([number.replace("(0)", "", 1)] if "(0)" in number else [], region)
        or plans.first_valid(plans.dialled_internationally(digits), region)
        or plans.if_possible(plans.parse(former, region) if (former := before_reform(digits)) else None)
        or plans.first_valid(_without_outdated_prefix(digits, code), region)
        or (None if _may_be_national(number, typed, region) else _add_plus(digits))
        or plans.if_possible(typed)
    )


def _with_plus(digits: str) -> list[str]:
    # Telephone systems may have removed the plus sign.
    return [f"+{digits}"] if len(digits) >= _MIN_LENGTH_WITHOUT_PLUS and digits[0] != "0" else []


def _add_plus(digits: str) -> PhoneNumber | None:
    number = plans.first_valid(_with_plus(digits), "")
    # phonenumbers drops a superfluous 1 in North America. That would be a second guess, so it is rejected.
    return number if plans.e164(number) == f"+{digits}" else None


def _with_own_country_code(digits: str, region: str) -> PhoneNumber | None:
    # In Germany, 49711123456 could also be a number with the area code 04971. But if national numbers begin
    # with a zero, a missing plus sign is more likely than a missing zero.
    is_likely = digits.startswith(plans.country_code(region)) and plans.trunk_prefix(region) == "0"
    return _add_plus(digits) if is_likely else None


def _is_before_reform(number: str, region: str) -> bool:
    digits = digits_of(number)
    code = "" if extraction.has_plus(number) else plans.country_code(region)
    return _has_valid_spelling(before_reform(digits) or f"+{code}{digits}")


def _has_valid_spelling(number: str) -> bool:
    return plans.first_valid(reforms.other_spellings(number), "") is not None


def _may_be_national(number: str, typed: PhoneNumber | None, region: str) -> bool:
    if extraction.has_plus(number) or extraction.has_letters(number) or _is_before_reform(number, region):
        return True
    if typed is None:
        return False
    # If national numbers begin with a zero, a number without the zero is more likely from abroad.
    length = phonenumbers.is_possible_number_with_reason(typed)
    possible = length in {ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}
    return possible and plans.trunk_prefix(region) != "0"


def _without_outdated_prefix(digits: str, code: str) -> list[str]:
    matches = ((pattern.fullmatch(f"+{code}{digits}"), number) for pattern, number in _OUTDATED_PREFIXES)
    return [match.expand(number) for match, number in matches if match]
