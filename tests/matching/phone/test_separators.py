"""Separators that people put between the digits of a number, and those that code pages replace them with."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat

from service.matching import phone
from service.model.match import Tier
from tests.matching.phone.matches import best_tier

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
DASHES = "-‐‑‒–—―⁃−﹘﹣－ー─━➖⸺⸻〰゠˗֊־᐀᠆〜～∼⁓"
SEPARATORS = [*DASHES, *"~|¦‖∥:=\\¥￦'’´`,;、､・･·•_./", " ", "\u00a0", "\u3000", "\t", " - ", " , ", "; "]


@pytest.mark.parametrize("separator", SEPARATORS, ids=ascii)
@pytest.mark.parametrize(
    ("groups", "region", "number"),
    [
        (("415", "555", "0182"), "US", "+14155550182"),
        (("+1", "415", "555", "0182"), "JP", "+14155550182"),
        (("03", "1234", "5678"), "JP", "+81312345678"),
        (("020", "7946", "0018"), "GB", "+442079460018"),
        (("079", "123", "45", "67"), "CH", "+41791234567"),
    ],
)
def test_a_separator_does_not_matter(
    separator: str, groups: tuple[str, ...], region: str, number: str
) -> None:
    """National numbers and numbers with a plus sign are tested."""
    typed = separator.join(groups)
    assert phone.e164(typed, region) == number
    assert best_tier(typed, number, region) == best_tier(number, typed, region) == Tier.EXACT


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("4155552671,0", "US", "+14155552671"),
        ("4155552671,12", "US", "+14155552671"),
        ("4155552671;123", "US", "+14155552671"),
        ("4155552671,,12", "US", "+14155552671"),
        ("02 1234 5678,,5", "CN", "+86212345678"),
        ("+30 21 2345 0792,5", "US", "+302123450792"),
        ("0711,123456", "DE", "+49711123456"),
    ],
)
def test_a_comma_before_a_short_group_is_a_pause(typed: str, region: str, number: str) -> None:
    """Telephones wait at a comma before they dial an extension. The digits after it are ignored."""
    assert phone.e164(typed, region) == number


@pytest.mark.parametrize("region", REGIONS)
def test_separators_do_not_matter_in_any_region(region: str) -> None:
    """The groups of digits are those of the national and of the international format."""
    example = phonenumbers.example_number(region)
    assert example is not None
    number = phonenumbers.format_number(example, PhoneNumberFormat.E164)
    for form in (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL):
        groups = phonenumbers.format_number(example, form).replace("-", " ").replace("/", " ").split(" ")
        for separator in "~|:=\\'−─━〜、":
            assert phone.e164(separator.join(groups), region) == number
