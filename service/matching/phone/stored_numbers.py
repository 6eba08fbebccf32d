"""Phone numbers as a profile holds them: what was typed, what it was read as, and where."""

from collections.abc import Mapping
from typing import Any

from service.matching import phone
from service.matching.phone import plans


def read(value: str, region: str) -> dict[str, Any]:
    """Return a number as it is stored: ``value``, ``e164``, and ``region`` where that gave its country.

    The domain's default region may change, and so may the rules: then a number is read again in the region
    in which it was typed. What is no number has none, and is read in the default region of the day.
    """
    number = {"value": value, "e164": phone.e164(value, region)}
    if number["e164"] is None or phone.is_international(value):
        return number
    return number | {"region": region}


def read_again(number: Mapping[str, Any], region: str) -> dict[str, Any]:
    """Return a stored number as the rules of this release read it.

    One that says no region, as it was stored before they were, is read in the default ``region`` if that is
    of its country, and else stays as it is.
    """
    known, value = number["e164"], number["value"]
    others = {name: part for name, part in number.items() if name != "region"}
    again = others | {"type": number.get("type")} | read(value, number.get("region", region))
    if known is None or "region" in number or phone.is_international(value):
        return again
    countries = {plans.country_code(region), plans.calling_code(again["e164"] or "")}
    return again if plans.calling_code(known) in countries else dict(number)
