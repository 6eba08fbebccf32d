"""The forms of a number: the one in which it is indexed, and those in which profiles may have it."""

from collections.abc import Iterator, Mapping

from service.matching import folding
from service.matching.phone import characters, reading, reforms
from service.matching.phone import numbering_plans as plans
from service.matching.phone.finding import FoundNumber
from service.model.match import Tier


def index_form(found: FoundNumber, region: str) -> str:
    """Return the form in which a number is indexed: E.164, or else the raw form."""
    return reading.e164(found.number, region) or raw(found, region)


def raw(found: FoundNumber, region: str) -> str:
    """Return the form of a number that is not possible: its digits, or its text.

    The text is the form of a number with letters, ``*`` or ``#``, or without digits. A plus sign is kept, so
    that "+1234" differs from the extension "1234". A trunk zero after the country code is removed. A number
    in the format before a reform gets a plus sign, also instead of 00, 011 or 010.
    """
    number = found.number
    digits = "" if characters.has_letters_or_signs(number) else characters.digits_of(number)
    if not digits:
        return folding.fold(found.text)
    if characters.has_plus(number):
        return f"+{plans.strip_trunk_zero(digits)}"
    return reading.before_reform(number, region) or digits


def variants(found: FoundNumber, region: str) -> Mapping[str, Tier]:
    """Return all forms in which profiles may have the number, each with the tier of a match, best first."""
    text = found.number
    number, typed = reading.e164(text, region), raw(found, region)
    with_code = number or _with_country_code(typed, region)
    second = reading.dialled_with_00(text, region) or reading.second_reading(text, region)
    others = ([second] if second else []) + (_other_spellings(with_code) if with_code else [])

    forms = {number: Tier.EXACT} if number else {}
    if with_code and not number:
        # An impossible number that has another spelling: neither spelling is better, so all are variants.
        same = (typed, with_code, *_without_country_code(with_code, region))
        forms |= dict.fromkeys(same, Tier.VARIANT if others else Tier.RAW)
    for other in others:
        for form in (other, *_without_country_code(other, region)):
            forms.setdefault(form, Tier.VARIANT)
    # Digits without a country code may look like a number by chance, and be indexed in raw form.
    if not (number and typed.startswith("+")):
        for form in (typed, *_with_or_without_plus(typed, region)):
            forms.setdefault(form, Tier.RAW)
    return forms


def _other_spellings(number: str) -> list[str]:
    zero = plans.with_or_without_zero(number)
    return reforms.other_spellings(number) + ([zero] if zero else [])


def _with_country_code(raw_form: str, region: str) -> str | None:
    if raw_form.startswith("+"):
        return raw_form
    if not raw_form.isdecimal() or len(raw_form) < plans.MIN_LENGTH:
        return None
    international = plans.from_national_digits(raw_form, region)
    number = f"+{plans.strip_trunk_zero(international[1:])}" if international else None
    # The result must not happen to be the number of another customer.
    return None if number is None or reading.e164(number, region) else number


def _without_country_code(international: str, region: str) -> Iterator[str]:
    """Yield the raw forms of an impossible number without its country code, if this is the region's code."""
    national = international.removeprefix(f"+{plans.country_code_of_region(region)}")
    at_home = national != international and len(national) >= plans.MIN_LENGTH
    if at_home and reading.e164(international, region) is None:
        yield national
        yield f"{plans.trunk_prefix(region) or '0'}{national}"


def _with_or_without_plus(raw_form: str, region: str) -> Iterator[str]:
    digits = raw_form.removeprefix("+")
    if len(digits) < plans.MIN_LENGTH or not digits.isdecimal():
        return
    if digits != raw_form:
        yield digits
    # The result must not happen to be the number of another customer. Country codes never begin with a zero.
    elif digits[0] != "0" and reading.e164(f"+{digits}", region) is None:
        yield f"+{digits}"
