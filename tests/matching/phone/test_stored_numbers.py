"""Phone numbers are parsed when they are stored, and again when another release changes the rules."""

import pytest

from service.matching.phone.stored_numbers import read, read_again
from service.model.profile import PhoneNumber


def _stored(value: str, e164: str | None, region: str | None = None) -> PhoneNumber:
    """Return a number as an older release parsed and stored it. The oldest releases stored no region."""
    number: PhoneNumber = {"type": "home", "value": value, "e164": e164}
    if region:
        number["region"] = region
    return number


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("03-1234-5678", {"e164": "+81312345678", "region": "JP"}),
        ("010 1 212 555 0100", {"e164": "+12125550100", "region": "JP"}),
        ("+81 3 1234 5678", {"e164": "+81312345678"}),
        ("tel:+1-212-555-0100", {"e164": "+12125550100"}),
        ("1234", {"e164": None}),
        ("Reception", {"e164": None}),
    ],
)
def test_a_national_number_keeps_the_region_in_which_it_was_read(
    value: str, expected: dict[str, str | None]
) -> None:
    """An international number and a text that is no number have no region."""
    assert read(value, "JP") == {"value": value, **expected}


@pytest.mark.parametrize("region", ["JP", "US", "PT"])
@pytest.mark.parametrize(
    ("value", "by_old_rules", "now"),
    [
        ("+351 (0)21 346 6111", "+3510213466111", "+351213466111"),
        ("+351 (0)21 346 6111", None, "+351213466111"),
        ("+1 212 555 0100", "+12125550100", "+12125550100"),
        ("+49", "+49", None),
    ],
)
def test_an_international_number_is_read_again_in_any_region(
    value: str, by_old_rules: str | None, now: str | None, region: str
) -> None:
    """Only the current rules decide, even if the text is not a number by these rules."""
    assert read_again(_stored(value, by_old_rules), region) == _stored(value, now)


@pytest.mark.parametrize("region", ["JP", "US", "DE"])
def test_a_national_number_is_read_again_in_its_stored_region(region: str) -> None:
    """The current default region does not matter."""
    assert read_again(_stored("03-1234-5678", "+810312345678", "JP"), region) == _stored(
        "03-1234-5678", "+81312345678", "JP"
    )
    assert read_again(_stored("4155552671.0", "+41555526710", "US"), region) == _stored(
        "4155552671.0", "+14155552671", "US"
    )
    assert read_again(_stored("4.479E+11", "+44479110000", "GB"), region) == _stored("4.479E+11", None)


@pytest.mark.parametrize(
    ("region", "value", "by_old_rules", "expected"),
    [
        ("JP", "03-1234-5678", "+810312345678", ("+81312345678", "JP")),
        ("JP", "03-1234", "+81031234", (None, None)),
        ("US", "03-1234-5678", "+810312345678", ("+810312345678", None)),
        ("US", "212 555 0100", "+12125550100", ("+12125550100", "US")),
        ("CA", "212 555 0100", "+12125550100", ("+12125550100", "CA")),
        ("JP", "212 555 0100", "+12125550100", ("+12125550100", None)),
        ("JP", "0049 30 23125 000", "+49030231250", ("+493023125000", "JP")),
        ("US", "0049 30 23125 000", "+49030231250", ("+493023125000", "US")),
    ],
)
def test_a_number_without_region_is_read_in_a_default_region_of_its_country(
    region: str, value: str, by_old_rules: str, expected: tuple[str | None, str | None]
) -> None:
    """In a region of another country, the text would become the number of another customer."""
    assert read_again(_stored(value, by_old_rules), region) == _stored(value, *expected)


@pytest.mark.parametrize("region", ["JP", "US"])
def test_a_text_that_was_no_number_is_read_in_the_current_region(region: str) -> None:
    """No country is stored for it, and the earlier default region may have been wrong."""
    expected = ("+81312345678", "JP") if region == "JP" else (None, None)
    assert read_again(_stored("03-1234-5678", None), region) == _stored("03-1234-5678", *expected)


@pytest.mark.parametrize("value", ["03-1234-5678", "+1 212 555 0100", "1234", "0049 30 23125 000", "x"])
@pytest.mark.parametrize("region", ["JP", "US"])
def test_a_current_number_stays_unchanged(value: str, region: str) -> None:
    """The rules have not changed, and its stored region is used."""
    stored: PhoneNumber = {"type": None, **read(value, "JP")}
    again = read_again(stored, region if stored["e164"] else "JP")
    assert again == stored
