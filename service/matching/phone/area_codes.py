"""Find the numbers that may lack the area code of the number beside them: ``+49 711 123456 / 1234570``.

The digits of such a number must not be read as a number with a different area code, because that number
belongs to another person.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, ValidationResult

from service.matching.phone import characters
from service.matching.phone import numbering_plans as plans

_AREA_IN_BRACKETS = re.compile(r"\W*\(\d{1,5}\)\W*\d")
# Area codes of one digit are rare without a trunk prefix, and numbers may differ by one digit by chance.
_MIN_AREA_CODE_LENGTH = 2
_TYPES_WITH_AREA_CODE = (
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
)


class Part(NamedTuple):
    """A part of a value: its text, the number in plain characters, and the number that was meant.

    ``number`` is empty if digits are lost. ``meant`` is None if the number is not possible.
    """

    text: str
    number: str
    meant: PhoneNumber | None


def with_area_code(parts: Sequence[Part], region: str) -> tuple[Part, ...]:
    """Return the parts of a value, except those that may lack the area code of the most complete part."""
    if not parts:
        return ()
    prefixed = [_has_prefix(part, region) for part in parts]
    valid = [plans.is_valid(part.meant) for part in parts]
    most_complete = max(range(len(parts)), key=lambda nth: (valid[nth], prefixed[nth]))
    beside = parts[most_complete].meant
    # If no number has a prefix, in a country with a trunk prefix, all are equally complete.
    if beside is None or not (prefixed[most_complete] or not _has_trunk_prefix_at_home(beside)):
        return tuple(parts)
    return tuple(
        part
        for nth, part in enumerate(parts)
        if prefixed[nth] or not _may_be_local(part, beside, prefixed=prefixed[most_complete])
    )


def _may_be_local(part: Part, beside: PhoneNumber, *, prefixed: bool) -> bool:
    """Return whether a number without a prefix may lack the area code of the number ``beside`` it.

    ``prefixed`` is true if the number ``beside`` has a prefix.
    """
    is_as_long = len(characters.digits_of(part.number)) >= len(_national(beside))
    if is_as_long and not (prefixed and plans.is_valid(beside)):
        return False
    is_valid, has_trunk_prefix = plans.is_valid(part.meant), _has_trunk_prefix_at_home(part.meant)
    is_whole = is_valid and _has_only_length(part.meant)
    if is_whole and not has_trunk_prefix:
        return False
    if _is_valid_with_area_code_of(beside, part):
        return True
    return prefixed and (not is_valid or (has_trunk_prefix and not is_whole))


def _has_prefix(part: Part, region: str) -> bool:
    """Return whether a number begins with a plus sign, an area code in brackets or a trunk prefix.

    Digits that may be a trunk prefix count only before a valid number.
    """
    digits, trunk = characters.digits_of(part.number), plans.trunk_prefix(region)
    if characters.has_plus(part.number) or _AREA_IN_BRACKETS.match(part.number):
        return True
    with_trunk = digits.startswith("0") or (trunk != "" and digits == f"{trunk}{_national(part.meant)}")
    return with_trunk and plans.is_valid(part.meant)


def _national(number: PhoneNumber | None) -> str:
    return phonenumbers.national_significant_number(number) if number else ""


def _has_trunk_prefix_at_home(number: PhoneNumber | None) -> bool:
    """Return whether the number is written with a trunk prefix in its own country."""
    if number is None:
        return False
    home = phonenumbers.region_code_for_number(number) or ""
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    trunk = plans.trunk_prefix(home)
    return trunk != "" and phonenumbers.normalize_digits_only(written) == f"{trunk}{_national(number)}"


def _is_valid_with_area_code_of(beside: PhoneNumber, part: Part) -> bool:
    digits, whole = characters.digits_of(part.number), _national(beside)
    area_code = whole[: max(0, len(whole) - len(digits))]
    completed = f"+{beside.country_code}{area_code}{digits}"
    return len(area_code) >= _MIN_AREA_CODE_LENGTH and plans.is_valid(plans.parse(completed, ""))


def _has_only_length(number: PhoneNumber | None) -> bool:
    """Return whether a number with one digit less or more is impossible, as in India. Then none is missing.

    Return False for types of numbers that have no area codes.
    """
    if number is None:
        return False
    kind, digits = phonenumbers.number_type(number), _national(number)
    others = (
        PhoneNumber(country_code=number.country_code, national_number=int(other))
        for other in (digits[:-1], f"{digits}1")
    )
    return kind in _TYPES_WITH_AREA_CODE and all(
        phonenumbers.is_possible_number_for_type_with_reason(other, kind) != ValidationResult.IS_POSSIBLE
        for other in others
    )
