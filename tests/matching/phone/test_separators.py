"""Separators that people and code pages put into national numbers."""

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
    """In national numbers as behind a plus sign."""
    typed = separator.join(groups)
    assert phone.e164(typed, region) == number
    assert best_tier(typed, number, region) == best_tier(number, typed, region) == Tier.EXACT


@pytest.mark.parametrize("region", REGIONS)
def test_separators_do_not_matter_in_any_region(region: str) -> None:
    """With the groups of the national and of the international format."""
    example = phonenumbers.example_number(region)
    assert example is not None
    number = phonenumbers.format_number(example, PhoneNumberFormat.E164)
    for form in (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL):
        groups = phonenumbers.format_number(example, form).replace("-", " ").replace("/", " ").split(" ")
        for separator in "~|:=\\'−─━〜、":
            assert phone.e164(separator.join(groups), region) == number
