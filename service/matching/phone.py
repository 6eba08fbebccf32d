"""Phone numbers: E.164 where there is one, the digits where there is none."""

import re
from functools import cache

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from service.matching import text
from service.matching.withheld import is_withheld

__all__ = ["beginnings", "e164", "is_international", "is_region", "is_withheld", "raw"]

# ITU-T E.164 recommends 00 to dial abroad; North America dials 011, and Japan 010.
_ABROAD = ("00", "011", "010")

# A plus sign of any width, after an RFC 3966 scheme or a bracket.
_INTERNATIONAL = re.compile(r"[\s(]*(?:tel:)?[\s(]*[+\u207a\ufe62\uff0b]", re.IGNORECASE)

# RFC 3261, section 19.1.1 (user part of a SIP URI). Only a user that looks like a number is taken for one.
_SIP_USER = re.compile(r"sips?:([+\d][\d()./ -]*)[;@]", re.IGNORECASE)

# Below this, a number typed without a country code is rather an extension of the switchboard: numbering plans
# are open-ended in some countries, and "1234" would be a possible number of Germany.
_SHORTEST = 7


def e164(value: str, region: str) -> str | None:
    """Return the E.164 form (ITU-T E.164) of a number, or None when it is not a possible one.

    Possible means of a length that its country has, or had while it had a trunk zero.

    ``region`` is the ISO 3166-1 code that a number without a country code is dialled from. An extension is
    left out.
    """
    number = _number(_subject(value), region)
    return None if number is None else phonenumbers.format_number(number, PhoneNumberFormat.E164)


def raw(value: str) -> str:
    """Return the form under which anything that is not a number is kept: its digits, or else its text."""
    subject = _subject(value)
    # An address with some digits in it is not those digits.
    return ("" if "@" in subject else text.digits(subject)) or text.fold(value)


def is_region(code: str) -> bool:
    """Tell whether an ISO 3166-1 code names a region with a numbering plan."""
    return code in phonenumbers.SUPPORTED_REGIONS


def is_international(value: str) -> bool:
    """Tell whether a number was typed with its country code, so that no default region was needed."""
    return _INTERNATIONAL.match(_subject(value)) is not None


def beginnings(value: str, region: str) -> tuple[str, ...]:
    """Return what a number may begin with when these are its first digits: E.164 forms, then the raw one."""
    typed = raw(value)
    found: list[str] = []
    if typed.isdecimal() and is_international(value):
        found = [f"+{typed}", *_without_trunk_prefix(typed)]
    elif typed.isdecimal():
        found = [*_begun_abroad(typed), *_begun_at_home(typed, region)]
    # Typed to the end, it is a number, in which more may be left out than a trunk prefix: Argentina's 15.
    whole = e164(value, region)
    return (*dict.fromkeys([*found, whole] if whole else found), typed)


def _subject(value: str) -> str:
    uri = _SIP_USER.search(value)
    return uri[1] if uri else value


def _number(value: str, region: str) -> PhoneNumber | None:
    typed = _parse(value, region)
    if typed is not None and phonenumbers.is_valid_number(typed):
        return typed
    return _trunk_zero_removed(typed) or _dialled_abroad(value, region) or _possible(typed)


def _parse(value: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(value, region.upper(), keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None


def _trunk_zero_removed(typed: PhoneNumber | None) -> PhoneNumber | None:
    """Read ``+56 (0)2 635 4444`` without the zero, where numbers do not begin with one.

    Chile has given up its trunk prefix, so phonenumbers no longer takes it away; and that number has become
    a digit too short, so it need not be possible any more.
    """
    if typed is None or not typed.italian_leading_zero:
        return None
    # Two zeros are no trunk prefix, but a number made up.
    if typed.number_of_leading_zeros not in {None, 1} or _begins_with_zero(typed.country_code or 0):
        return None
    number = PhoneNumber(
        country_code=typed.country_code,
        national_number=typed.national_number,
        country_code_source=typed.country_code_source,
    )
    return number if _possible(number) or _possible(typed) else None


@cache
def _begins_with_zero(country_code: int) -> bool:
    """Tell whether a country has numbers whose first digit is a zero that is dialled from abroad: Italy."""
    regions = phonenumbers.region_codes_for_country_code(country_code)
    types = PhoneNumberType.values()
    examples = (phonenumbers.example_number_for_type(region, kind) for region in regions for kind in types)
    return any(example is not None and example.italian_leading_zero for example in examples)


def _dialled_abroad(value: str, region: str) -> PhoneNumber | None:
    """Read ``0081 3 ...`` anywhere, but only as a valid number: elsewhere the zeros may be a local prefix."""
    found = (_parse(number, region) for number in _begun_abroad(text.digits(value)))
    return next((number for number in found if number and phonenumbers.is_valid_number(number)), None)


def _possible(number: PhoneNumber | None) -> PhoneNumber | None:
    if number is None or not number.national_number:
        return None
    length = phonenumbers.is_possible_number_with_reason(number)
    if _guessed(number) and len(phonenumbers.national_significant_number(number)) < _SHORTEST:
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


def _begun_abroad(typed: str) -> list[str]:
    rests = (typed.removeprefix(prefix) for prefix in _ABROAD if typed.startswith(prefix))
    return [f"+{rest}" for rest in rests if rest]


def _begun_at_home(typed: str, region: str) -> list[str]:
    code = phonenumbers.country_code_for_region(region.upper())
    rest = typed.removeprefix(_trunk_prefix(region.upper()))
    return [f"+{code}{rest}"] if code and rest else []


def _without_trunk_prefix(international: str) -> list[str]:
    """Read ``81 03 12`` as ``+81 3 12``: so do people who put the country code before the national form."""
    for length in (1, 2, 3):
        code, rest = international[:length], international[length:]
        region = phonenumbers.region_code_for_country_code(int(code))
        trunk = _trunk_prefix(region)
        if trunk == "0" and rest.startswith(trunk) and rest != trunk:
            return [f"+{code}{rest.removeprefix(trunk)}"]
    return []


def _trunk_prefix(region: str) -> str:
    return phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True) or ""
