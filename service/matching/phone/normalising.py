"""The one normalised form of a phone number."""

from service.matching import folding
from service.matching.phone import extraction, interpretation, numbering_plans


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
    return interpretation.e164(number, region) or raw_form(value, number)


def raw(value: str) -> str:
    """Return the form of anything that is no possible number: its digits, or its text if it has none.

    A plus sign stays, so that "+1234" is not the extension "1234". A trunk zero behind the country code is
    removed. 00, 011 and 010 become a plus sign if a number in the format before a reform follows.
    """
    return raw_form(value, extraction.extract_number(value))


def raw_form(value: str, number: str) -> str:
    """Return the raw form of a typed value in which ``number`` was found."""
    digits = "" if extraction.has_letters(number) else folding.digits(extraction.strip_extension(number))
    if not digits:
        return folding.fold(value)
    if extraction.has_plus(number):
        return f"+{numbering_plans.strip_trunk_zero(digits)}"
    return interpretation.before_reform(digits) or digits
