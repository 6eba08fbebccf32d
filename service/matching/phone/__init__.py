"""Normalise phone numbers: to E.164 if possible, otherwise to the typed digits or text."""

from collections.abc import Iterator, Mapping

from service.matching import folding
from service.matching.phone import extraction, interpretation, reforms
from service.matching.phone import numbering_plans as plans
from service.matching.phone.numbering_plans import is_region
from service.matching.phone.withheld import is_withheld
from service.model.match import Tier

__all__ = [
    "e164",
    "is_international",
    "is_region",
    "is_withheld",
    "prefixes",
    "query_variants",
    "raw",
    "stored_form",
]


def is_international(value: str) -> bool:
    """Return whether the number contains its country code, so that it needs no default region."""
    return extraction.has_plus(extraction.extract_number(value))


def e164(value: str, region: str) -> str | None:
    """Return the number in E.164, without extension; None if its length is impossible in its country.

    ``region`` is the ISO 3166-1 code of the country of numbers without a country code.
    """
    return interpretation.e164(extraction.extract_number(value), region)


def stored_form(value: str, region: str) -> str:
    """Return the form in which a number is indexed: E.164, or else the raw form without a note."""
    number = interpretation.without_note(extraction.extract_number(value), region)
    return interpretation.e164(number, region) or _raw(value, number)


def raw(value: str) -> str:
    """Return the form of a value that is not a possible number: its digits, or its text if it has no digits.

    A plus sign is kept, so that "+1234" differs from the extension "1234". A trunk zero after the country
    code is removed. 00, 011 and 010 become a plus sign before a number in the format before a reform.
    """
    return _raw(value, extraction.extract_number(value))


def query_variants(value: str, region: str) -> Mapping[str, Tier]:
    """Return all forms in which the number may be indexed, each with the tier of a match, best first."""
    text = interpretation.without_note(extraction.extract_number(value), region)
    number, typed = interpretation.e164(text, region), _raw(value, text)
    with_code = number or _with_country_code(typed, region)
    second = interpretation.dialled_with_00(text, region) or interpretation.second_reading(text, region)
    others = ([second] if second else []) + (_other_spellings(with_code) if with_code else [])

    variants = {number: Tier.EXACT} if number else {}
    if with_code and not number:
        # If two spellings of a number are both impossible, neither is better, so all are variants.
        same = (typed, with_code, *_without_country_code(with_code, region))
        variants |= dict.fromkeys(same, Tier.VARIANT if others else Tier.RAW)
    for other in others:
        for variant in (other, *_without_country_code(other, region)):
            variants.setdefault(variant, Tier.VARIANT)
    # Digits without a country code can be indexed in raw form, and look like a number by chance only.
    if not (number and typed.startswith("+")):
        for variant in (typed, *_with_or_without_plus(typed, region)):
            variants.setdefault(variant, Tier.RAW)
    return variants


def prefixes(value: str, region: str) -> tuple[str, ...]:
    """Return the possible beginnings of a number for its first digits: E.164 forms, then the raw form."""
    raw_form = raw(value)
    digits = raw_form.removeprefix("+")
    beginnings = [raw_form] if raw_form != digits else []
    if raw_form.isdecimal():
        beginnings = [*plans.dialled_internationally(digits), *plans.dialled_nationally(digits, region)]
    # E.164 omits more of a complete number than the trunk prefix, such as Argentina's 15.
    if whole := e164(value, region):
        beginnings.append(whole)
    return (*dict.fromkeys(beginnings), digits)


def _other_spellings(number: str) -> list[str]:
    zero = plans.with_or_without_zero(number)
    return reforms.other_spellings(number) + ([zero] if zero else [])


def _raw(value: str, number: str) -> str:
    digits = "" if extraction.has_letters(number) else interpretation.digits_of(number)
    if not digits:
        return folding.fold(value)
    if extraction.has_plus(number):
        return f"+{plans.strip_trunk_zero(digits)}"
    return interpretation.before_reform(digits) or digits


def _with_country_code(raw_form: str, region: str) -> str | None:
    if raw_form.startswith("+"):
        return raw_form
    if not raw_form.isdecimal() or len(raw_form) < plans.MIN_LENGTH:
        return None
    international = plans.dialled_nationally(raw_form, region)
    number = f"+{plans.strip_trunk_zero(international[0][1:])}" if international else None
    # The result must not happen to be the number of another customer.
    return None if number is None or e164(number, region) else number


def _without_country_code(international: str, region: str) -> Iterator[str]:
    """Yield the raw forms of an impossible number of the default region without its country code."""
    national = international.removeprefix(f"+{plans.country_code(region)}")
    at_home = national != international and len(national) >= plans.MIN_LENGTH
    if at_home and e164(international, region) is None:
        yield national
        yield f"{plans.trunk_prefix(region) or '0'}{national}"


def _with_or_without_plus(raw_form: str, region: str) -> Iterator[str]:
    digits = raw_form.removeprefix("+")
    if len(digits) < plans.MIN_LENGTH or not digits.isdecimal():
        return
    if digits != raw_form:
        yield digits
    # The result must not happen to be the number of another customer. Country codes never begin with a zero.
    elif digits[0] != "0" and e164(f"+{digits}", region) is None:
        yield f"+{digits}"
