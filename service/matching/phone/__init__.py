"""Phone numbers: E.164 if possible, otherwise the digits or the text as typed."""

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
    """Return whether the number was typed with its country code, so that it needs no default region."""
    return extraction.has_plus(extraction.extract_number(value))


def e164(value: str, region: str) -> str | None:
    """Return the number in E.164, without extension; None if its length is impossible in its country.

    ``region`` is the ISO 3166-1 code of the country in which numbers without a country code are dialled.
    """
    return interpretation.e164(extraction.extract_number(value), region)


def stored_form(value: str, region: str) -> str:
    """Return the form in which a number is stored: E.164, otherwise the raw form, without a note."""
    number = interpretation.without_note(extraction.extract_number(value), region)
    return interpretation.e164(number, region) or _raw(value, number)


def raw(value: str) -> str:
    """Return the form of anything that is no possible number: its digits, or its text if it has none.

    A plus sign stays, so that "+1234" is not the extension "1234". A trunk zero behind the country code is
    removed. 00, 011 and 010 become a plus sign if a number in the format before a reform follows.
    """
    return _raw(value, extraction.extract_number(value))


def query_variants(value: str, region: str) -> Mapping[str, Tier]:
    """Return all forms in which the number may be stored, with the tier of a match, best first."""
    subject = interpretation.without_note(extraction.extract_number(value), region)
    number, typed = interpretation.e164(subject, region), _raw(value, subject)
    with_code = number or _with_country_code(typed, region)
    second = interpretation.dialled_with_00(subject, region) or interpretation.second_reading(subject, region)
    others = ([second] if second else []) + (reforms.other_spellings(with_code) if with_code else [])

    variants = {number: Tier.EXACT} if number else {}
    if with_code and not number:
        # Of two impossible spellings of one line neither is better, so all are variants.
        same = (typed, with_code, *_without_country_code(with_code, region))
        variants |= dict.fromkeys(same, Tier.VARIANT if others else Tier.RAW)
    for other in others:
        for variant in (other, *_without_country_code(other, region)):
            variants.setdefault(variant, Tier.VARIANT)
    # Digits without a country code may be stored raw, and only look like a number of the default region.
    if not (number and typed.startswith("+")):
        for variant in (typed, *_with_or_without_plus(typed, region)):
            variants.setdefault(variant, Tier.RAW)
    return variants


def prefixes(value: str, region: str) -> tuple[str, ...]:
    """Return what a number may begin with if its first digits were typed: E.164 forms, then the raw form."""
    kept = raw(value)
    digits = kept.removeprefix("+")
    begins = [kept] if kept != digits else []
    if kept.isdecimal():
        begins = [*plans.from_abroad(digits), *plans.from_home(digits, region)]
    # A complete number may lose more than its trunk prefix, such as Argentina's 15.
    if whole := e164(value, region):
        begins.append(whole)
    return (*dict.fromkeys(begins), digits)


def _raw(value: str, number: str) -> str:
    digits = "" if extraction.has_letters(number) else interpretation.digits_of(number)
    if not digits:
        return folding.fold(value)
    if extraction.has_plus(number):
        return f"+{plans.strip_trunk_zero(digits)}"
    return interpretation.before_reform(digits) or digits


def _with_country_code(kept: str, region: str) -> str | None:
    if kept.startswith("+"):
        return kept
    if not kept.isdecimal() or len(kept) < plans.MIN_LENGTH:
        return None
    international = plans.from_home(kept, region)
    number = f"+{plans.strip_trunk_zero(international[0][1:])}" if international else None
    # It must not become the number of another customer by chance.
    return None if number is None or e164(number, region) else number


def _without_country_code(international: str, region: str) -> Iterator[str]:
    """Yield how an impossible number of the default region is stored if typed without its country code."""
    national = international.removeprefix(f"+{plans.country_code(region)}")
    at_home = national != international and len(national) >= plans.MIN_LENGTH
    if at_home and e164(international, region) is None:
        yield national
        yield f"{plans.trunk_prefix(region) or '0'}{national}"


def _with_or_without_plus(kept: str, region: str) -> Iterator[str]:
    digits = kept.removeprefix("+")
    if len(digits) < plans.MIN_LENGTH or not digits.isdecimal():
        return
    if digits != kept:
        yield digits
    # It must not become the number of another customer by chance; and no country code begins with a zero.
    elif digits[0] != "0" and e164(f"+{digits}", region) is None:
        yield f"+{digits}"
