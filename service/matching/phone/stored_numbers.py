"""Parse phone numbers into the form in which profiles store them."""

from typing import NotRequired, TypedDict

from service.matching.phone import e164, is_international, numbering_plans
from service.model.profile import PhoneNumber


class ReadNumber(TypedDict):
    """A phone number without its type. ``region`` is the default region if the number depends on it."""

    value: str
    e164: str | None
    region: NotRequired[str]


def read(value: str, region: str) -> ReadNumber:
    """Return the stored form of a number that was typed in the domain's default region.

    Stores the region if the number depends on it, because the default region may change later.
    """
    number: ReadNumber = {"value": value, "e164": e164(value, region)}
    if number["e164"] is not None and not is_international(value):
        number["region"] = region
    return number


def read_again(number: PhoneNumber, region: str) -> PhoneNumber:
    """Return a stored number, parsed again by the rules of this release.

    Numbers of older releases have no stored region. They are parsed in the default ``region`` if it has their
    country code; otherwise they are returned unchanged.
    """
    others = number.copy()
    others.pop("region", None)
    reading = read(number["value"], number.get("region", region))
    again: PhoneNumber = {**others, "type": number.get("type"), **reading}
    if number["e164"] is None or "region" in number or is_international(number["value"]):
        return again
    codes = {numbering_plans.country_code(region), numbering_plans.calling_code(again["e164"] or "")}
    return again if numbering_plans.calling_code(number["e164"]) in codes else number.copy()
