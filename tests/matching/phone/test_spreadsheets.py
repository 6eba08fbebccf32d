"""Phone numbers that a spreadsheet or a data frame changed, because it took them for quantities."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import phonenumbers
import pytest

from service.matching import phone
from service.matching.search_keys import index_terms, query_terms
from service.model.match import Tier
from tests.matching.phone.matches import PHONE, best_tier

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("4155552671.0", "US", "+14155552671"),
        ("4155552671.00", "US", "+14155552671"),
        ("14155552671.0", "JP", "+14155552671"),
        ("+14155552671.0", "JP", "+14155552671"),
        ("４１５５５５２６７１．０", "US", "+14155552671"),
        ("٤١٥٥٥٥٢٦٧١٫٠", "US", "+14155552671"),
        ('="4155552671.0"', "US", "+14155552671"),
        ("'4155552671.0", "US", "+14155552671"),
        ("4155552671.0 (home)", "US", "+14155552671"),
        ("Tel: 4155552671.0", "US", "+14155552671"),
        ("tel:4155552671.0", "US", "+14155552671"),
        ('"Jane" <4155552671.0>', "US", "+14155552671"),
        ("4,155,552,671", "US", "+14155552671"),
        ("4,155,552,671.00", "US", "+14155552671"),
        ("4.155.552.671,00", "US", "+14155552671"),
        ("4.155552674E+09", "US", "+14155552674"),
        ("4,155552674E+09", "US", "+14155552674"),
        ("4.155552674e9", "US", "+14155552674"),
        ("4.1555526740E+09", "US", "+14155552674"),
        ("1.4155552673E10", "US", "+14155552673"),
        ("+4.532123456E+09", "US", "+4532123456"),
        ("1711234567.0", "DE", "+491711234567"),
        ("49711123456.0", "DE", "+49711123456"),
        ("442079460018.0", "GB", "+442079460018"),
        ("9012345678.0", "JP", "+819012345678"),
        # These are no spreadsheet's.
        ("0711.12.34.57", "DE", "+49711123457"),
        ("+49 711.123457", "US", "+49711123457"),
        ("4155552671,0", "US", "+14155552671"),
        ("4155552671.", "US", "+14155552671"),
        ("415.555.2670", "US", "+14155552670"),
    ],
)
def test_a_number_with_decimals_or_an_exponent_is_repaired(typed: str, region: str, number: str) -> None:
    """No digit of the number is lost. The changed number may be stored or typed."""
    assert phone.e164(typed, region) == number
    assert best_tier(typed, number, region) == best_tier(number, typed, region) == Tier.EXACT


@pytest.mark.parametrize(
    "typed", ["4.479E+11", "4,479E+11", "4.15555E+09", "4.15555267e+09", "4E+10", "Tel: 4.479E+11", "1.2e4"]
)
@pytest.mark.parametrize("region", ["US", "DE", "GB"])
def test_a_number_that_lost_digits_matches_nothing(typed: str, region: str) -> None:
    """It does not match the same text either, because many numbers have the same rounded form."""
    assert phone.e164(typed, region) is None
    assert not index_terms(PHONE, typed, region)
    assert not query_terms(PHONE, typed, region)


@pytest.mark.parametrize(
    ("stored", "asked", "region"),
    [
        ("4155552671.0", "+41555526710", "US"),
        ("1711234567.0", "+4917112345670", "DE"),
        ("49711123456.0", "+497111234560", "DE"),
        ("12345.0", "123450", "US"),
        ("Tel 195123456.0", "+2291951234560", "BJ"),
        ("4.479E+11", "447911123456", "GB"),
        ("4.479E+11", "447900000000", "GB"),
    ],
)
def test_a_damaged_number_does_not_match_another_number(stored: str, asked: str, region: str) -> None:
    """Either number may be stored."""
    assert best_tier(stored, asked, region) is best_tier(asked, stored, region) is None


PUNCTUATION = ["({})", "[{}]", "{};", "{},", "{}.", "{}?", "{}!", "{}|", "{}_/", "{}_-", "-{}", "'{}"]
WORDS = ["#{}", "{}*", "{}_x12", "{};ext=12", "Tel_{}", "Tel._2:_{}", "{}_(home)", "{}_home", "tel:{}"]
AROUND = [*PUNCTUATION, *WORDS, "({});", '="{}"', '"Jane"_<{}>']


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize(
    ("digits", "region"),
    [("1711234567", "DE"), ("4155552671", "US"), ("14155552671", "JP")],
)
def test_characters_around_a_damaged_number_do_not_matter(around: str, digits: str, region: str) -> None:
    """Punctuation, captions, notes and extensions have the same effect as around the number itself."""
    scientific = f"{digits[0]}.{digits[1:]}E+{len(digits) - 1:02}"
    for damaged in (f"{digits}.0", f"{digits}.00", f"{digits} .0", scientific):
        typed = around.replace("_", " ").format(damaged)
        assert phone.e164(typed, region) == phone.e164(around.replace("_", " ").format(digits), region), typed
        stranger = f"+{phonenumbers.country_code_for_region(region)}{digits}0"
        assert best_tier(typed, stranger, region) is best_tier(stranger, typed, region) is None
    lost = around.replace("_", " ").format(f"{digits[0]}.{digits[1:4]}E+{len(digits) - 1:02}")
    assert not index_terms(PHONE, lost, region), lost
    assert not query_terms(PHONE, lost, region), lost


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("+49 1711234567.0", "US", "+491711234567"),
        ("4155552671.0; 4155552672.0", "US", "+14155552671"),
        ("0711 123456.7", "DE", "+497111234567"),
    ],
)
def test_a_damaged_number_may_be_behind_a_country_code_or_before_a_number(
    typed: str, region: str, number: str
) -> None:
    """A group of digits after a separator is not taken for decimals."""
    assert phone.e164(typed, region) == number


@pytest.mark.parametrize("region", REGIONS)
def test_decimals_and_exponents_change_no_number_of_any_region(region: str) -> None:
    """The digits are tested with the country code and without it."""
    for kind in phonenumbers.PhoneNumberType.values():
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            continue
        international = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)[1:]
        for digits in (international, phonenumbers.national_significant_number(example).lstrip("0")):
            damaged = (f"{digits}.0", f"{digits}.00", f"{digits[0]}.{digits[1:]}E+{len(digits) - 1:02}")
            assert {phone.e164(text, region) for text in damaged} == {phone.e164(digits, region)}
            assert {index_terms(PHONE, text, region) for text in damaged} == {
                index_terms(PHONE, digits, region)
            }
            lost = f"{digits[0]}.{digits[1:4]}E+{len(digits) - 1:02}"
            assert len(digits) <= 4 or query_terms(PHONE, lost, region) == ()
