"""Phone numbers as profiles store them."""

from typing import NotRequired, TypedDict

from service.matching.phone import e164, is_international, numbering_plans
from service.model.profile import PhoneNumber


class ReadNumber(TypedDict):
    """A phone number without its type. ``region`` is present if the country was taken from it."""

    value: str
    e164: str | None
    region: NotRequired[str]


def read(value: str, region: str) -> ReadNumber:
    """Return a number as it is stored, read in the domain's default region.

    The default region may change, so ``read_again`` needs the stored one. A text that is no number has none.
    """
    number: ReadNumber = {"value": value, "e164": e164(value, region)}
    if number["e164"] is not None and not is_international(value):
        number["region"] = region
    return number


def read_again(number: PhoneNumber, region: str) -> PhoneNumber:
    """Return a stored number as the rules of this release read it.

    Numbers of older releases have no region. They are read in the default ``region`` if it has the country
    code of the number, and otherwise stay unchanged.
    """
    others = number.copy()
    others.pop("region", None)
    reading = read(number["value"], number.get("region", region))
    again: PhoneNumber = {**others, "type": number.get("type"), **reading}
    if number["e164"] is None or "region" in number or is_international(number["value"]):
        return again
    codes = {numbering_plans.country_code(region), numbering_plans.calling_code(again["e164"] or "")}
    return again if numbering_plans.calling_code(number["e164"]) in codes else number.copy()
