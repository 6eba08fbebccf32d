"""What numbering plans say of a number: the only code that knows phonenumbers."""

import re
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from service.matching import dialled, text, variants

# ITU-T E.164 recommends 00 to dial abroad; North America dials 011, and Japan 010.
_ABROAD = ("00", "011", "010")

# Prefixes of the past, which still stand in address books. Mexico gave up 01, 044 and 045 in 2019 (IFT, see
# variants.py). Argentina dials a mobile with 9 from abroad or with 15 at home: both at once are one too many.
_OUTDATED = (
    (re.compile(r"\+52(?:01|04[45])(\d{10})"), r"+52\1"),
    (re.compile(r"\+549(\d{12})"), r"+54\1"),
)

# The shortest numbers that networks send with a country code and without a plus: 298 and six digits. With
# less, a number of the own town is far more likely.
_SHORTEST_WITHOUT_PLUS = 9

# Below this, a number typed without a country code is rather an extension of the switchboard: numbering plans
# are open-ended in some countries, and "1234" would be a possible number of Germany.
SHORTEST = 7


def e164(subject: str, region: str) -> str | None:
    """Return the E.164 form of what ``dialled.subject`` has found, or None when it is no possible number."""
    return _e164(_number(without_note(subject, region), region))


def without_note(subject: str, region: str) -> str:
    """Return what stands before a note if that is the number, or else the subject.

    A valid number is one whatever is behind it: in open numbering plans ``home`` could be four more digits.
    One that is only possible is, unless the whole is: 1-800-FLOWERS.
    """
    before = dialled.before_note(subject)
    if not before:
        return subject
    number = _number(before, region)
    if number is None:
        return before if _is_former(before, region) else subject
    return before if phonenumbers.is_valid_number(number) or _number(subject, region) is None else subject


def otherwise(subject: str, region: str) -> str | None:
    """Return the second reading of digits that may be a number at home, or one whose plus was lost."""
    if dialled.has_plus(subject):
        return None
    abroad = _e164(_plus_lost(_digits(subject)))
    at_home = _parse(subject, region)
    if abroad is None or at_home is None:
        return None
    if phonenumbers.is_valid_number(at_home):
        return _e164(at_home) if abroad == _e164(_number(subject, region)) else None
    return abroad


def dialled_with_00(subject: str, region: str) -> str | None:
    """Return the valid number that begins with 00, though the default region may read it in another way.

    Carriers of Brazil and Korea, and services of Japan, have codes that begin with 00.
    """
    if not subject.startswith("00"):
        return None
    number = _parse(f"+{text.digits(dialled.without_extension(subject))[2:]}", region)
    return _e164(number) if number and phonenumbers.is_valid_number(number) else None


def is_region(code: str) -> bool:
    """Tell whether an ISO 3166-1 code names a region with a numbering plan."""
    return code in phonenumbers.SUPPORTED_REGIONS


def begun_at_home(typed: str, region: str) -> list[str]:
    """Return what a number dialled within a region begins with; nothing for a trunk prefix alone."""
    code = country_code(region)
    rest = typed.removeprefix(trunk_prefix(region))
    return [f"+{code}{rest}"] if code and rest else []


def begun_abroad(typed: str) -> list[str]:
    """Return what a number dialled to another country begins with."""
    rests = (typed.removeprefix(prefix) for prefix in _ABROAD if typed.startswith(prefix))
    return [f"+{rest}" for rest in rests if rest]


def reformed(typed: str) -> str | None:
    """Return a number dialled to another country, or without a plus, in the spelling of before a reform.

    Or in that of after it.
    """
    numbers = [*begun_abroad(typed), *_with_plus(typed)]
    return next((number for number in numbers if _first_valid(list(variants.of(number)), "")), None)


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


@lru_cache(maxsize=512)
def country_code(region: str) -> str:
    """Return the digits that a region is called by from abroad, or nothing."""
    return str(phonenumbers.country_code_for_region(region.upper()) or "")


@lru_cache(maxsize=512)
def trunk_prefix(region: str) -> str:
    """Return the digits before a number that is dialled within a region, or nothing."""
    return phonenumbers.ndd_prefix_for_region(region.upper(), strip_non_digits=True) or ""


def _number(subject: str, region: str) -> PhoneNumber | None:
    typed = _parse(subject, region)
    digits = _digits(subject)
    with_plus = dialled.has_plus(subject)
    if typed is not None and phonenumbers.is_valid_number(typed):
        return typed if with_plus else _with_own_code(digits, region) or typed
    if typed is not None and _has_false_zero(typed):
        typed = _without_zero(typed)
    code = "" if with_plus else country_code(region)
    return (
        _first_valid([subject.replace("(0)", "", 1)], region)
        or _first_valid(begun_abroad(digits), region)
        or _possible(_parse(reformed(digits) or "", region))
        or _first_valid(_without_outdated_prefix(digits, code), region)
        or (None if _may_be_at_home(subject, typed, region) else _plus_lost(digits))
        or _possible(typed)
    )


def _e164(number: PhoneNumber | None) -> str | None:
    return None if number is None else phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _with_plus(digits: str) -> list[str]:
    """Return digits as a number whose plus was lost on the way, as switchboards and trunks send it."""
    return [f"+{digits}"] if len(digits) >= _SHORTEST_WITHOUT_PLUS and digits[0] != "0" else []


def _plus_lost(digits: str) -> PhoneNumber | None:
    number = _first_valid(_with_plus(digits), "")
    # phonenumbers forgives a 1 too many in North America: that would be a guess upon a guess.
    return number if _e164(number) == f"+{digits}" else None


def _digits(subject: str) -> str:
    return text.digits(dialled.without_extension(subject))


def _with_own_code(digits: str, region: str) -> PhoneNumber | None:
    """Read ``49711123456`` as ``+49 711 123456`` in Germany, where it would be a number of 04971 as well.

    Whoever dials a zero first at home leaves that out less often than the plus.
    """
    begins = digits.startswith(country_code(region)) and trunk_prefix(region) == "0"
    return _plus_lost(digits) if begins else None


def _is_former(subject: str, region: str) -> bool:
    """Tell a number that a reform has left behind: it has another spelling that is valid."""
    digits = _digits(subject)
    code = "" if dialled.has_plus(subject) else country_code(region)
    spelled = reformed(digits) or f"+{code}{digits}"
    return _first_valid(list(variants.of(spelled)), "") is not None


def _may_be_at_home(subject: str, typed: PhoneNumber | None, region: str) -> bool:
    """Tell what has lost no plus, or may be a number at home: of a new range, or in a former spelling."""
    if dialled.has_plus(subject) or dialled.is_worded(subject) or _is_former(subject, region):
        return True
    if typed is None:
        return False
    # Where a zero is dialled first at home, a number without it is rather one from abroad.
    length = phonenumbers.is_possible_number_with_reason(typed)
    possible = length in {ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY}
    return possible and trunk_prefix(region) != "0"


def _parse(subject: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(subject, region.upper(), keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None


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
    """Tell whether a country has numbers whose first digit is a zero that is dialled from abroad: Italy."""
    regions = phonenumbers.region_codes_for_country_code(country_code)
    types = PhoneNumberType.values()
    examples = (phonenumbers.example_number_for_type(region, kind) for region in regions for kind in types)
    return any(example is not None and example.italian_leading_zero for example in examples)


def _first_valid(numbers: list[str], region: str) -> PhoneNumber | None:
    """Read digits otherwise than they stand, but only as a valid number: what it looks like may be chance."""
    found = (_parse(number, region) for number in numbers)
    return next((number for number in found if number and phonenumbers.is_valid_number(number)), None)


def _without_outdated_prefix(digits: str, code: str) -> list[str]:
    found = ((pattern.fullmatch(f"+{code}{digits}"), other) for pattern, other in _OUTDATED)
    return [match.expand(other) for match, other in found if match]


def _possible(number: PhoneNumber | None) -> PhoneNumber | None:
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


def _guessed(number: PhoneNumber) -> bool:
    return bool(number.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY)


def _has_trunk_zero(region: str, country_code: int) -> bool:
    return trunk_prefix(region) == "0" or not _begins_with_zero(country_code)
