"""The numbering plans of countries, from the library phonenumbers."""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

# International prefixes: 00 as ITU-T E.164 recommends, 011 in North America, 010 in Japan.
_INTERNATIONAL_PREFIXES = ("00", "011", "010")

_SUBSCRIBER_TYPES = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
_GROUP = re.compile(r"\d+")

MAX_DIGITS = 15
"""The length of the longest number, with its country code (ITU-T E.164, section 6)."""

MIN_LENGTH = 7
"""Shorter numbers without a country code are extensions, even where they are possible, as in Germany."""


def is_region(code: str) -> bool:
    """Return whether the text is the ISO 3166-1 code, in capitals, of a region with a numbering plan."""
    return code in phonenumbers.SUPPORTED_REGIONS


def country_code_of_number(international: str) -> str:
    """Return the country code of an E.164 number, or an empty string for other texts."""
    number = parse(international, "")
    return "" if number is None else str(number.country_code)


def is_country_code(digits: str) -> bool:
    """Return whether the digits are the country code of a country or of a global service."""
    is_short = len(digits) <= 3  # noqa: PLR2004 - ITU-T E.164, section 6.2.1
    return is_short and phonenumbers.region_code_for_country_code(int(digits)) != phonenumbers.UNKNOWN_REGION


@lru_cache(maxsize=512)
def country_code_of_region(region: str) -> str:
    """Return the country code of a region, or an empty string for an unknown region."""
    return str(phonenumbers.country_code_for_region(region.upper()) or "")


@lru_cache(maxsize=512)
def trunk_prefix(region: str) -> str:
    """Return the digits to dial before a national number; empty if none, or if the region is unknown."""
    return phonenumbers.ndd_prefix_for_region(region.upper(), strip_non_digits=True) or ""


def from_national_digits(digits: str, region: str) -> str | None:
    """Return digits dialled within a region with a plus sign and the country code, without trunk prefix.

    Return None for a trunk prefix alone, and for an unknown region.
    """
    code = country_code_of_region(region)
    rest = digits.removeprefix(trunk_prefix(region))
    return f"+{code}{rest}" if code and rest else None


def from_international_digits(digits: str) -> list[str]:
    """Return digits dialled to another country with a plus sign, once for each prefix that they begin with.

    The plus sign replaces the prefix. The list is empty for digits without an international prefix.
    """
    rests = (digits.removeprefix(prefix) for prefix in _INTERNATIONAL_PREFIXES if digits.startswith(prefix))
    return [f"+{rest}" for rest in rests if rest]


def is_grouped_nationally(groups: Sequence[str], region: str) -> bool:
    """Return whether the first groups of digits are as long as in numbers of the region.

    216-555-01822 is grouped like numbers of North America, because only its last group has a wrong length.
    Numbers that are written with a trunk zero are not compared: they cannot be taken for international ones.
    """
    lengths = tuple(map(len, groups))
    return any(lengths[: len(first)] == first for first in _first_groups(region.upper()))


def strip_trunk_zero(international: str) -> str:
    """Return digits without the trunk zero after their country code: ``81312`` for ``810312``.

    Some people write the country code before the national form. Other digits are returned unchanged.
    """
    for length in (1, 2, 3):
        code, rest = international[:length], international[length:]
        region = phonenumbers.region_code_for_country_code(int(code))
        if region != phonenumbers.UNKNOWN_REGION:
            has_one_zero = rest[:1] == "0" and rest[1:2] not in {"", "0"}
            is_trunk_zero = trunk_prefix(region) == "0" or not _keeps_zero_from_abroad(int(code))
            return f"{code}{rest[1:]}" if has_one_zero and is_trunk_zero else international
    return international


def e164(number: PhoneNumber | None) -> str | None:
    """Return a number in E.164, or None for None."""
    return None if number is None else phonenumbers.format_number(number, PhoneNumberFormat.E164)


def parse(text: str, region: str) -> PhoneNumber | None:
    """Return the number that phonenumbers parses from a text, or None if it rejects the text."""
    try:
        return phonenumbers.parse(text, region.upper(), keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None


def is_valid(number: PhoneNumber | None) -> bool:
    """Return whether the number exists in its numbering plan."""
    return number is not None and phonenumbers.is_valid_number(number)


def without_false_zero(number: PhoneNumber | None) -> PhoneNumber | None:
    """Return the number without a trunk zero that its country does not use: ``+351 (0)21 346 6111``.

    Return None if there are several such zeros: they are no trunk prefix. Other numbers are unchanged.
    """
    # phonenumbers drops the zero only in countries that have a trunk prefix today.
    if number is None or not number.italian_leading_zero or _keeps_zero_from_abroad(number.country_code or 0):
        return number
    if number.number_of_leading_zeros not in {None, 1}:
        return None
    return PhoneNumber(
        country_code=number.country_code,
        national_number=number.national_number,
        country_code_source=number.country_code_source,
    )


def with_or_without_zero(international: str) -> str | None:
    """Return ``+390669821234`` for ``+39669821234`` and the reverse, if exactly one of the two is valid.

    In some countries, such as Italy, numbers keep their zero even from abroad, where people often omit it.
    Return None for numbers of other countries.
    """
    code = country_code_of_number(international)
    if not code or not _keeps_zero_from_abroad(int(code)):
        return None
    rest = international.removeprefix(f"+{code}")
    other = f"+{code}{rest[1:] if rest.startswith('0') else f'0{rest}'}"
    # If both are valid, they belong to two subscribers. If neither is valid, neither is better.
    return other if is_valid(parse(other, "")) != is_valid(parse(international, "")) else None


def first_valid(numbers: Iterable[str], region: str) -> PhoneNumber | None:
    """Return the first valid number, or None. A guess that is only possible may be possible by chance."""
    parsed = (parse(number, region) for number in numbers)
    return next((number for number in parsed if is_valid(number)), None)


def if_possible(number: PhoneNumber | None) -> PhoneNumber | None:
    """Return the number if its length is possible in its country, otherwise None.

    Without a country code, a number needs ``MIN_LENGTH`` digits and must not lack its area code.
    """
    if number is None or not number.national_number:
        return None
    guessed = number.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY
    if guessed and len(phonenumbers.national_significant_number(number)) < MIN_LENGTH:
        return None
    length = phonenumbers.is_possible_number_with_reason(number)
    # The area code of 555-0123 is unknown, so a number that lacks it counts only with a country code.
    is_local = length == ValidationResult.IS_POSSIBLE_LOCAL_ONLY and not guessed
    return number if length == ValidationResult.IS_POSSIBLE or is_local else None


@lru_cache(maxsize=512)
def _first_groups(region: str) -> frozenset[tuple[int, ...]]:
    # The lengths of all groups but the last, if there are at least two and no trunk zero.
    examples = (phonenumbers.example_number_for_type(region, kind) for kind in _SUBSCRIBER_TYPES)
    written = (
        _GROUP.findall(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))
        for number in examples
        if number and not number.italian_leading_zero
    )
    firsts = (tuple(map(len, groups[:-1])) for groups in written if not groups[0].startswith("0"))
    return frozenset(first for first in firsts if len(first) > 1)


@cache
def _keeps_zero_from_abroad(country_code: int) -> bool:
    """Return whether some numbers keep their first zero even if they are dialled from abroad, as in Italy."""
    regions = phonenumbers.region_codes_for_country_code(country_code)
    types = PhoneNumberType.values()
    examples = (phonenumbers.example_number_for_type(region, kind) for region in regions for kind in types)
    return any(example is not None and example.italian_leading_zero for example in examples)
