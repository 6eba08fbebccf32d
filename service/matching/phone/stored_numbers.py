"""Parse phone numbers into the form in which profiles store them."""

from typing import NotRequired, TypedDict

from service.matching.phone import e164, is_international
from service.matching.phone import numbering_plans as plans
from service.model.profile import PhoneNumber


class ReadNumber(TypedDict):
    """A phone number without its type. ``region`` is present if ``e164`` depends on the default region."""

    value: str
    e164: str | None
    region: NotRequired[str]


def read(value: str, region: str) -> ReadNumber:
    """Return the stored form of a number that was typed in a domain with the default ``region``.

    Includes the region if the result depends on it, because the default region may change later.
    """
    number: ReadNumber = {"value": value, "e164": e164(value, region)}
    if number["e164"] is not None and not is_international(value):
        number["region"] = region
    return number


def read_again(number: PhoneNumber, region: str) -> PhoneNumber:
    """Return a stored number, parsed again by the rules of this release.

    Numbers of older releases have no stored region, and are parsed in the default ``region``. They are
    returned unchanged if neither this region nor the new result has their country code.
    """
    other_fields = number.copy()
    other_fields.pop("region", None)
    reading = read(number["value"], number.get("region", region))
    again: PhoneNumber = {**other_fields, "type": number.get("type"), **reading}
    if number["e164"] is None or "region" in number or is_international(number["value"]):
        return again
    codes = {plans.country_code_of_region(region), plans.country_code_of_number(again["e164"] or "")}
    return again if plans.country_code_of_number(number["e164"]) in codes else number.copy()
