"""The variants that a typed phone number asks for."""

from collections.abc import Iterator, Mapping

from service.matching.phone import extraction, interpretation, numbering_plans, reforms
from service.matching.phone.normalising import e164, raw, raw_form
from service.model.match import Tier


def query_variants(value: str, region: str) -> Mapping[str, Tier]:
    """Return all forms in which the number may be stored, with the tier of a match, best first.

    Variants are asked for but never stored. So they match in both directions, and exact matches stay exact.
    """
    subject = interpretation.without_note(extraction.extract_number(value), region)
    number, typed = interpretation.e164(subject, region), raw_form(value, subject)
    with_code = number or _with_country_code(typed, region)
    others = reforms.other_spellings(with_code) if with_code else ()
    if second := interpretation.dialled_with_00(subject, region) or interpretation.second_reading(
        subject, region
    ):
        others = (second, *others)

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
    begins: list[str] = []
    if kept != digits:
        begins = [kept]
    elif digits.isdecimal():
        begins = [
            *numbering_plans.from_abroad(digits),
            *numbering_plans.from_home(digits, region),
        ]
    # A complete number may lose more than its trunk prefix, such as Argentina's 15.
    whole = e164(value, region)
    return (*dict.fromkeys([*begins, whole] if whole else begins), digits)


def _with_country_code(kept: str, region: str) -> str | None:
    """Return an impossible number with its country code, if it is long enough to be a number."""
    if kept.startswith("+"):
        return kept
    if not kept.isdecimal() or len(kept) < numbering_plans.MIN_LENGTH:
        return None
    international = numbering_plans.from_home(kept, region)
    number = f"+{numbering_plans.strip_trunk_zero(international[0][1:])}" if international else None
    # It must not become the number of another customer by chance.
    return None if number is None or e164(number, region) else number


def _without_country_code(international: str, region: str) -> Iterator[str]:
    """Yield how an impossible number of the default region is stored if typed without its country code."""
    national = international.removeprefix(f"+{numbering_plans.country_code(region)}")
    if (
        national != international
        and len(national) >= numbering_plans.MIN_LENGTH
        and e164(international, region) is None
    ):
        yield national
        yield f"{numbering_plans.trunk_prefix(region) or '0'}{national}"


def _with_or_without_plus(kept: str, region: str) -> Iterator[str]:
    """Yield how the same digits are stored with the plus sign lost or kept."""
    digits = kept.removeprefix("+")
    if len(digits) < numbering_plans.MIN_LENGTH or not digits.isdecimal():
        return
    if digits != kept:
        yield digits
    # It must not become the number of another customer by chance; and no country code begins with a zero.
    elif digits[0] != "0" and e164(f"+{digits}", region) is None:
        yield f"+{digits}"
