"""What numbering plans say of a number as it stands, by way of phonenumbers."""

from functools import cache, lru_cache

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

# ITU-T E.164 recommends 00 to dial abroad; North America dials 011, and Japan 010.
_ABROAD = ("00", "011", "010")

# Below this, a number typed without a country code is rather an extension of the switchboard: numbering plans
# are open-ended in some countries, and "1234" would be a possible number of Germany.
SHORTEST = 7


def is_region(code: str) -> bool:
    """Return whether an ISO 3166-1 code names a region with a numbering plan."""
    return code in phonenumbers.SUPPORTED_REGIONS


def calling_code(international: str) -> str:
    """Return the country code that an E.164 number begins with, or nothing."""
    number = parsed(international, "")
    return "" if number is None else str(number.country_code)


@lru_cache(maxsize=512)
def country_code(region: str) -> str:
    """Return the digits that a region is called by from abroad, or nothing."""
    return str(phonenumbers.country_code_for_region(region.upper()) or "")


@lru_cache(maxsize=512)
def trunk_prefix(region: str) -> str:
    """Return the digits before a number that is dialled within a region, or nothing."""
    return phonenumbers.ndd_prefix_for_region(region.upper(), strip_non_digits=True) or ""


def begun_at_home(typed: str, region: str) -> list[str]:
    """Return what a number dialled within a region begins with; nothing for a trunk prefix alone."""
    code = country_code(region)
    rest = typed.removeprefix(trunk_prefix(region))
    return [f"+{code}{rest}"] if code and rest else []


def begun_abroad(typed: str) -> list[str]:
    """Return what a number dialled to another country begins with."""
    rests = (typed.removeprefix(prefix) for prefix in _ABROAD if typed.startswith(prefix))
    return [f"+{rest}" for rest in rests if rest]


def without_trunk_zero(international: str) -> str:
    """Read ``81 03 12`` as ``81 3 12``: so do people who put the country code before the national form."""
    for length in (1, 2, 3):
        code, rest = international[:length], international[length:]
        region = phonenumbers.region_code_for_country_code(int(code))
        if region == phonenumbers.UNKNOWN_REGION:
            continue
        if rest[:1] == "0" and rest[1:2] not in {"", "0"} and _has_trunk_zero(region, int(code)):
            return f"{code}{rest[1:]}"
        break
    return international


def e164(number: PhoneNumber | None) -> str | None:
    """Return a number in E.164."""
    return None if number is None else phonenumbers.format_number(number, PhoneNumberFormat.E164)


def parsed(subject: str, region: str) -> PhoneNumber | None:
    """Return the number that phonenumbers reads in a text, or None."""
    try:
        return phonenumbers.parse(subject, region.upper(), keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None


def is_valid(number: PhoneNumber | None) -> bool:
    """Tell a number that its plan has, as far as phonenumbers knows it."""
    return number is not None and phonenumbers.is_valid_number(number)


def without_false_zero(number: PhoneNumber | None) -> PhoneNumber | None:
    """Read ``+351 (0)21 346 6111`` without its zero; None for two, which are no trunk prefix but made up."""
    return _without_zero(number) if number is not None and _has_false_zero(number) else number


def first_valid(numbers: list[str], region: str) -> PhoneNumber | None:
    """Read digits otherwise than they stand, but only as a valid number: what it looks like may be chance."""
    found = (parsed(number, region) for number in numbers)
    return next((number for number in found if is_valid(number)), None)


def possible(number: PhoneNumber | None) -> PhoneNumber | None:
    """Return the number if it is of a length that its country has, or None."""
    if number is None or not number.national_number:
        return None
    length = phonenumbers.is_possible_number_with_reason(number)
    if _guessed(number) and len(phonenumbers.national_significant_number(number)) < SHORTEST:
        return None
    # "555-0123" is a number within one American area, and which is not known.
    local = ValidationResult.IS_POSSIBLE_LOCAL_ONLY
    return (
        number
        if length == ValidationResult.IS_POSSIBLE or (length == local and not _guessed(number))
        else None
    )


def _has_false_zero(typed: PhoneNumber) -> bool:
    """Tell ``+351 (0)21 346 6111``: a zero where numbers do not begin with one.

    phonenumbers drops it only where there is a trunk prefix today, and here there is none, or none any more.
    """
    return bool(typed.italian_leading_zero) and not _begins_with_zero(typed.country_code or 0)


def _without_zero(typed: PhoneNumber) -> PhoneNumber | None:
    # Two zeros are no trunk prefix, but a number made up.
    if typed.number_of_leading_zeros not in {None, 1}:
        return None
    return PhoneNumber(
        country_code=typed.country_code,
        national_number=typed.national_number,
        country_code_source=typed.country_code_source,
    )


@cache
def _begins_with_zero(country_code: int) -> bool:
    """Return whether a country has numbers whose first digit is a zero that is dialled from abroad: Italy."""
    regions = phonenumbers.region_codes_for_country_code(country_code)
    types = PhoneNumberType.values()
    examples = (phonenumbers.example_number_for_type(region, kind) for region in regions for kind in types)
    return any(example is not None and example.italian_leading_zero for example in examples)


def _guessed(number: PhoneNumber) -> bool:
    return bool(number.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY)


def _has_trunk_zero(region: str, country_code: int) -> bool:
    return trunk_prefix(region) == "0" or not _begins_with_zero(country_code)
