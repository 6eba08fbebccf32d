"""Numbers whose plus sign may be lost, and numbers that only look like them."""

from itertools import cycle, islice

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat

from service.matching import phone
from service.matching.search_keys import query_terms
from service.model.match import Tier
from tests.matching.phone.matches import PHONE, best_tier

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
BEHIND = (" 2nd", "-2", " 2", "/3", " / 3", "(2)", " (2)", " 3pm", " 12", ".5", " home 2", ", 2")
FEW = ("-2", " 2nd", " (2)", " 12")

# As many forms as groups of digits, so that rotating the digits pairs each area code with all of both.
AREA_CODE_FORMS = ("({}){}", "({}) {}", "({}) {}-{}", "{}-{}-{}", "{} {} {}", "{}.{}.{}")
LOCAL_DIGITS = ("55501822", "5550182", "555018212", "5550182123", "55501821234", "90112345")


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize(
    "written", ["415-555-0182", "(415) 555-0182", "415 5550182", "415.555.0182", "4155550182"]
)
def test_a_digit_behind_a_national_number_makes_no_foreign_number(written: str, behind: str) -> None:
    """With the digit behind it, the number of the United States looks like a number of Switzerland (41)."""
    assert phone.e164(written + behind, "US") in {None, "+14155550182"}
    assert best_tier(written + behind, "+41555501822", "US") is None
    assert best_tier("+41555501822", written + behind, "US") is None


@pytest.mark.parametrize("region", REGIONS)
def test_a_digit_behind_a_number_of_any_region_makes_no_foreign_number(region: str) -> None:
    """Each form that a query for it finds begins with the country code of the region.

    The first number of the region is tested with each text behind it, and each other number with three texts
    in turn. Numbers that begin like a number dialled abroad, such as 011 15 in Argentina, are not tested.
    """
    texts = cycle(BEHIND[1:])
    own = f"+{phonenumbers.country_code_for_region(region)}"
    tested = len(BEHIND) - 1
    for kind in phonenumbers.PhoneNumberType.values():
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            continue
        national = phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)
        if phonenumbers.normalize_digits_only(national).startswith(("00", "010", "011")):
            continue
        for written in dict.fromkeys((national, national.replace("(", "").replace(")", ""))):
            for behind in islice(texts, tested):
                terms = query_terms(PHONE, written + behind, region)
                found = [term.value for term in terms if term.tier in {Tier.EXACT, Tier.VARIANT}]
                assert all(number.startswith(own) for number in found if number.startswith("+")), (
                    written + behind
                )
        tested = 3


def test_no_area_code_of_north_america_makes_a_foreign_number() -> None:
    """One or two digits follow the number. Area codes that are not in use are tested too."""
    for area in range(200, 1000):
        for behind in FEW:
            number = phone.e164(f"{area}-555-0182{behind}", "US")
            assert number is None or number.startswith("+1")


@pytest.mark.parametrize("number", range(len(AREA_CODE_FORMS)), ids=AREA_CODE_FORMS)
def test_an_area_code_of_north_america_is_no_country_code(number: int) -> None:
    """The area code is in brackets, or the digits are in the usual groups. Too many digits may follow it.

    Each area code is tested in each form and with each of the digits.
    """
    written = AREA_CODE_FORMS[number]
    for area in range(200, 1000):
        digits = LOCAL_DIGITS[(area + number) % len(LOCAL_DIGITS)]
        parts = [digits[:3], digits[3:]] if written.count("{}") > 2 else [digits]
        typed = written.format(area, *parts)
        found = [term.value for term in query_terms(PHONE, typed, "US") if term.tier is not Tier.RAW]
        assert not [each for each in found if not each.startswith("+1")], typed


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("442079460018", "US", "+442079460018"),
        ("44 20 7946 0018", "US", "+442079460018"),
        ("44-20-7946-0018", "US", "+442079460018"),
        ("81 3-1234-5678", "CN", "+81312345678"),
        ("49 711 123456", "DE", "+49711123456"),
        ("7 495 123-45-67", "US", "+74951234567"),
        ("52 1 55 1234 5678", "US", None),
    ],
)
def test_a_country_code_in_a_group_of_its_own_may_have_lost_its_plus(
    typed: str, region: str, number: str | None
) -> None:
    """The digits without groups may have lost a plus sign in the same way."""
    assert phone.e164(typed, region) == number
    assert best_tier(typed, phone.raw(f"+{typed}"), region) in {Tier.EXACT, Tier.VARIANT}


@pytest.mark.parametrize(
    ("typed", "region", "foreign"),
    [
        ("41 5555-0182 2", "BR", "+41555501822"),
        ("(41) 5555-0182 2", "BR", "+41555501822"),
        ("541-123-4567-89", "US", "+5491123456789"),
        ("541-123-4567-89", "US", "+541123456789"),
        ("(216)55501822", "US", "+21655501822"),
        ("(216) 55501822", "US", "+21655501822"),
        ("216-555-01822", "US", "+21655501822"),
        ("(216) 555-01822", "CA", "+21655501822"),
        ("(352) 555-0182 1234", "US", "+35255501821234"),
        ("352-555-0182 1234", "US", "+35255501821234"),
        ("(41) 55550-1822", "BR", "+41555501822"),
        ("41 55550-1822", "BR", "+41555501822"),
        ("(229) 901-12345", "US", "+2290190112345"),
        ("229-901-12345", "US", "+2290190112345"),
        ("(44) 20 7946 0018", "US", "+442079460018"),
    ],
)
def test_a_group_that_is_an_area_code_is_no_country_code(typed: str, region: str, foreign: str) -> None:
    """Some area codes have the digits of a country code. Some numbers are from before a reform."""
    assert best_tier(foreign, typed, region) is best_tier(typed, foreign, region) is None
