"""Decides which number was meant, as typed or as people and switchboards spell it."""

import re

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

from service.matching import folding
from service.matching.phone import extraction, reforms
from service.matching.phone import numbering_plans as plans

# Prefixes in old address books: Mexico dropped 01, 044 and 045 in 2019 (IFT, see reforms.py). Argentina dials
# mobiles with 9 from abroad or with 15 at home, never with both.
_OUTDATED = (
    (re.compile(r"\+52(?:01|04[45])(\d{10})"), r"+52\1"),
    (re.compile(r"\+549(\d{12})"), r"+54\1"),
)

# Shorter numbers without a plus sign are far more likely to be local: 298 and six digits.
_MIN_LENGTH_WITHOUT_PLUS = 9


def e164(number: str, region: str) -> str | None:
    """Return the E.164 form of an extracted number, or None if it is not possible."""
    return plans.e164(_read(without_note(number, region), region))


def without_note(number: str, region: str) -> str:
    """Return the text before a note if that is the number, otherwise the text itself.

    A number that is only possible is one unless the whole text is possible too: 1-800-FLOWERS.
    """
    before = extraction.text_before_note(number)
    if not before:
        return number
    parsed = _read(before, region)
    if parsed is None:
        return before if _is_before_reform(before, region) else number
    return before if plans.is_valid(parsed) or _read(number, region) is None else number


def second_reading(number: str, region: str) -> str | None:
    """Return the less likely reading of digits that are a national number, or have lost their plus sign."""
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
    """Return the valid number behind 00, even if 00 begins a code in the region (Brazil, Korea, Japan)."""
    if not number.startswith("00"):
        return None
    parsed = plans.parse(f"+{digits_of(number)[2:]}", region)
    return plans.e164(parsed) if plans.is_valid(parsed) else None


def before_reform(digits: str) -> str | None:
    """Return a number dialled abroad, or without a plus sign, that a reform has changed; spelt as typed."""
    numbers = [*plans.from_abroad(digits), *_with_plus(digits)]
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
        or plans.first_valid(plans.from_abroad(digits), region)
        or plans.if_possible(plans.parse(former, region) if (former := before_reform(digits)) else None)
        or plans.first_valid(_without_outdated_prefix(digits, code), region)
        or (None if _may_be_national(number, typed, region) else _add_plus(digits))
        or plans.if_possible(typed)
    )


def _with_plus(digits: str) -> list[str]:
    # Switchboards and trunks may have removed it.
    return [f"+{digits}"] if len(digits) >= _MIN_LENGTH_WITHOUT_PLUS and digits[0] != "0" else []


def _add_plus(digits: str) -> PhoneNumber | None:
    number = plans.first_valid(_with_plus(digits), "")
    # phonenumbers drops a superfluous 1 in North America: that would be a second guess.
    return number if plans.e164(number) == f"+{digits}" else None


def _with_own_country_code(digits: str, region: str) -> PhoneNumber | None:
    # In Germany 49711123456 could also be a number of 04971. But where national numbers begin with a zero, it
    # is more likely that the plus sign is missing than the zero.
    may_be = digits.startswith(plans.country_code(region)) and plans.trunk_prefix(region) == "0"
    return _add_plus(digits) if may_be else None


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
    # Where national numbers begin with a zero, a number without it is more likely from abroad.
    length = phonenumbers.is_possible_number_with_reason(typed)
    possible = length in {ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}
    return possible and plans.trunk_prefix(region) != "0"


def _without_outdated_prefix(digits: str, code: str) -> list[str]:
    matches = ((pattern.fullmatch(f"+{code}{digits}"), number) for pattern, number in _OUTDATED)
    return [match.expand(number) for match, number in matches if match]
