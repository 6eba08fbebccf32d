"""Normalise phone numbers: to E.164 if possible, otherwise to the typed digits or text.

A value is handled in steps, one module each; docs/matching.md has a table of them. An envelope is what
telephone systems and messengers send around a number: angle brackets, a URI, an address. A caption is the
text before a number (``Mobile:``), and a note is the text after it (``(home)``). A number in plain characters
has ASCII digits, and separators that phonenumbers accepts.
"""

from collections.abc import Mapping
from functools import lru_cache

from service.matching.phone import numbering_plans as plans
from service.matching.phone import reading, several, spellings
from service.matching.phone.finding import FoundNumber, extract, find, is_international
from service.matching.phone.numbering_plans import is_region
from service.matching.phone.withheld import is_withheld
from service.model.match import Tier

__all__ = [
    "e164",
    "index_forms",
    "is_international",
    "is_region",
    "is_withheld",
    "prefixes",
    "query_variants",
    "raw",
]


@lru_cache(maxsize=1024)
def e164(value: str, region: str) -> str | None:
    """Return the first number in a value in E.164, without extension; None if its length is impossible.

    ``region`` is the ISO 3166-1 code of the country of numbers without a country code.
    """
    found = find(value, region)
    return reading.e164(found[0].number, region) if found else None


def index_forms(value: str, region: str, stored: str | None = None) -> tuple[str, ...]:
    """Return the form in which each number in a value is indexed: E.164, or else the raw form.

    ``stored`` is the E.164 form of the first number, if the profile has it. The result is empty for a blank
    value, and for a number that lost digits in a spreadsheet.
    """
    if stored and not several.may_be_several(value):
        return (stored,)
    forms = [spellings.index_form(found, region) for found in find(value, region)]
    return tuple(dict.fromkeys([stored, *forms[1:]] if stored else forms))


def raw(value: str, region: str = "") -> str:
    """Return the form of a value that is not a possible number: see ``spellings.raw``."""
    return spellings.raw(FoundNumber(extract(value), value), region)


def query_variants(value: str, region: str) -> Mapping[str, Tier]:
    """Return all forms in which the numbers in a value may be indexed, each with its tier, best first."""
    forms: dict[str, Tier] = {}
    for found in find(value, region):
        for form, tier in spellings.variants(found, region).items():
            forms[form] = min(tier, forms.get(form, tier), key=lambda each: each.rank)
    return dict(sorted(forms.items(), key=lambda item: item[1].rank))


def prefixes(value: str, region: str) -> tuple[str, ...]:
    """Return the possible beginnings of an indexed number for the typed beginning of a number.

    First those with a country code, and last the typed digits, or the text if it has letters or no digits.
    """
    raw_form = raw(value, region)
    digits = raw_form.removeprefix("+")
    beginnings = [raw_form] if raw_form != digits else []
    if raw_form.isdecimal():
        national = plans.from_national_digits(digits, region)
        beginnings = [*plans.from_international_digits(digits), *([national] if national else [])]
    # For a complete number, E.164 omits more digits than the trunk prefix, such as Argentina's 15.
    if whole := e164(value, region):
        beginnings.append(whole)
    return (*dict.fromkeys(beginnings), digits)
