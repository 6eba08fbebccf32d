"""Read a number: decide which number of which country was meant, with phonenumbers."""

import re

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

from service.matching.phone import characters, reforms
from service.matching.phone import numbering_plans as plans

# Prefixes in old address books: Mexico dropped 01, 044 and 045 in 2019 (docs/numbering-reforms.md). Mobile
# numbers of Argentina are dialled with 9 from abroad or with 15 at home, never with both.
_OUTDATED_PREFIXES = (
    (re.compile(r"\+52(?:01|04[45])(\d{10})"), r"+52\1"),
    (re.compile(r"\+549(\d{12})"), r"+54\1"),
)

# Shorter numbers without a plus sign are much more likely to be local. Nine digits can be a whole number of a
# small country: 298 (Faroe Islands) and six digits.
_MIN_LENGTH_WITHOUT_PLUS = 9

_AREA_IN_BRACKETS = re.compile(r"\D*\(\s*\d+\s*\)\s*\S")


def e164(number: str, region: str) -> str | None:
    """Return the E.164 form of a number in plain characters, or None if the number is not possible."""
    return plans.e164(read(number, region))


def read(number: str, region: str) -> PhoneNumber | None:
    """Return the number that was most likely meant, or None if the number is not possible."""
    meant = _most_likely(number, region)
    too_long = meant is not None and len(f"{meant.country_code}{meant.national_number}") > plans.MAX_DIGITS
    return None if too_long else meant


def second_reading(number: str, region: str) -> str | None:
    """Return the less likely reading of digits that can be national, or international without a plus sign.

    Return None if they have only one reading.
    """
    if characters.has_plus(number):
        return None
    abroad = plans.e164(_add_plus(number, region))
    at_home = plans.parse(number, region)
    if abroad is None or at_home is None:
        return None
    if plans.is_valid(at_home):
        return plans.e164(at_home) if abroad == plans.e164(read(number, region)) else None
    return abroad


def dialled_with_00(number: str, region: str) -> str | None:
    """Return the valid number after 00, or None if there is none.

    In some regions, such as Brazil, Korea and Japan, 00 also has another use.
    """
    if not number.startswith("00"):
        return None
    parsed = plans.parse(f"+{characters.digits_of(number)[2:]}", region)
    return plans.e164(parsed) if plans.is_valid(parsed) else None


def before_reform(number: str, region: str) -> str | None:
    """Return a number in the format before a reform with a plus sign; None for other numbers.

    The number may have an international prefix, or its country code without a plus sign.
    """
    numbers = [*plans.from_international_digits(characters.digits_of(number)), *_with_plus(number, region)]
    return next((former for former in numbers if _has_valid_spelling(former)), None)


def is_before_reform(number: str, region: str) -> bool:
    """Return whether the number is in the format before a reform, with or without its country code."""
    code = "" if characters.has_plus(number) else plans.country_code_of_region(region)
    return _has_valid_spelling(before_reform(number, region) or f"+{code}{characters.digits_of(number)}")


def _most_likely(number: str, region: str) -> PhoneNumber | None:
    typed = plans.parse(number, region)
    is_valid = plans.is_valid(typed)
    if not is_valid and (spaced := characters.without_pauses(number)) != number:
        valid = plans.first_valid([spaced], region)
        is_valid = valid is not None
        typed = valid or plans.if_possible(typed) or plans.parse(spaced, region)
    digits = characters.digits_of(number)
    with_plus = characters.has_plus(number)
    if is_valid:
        return typed if with_plus else _with_own_country_code(number, region) or typed
    typed = plans.without_false_zero(typed)
    code = "" if with_plus else plans.country_code_of_region(region)
    return (
        plans.first_valid([number.replace("(0)", "", 1)] if "(0)" in number else [], region)
        or plans.first_valid(plans.from_international_digits(digits), region)
        or (None if _is_likely_national(typed, region) else _possible_former(number, region))
        or plans.first_valid(_without_outdated_prefix(digits, code), region)
        or (None if _may_be_national(number, typed, region) else _add_plus(number, region))
        or plans.if_possible(typed)
    )


def _with_plus(number: str, region: str) -> list[str]:
    # Telephone systems may have removed the plus sign. They send the digits in one group; people write the
    # country code as a group of its own. Other groups, or an area code in brackets, show a national number.
    digits, groups = characters.digits_of(number), characters.groups_of(number)
    if len(digits) < _MIN_LENGTH_WITHOUT_PLUS or digits[0] == "0":
        return []
    if len(groups) == 1:
        return [f"+{digits}"]
    is_national = _AREA_IN_BRACKETS.match(number) or plans.is_grouped_nationally(groups, region)
    return [f"+{digits}"] if plans.is_country_code(groups[0]) and not is_national else []


def _add_plus(number: str, region: str) -> PhoneNumber | None:
    with_plus = _with_plus(number, region)
    parsed = plans.first_valid(with_plus, "")
    # phonenumbers drops a superfluous 1 in North America. That would be a second guess, so it is rejected.
    if parsed is None or plans.e164(parsed) != with_plus[0]:
        return None
    return None if _is_national_with_more(number, region) else parsed


def _is_national_with_more(number: str, region: str) -> bool:
    # In Brazil, 41 5555-0182 2 is a number of the area 41 with a note, and not one of Switzerland. In regions
    # with a trunk zero, a number that is only possible without this zero is more likely from abroad.
    national = plans.parse(characters.text_before_short_group(number), region)
    zero = plans.trunk_prefix(region) == "0"
    return plans.is_valid(national) or (not zero and plans.if_possible(national) is not None)


def _with_own_country_code(number: str, region: str) -> PhoneNumber | None:
    # In Germany, 49711123456 could also be a number with the area code 04971. But if national numbers begin
    # with a zero, a missing plus sign is more likely than a missing zero.
    digits = characters.digits_of(number)
    is_likely = digits.startswith(plans.country_code_of_region(region)) and plans.trunk_prefix(region) == "0"
    return _add_plus(number, region) if is_likely else None


def _has_valid_spelling(number: str) -> bool:
    return plans.first_valid(reforms.other_spellings(number), "") is not None


def _may_be_national(number: str, typed: PhoneNumber | None, region: str) -> bool:
    if (
        characters.has_plus(number)
        or characters.has_letters_or_signs(number)
        or is_before_reform(number, region)
    ):
        return True
    return _is_likely_national(typed, region)


def _possible_former(number: str, region: str) -> PhoneNumber | None:
    former = before_reform(number, region)
    return plans.if_possible(plans.parse(former, region)) if former else None


def _is_likely_national(typed: PhoneNumber | None, region: str) -> bool:
    if typed is None:
        return False
    # If national numbers begin with a zero, a number without the zero is more likely from abroad.
    length = phonenumbers.is_possible_number_with_reason(typed)
    possible = length in {ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}
    return possible and plans.trunk_prefix(region) != "0"


def _without_outdated_prefix(digits: str, code: str) -> list[str]:
    matches = ((pattern.fullmatch(f"+{code}{digits}"), number) for pattern, number in _OUTDATED_PREFIXES)
    return [match.expand(number) for match, number in matches if match]
