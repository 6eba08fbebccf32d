"""Text around a number does not change how the number is read, in any region."""

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat

from service.matching import phone

# ruff: noqa: RUF001  (characters that look alike are what is tested)

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
FORMS = (PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164)
AROUND = (
    "Mobile: {}",
    "Tel. 2: {}",
    "電話：{}",
    "Tel.{}",
    "Phone {}",
    "Euro+ Shop {}",
    "callto:{}",
    '"Line 1" <{}>',
    '"+14155552671" <{}>',
    "{} (home)",
    "{} 3pm",
    "Work: {} (after 6pm)",
    '="{}"',
    "'{}",
    "({})",
    "{}.",
    "{};",
    "☎ {}",
    "\u200e{}\u200e",
    "{}\r\n",
)
# In numbers of four digits, these can also be digits of the number.
MIN_LENGTH = 7


@pytest.mark.parametrize("region", REGIONS)
def test_what_is_around_a_number_does_not_change_it(region: str) -> None:
    """The number is in the national format, the international format and E.164."""
    example = phonenumbers.example_number(region)
    assert example is not None
    if len(phonenumbers.national_significant_number(example)) < MIN_LENGTH:
        return
    for form in FORMS:
        number = phonenumbers.format_number(example, form)
        expected = phonenumbers.format_number(example, PhoneNumberFormat.E164)
        assert {around: phone.e164(around.format(number), region) for around in AROUND} == dict.fromkeys(
            AROUND, expected
        )


@pytest.mark.parametrize("region", REGIONS)
def test_two_numbers_of_any_region_are_found_in_one_value(region: str) -> None:
    """Both numbers are in the same format. Each format is tested."""
    first = phonenumbers.example_number(region)
    second = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if first is None or second is None or first == second:
        return
    expected = [phonenumbers.format_number(number, PhoneNumberFormat.E164) for number in (first, second)]
    for form in FORMS:
        numbers = [phonenumbers.format_number(number, form) for number in (first, second)]
        if min(len(phonenumbers.normalize_digits_only(number)) for number in numbers) < MIN_LENGTH:
            continue
        for between in (" / ", "; ", ", ", "\n", " or "):
            assert list(phone.index_forms(between.join(numbers), region)) == expected, between
