"""Values with several numbers."""

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from service.matching import phone
from service.matching.phone.stored_numbers import read
from service.matching.profiles import index
from service.matching.search_keys import identifying_terms, index_terms
from service.model.match import Tier
from service.model.search_key import KeyType, SearchKey
from tests.matching.partial_profiles import profile_with
from tests.matching.phone.matches import PHONE, best_tier

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
PAGER = SearchKey(name="pager", label="Pager", type=KeyType.PHONE, unique=True)


@pytest.mark.parametrize(
    ("value", "region", "numbers"),
    [
        ("+1 415 555 2675 / +1 415 555 2676", "JP", ["+14155552675", "+14155552676"]),
        ("415-555-2604 or 415-555-2605", "US", ["+14155552604", "+14155552605"]),
        ("415-555-2604; 415-555-2605", "US", ["+14155552604", "+14155552605"]),
        ("415-555-2604;415-555-2605", "US", ["+14155552604", "+14155552605"]),
        ("415-555-2604, 415-555-2605", "US", ["+14155552604", "+14155552605"]),
        ("4155552604,4155552605", "US", ["+14155552604", "+14155552605"]),
        ("415-555-2604\n415-555-2605\n", "US", ["+14155552604", "+14155552605"]),
        ("415-555-2604\r\n415-555-2605", "US", ["+14155552604", "+14155552605"]),
        ("415-555-2604\u2028415-555-2605", "US", ["+14155552604", "+14155552605"]),
        (
            "415-555-2604 | 415-555-2605 | 415-555-2606",
            "US",
            ["+14155552604", "+14155552605", "+14155552606"],
        ),
        ("415-555-2604 & 415-555-2605", "US", ["+14155552604", "+14155552605"]),
        ("415-555-2604 415-555-2605", "US", ["+14155552604", "+14155552605"]),
        ("(415) 555-2604 (415) 555-2605", "US", ["+14155552604", "+14155552605"]),
        ("415-555-2604 - 415-555-2605", "US", ["+14155552604", "+14155552605"]),
        ("+14155552604+14155552605", "JP", ["+14155552604", "+14155552605"]),
        ("+14155552604 +14155552605", "JP", ["+14155552604", "+14155552605"]),
        ("(415) 555-2604/(415) 555-2605", "US", ["+14155552604", "+14155552605"]),
        ("415-555-2604 (home) 415-555-2605 (work)", "US", ["+14155552604", "+14155552605"]),
        ("Home: 415-555-2604, Work: 415-555-2605 x12", "US", ["+14155552604", "+14155552605"]),
        ("Tel: 415-555-2604; 415-555-2605", "US", ["+14155552604", "+14155552605"]),
        ("4155552604.0; 4155552605.0", "US", ["+14155552604", "+14155552605"]),
        ("0711/123456 oder 0711/123457", "DE", ["+49711123456", "+49711123457"]),
        ("0711/123456; +49 172 1234567", "DE", ["+49711123456", "+491721234567"]),
        ("03-1234-5678、090-1234-5678", "JP", ["+81312345678", "+819012345678"]),
        ("03-1234-5678または090-1234-5678", "JP", ["+81312345678", "+819012345678"]),
        ("(11) 98765-4321 e (11) 98765-4322", "BR", ["+5511987654321", "+5511987654322"]),
        ("40.32.2555 / 40.67.8555", "FR", ["40322555", "40678555"]),
        ("415-555-2604 / 415-555-2604", "US", ["+14155552604"]),
        ("4155552604:::4155552605", "US", ["+14155552604", "+14155552605"]),
        ("415-555-2604 ::: 415-555-2605", "US", ["+14155552604", "+14155552605"]),
        ("4155552604 + 4155552605", "US", ["+14155552604", "+14155552605"]),
        ("03-1234-5678・090-1234-5678", "JP", ["+81312345678", "+819012345678"]),
        ("03-1234-5678 • 090-1234-5678", "JP", ["+81312345678", "+819012345678"]),
        ('"Bob" <4155552604>, "Al" <4155552605>', "US", ["+14155552604", "+14155552605"]),
        ("<4155552604>; <tel:+14155552605>", "US", ["+14155552604", "+14155552605"]),
        ("+91 98765 43210 / 98765 43211", "IN", ["+919876543210", "+919876543211"]),
        ("+7 495 123-45-67, 495 123-45-68", "RU", ["+74951234567", "+74951234568"]),
        ("+1 415 555 2604 / 415 555 2605", "US", ["+14155552604", "+14155552605"]),
        ("+34 912 345 678 / 612 345 678", "ES", ["+34912345678", "+34612345678"]),
        ("06 6982 1234 / 333 123 4567", "IT", ["+390669821234", "+393331234567"]),
        ("1711234567.0; 301234567.0", "DE", ["+491711234567", "+49301234567"]),
    ],
)
def test_each_number_in_a_value_finds_it(value: str, region: str, numbers: list[str]) -> None:
    """A search for the value finds each of the numbers too. The tier is that of a single number."""
    assert index_terms(PHONE, value, region) == tuple(f"phone:{number}" for number in numbers)
    for number in numbers:
        alone = best_tier(number, number, region)
        assert best_tier(value, number, region) == best_tier(number, value, region) == alone
    assert phone.e164(value, region) == (numbers[0] if numbers[0].startswith("+") else None)


@pytest.mark.parametrize(
    ("value", "region", "form"),
    [
        ("0711/123456", "DE", "+49711123456"),
        ("0711/1234567", "DE", "+497111234567"),
        ("+49 711/123456-7", "US", "+497111234567"),
        ("0711 123456 / 654321", "DE", "0711123456654321"),
        ("1234 / 1235", "US", "12341235"),
        ("4155552671,,1234567", "US", "+14155552671"),
        ("4155552671 ext 12345678", "US", "+14155552671"),
        ("tel:+14155552671;phone-context=+1;isub=1234567", "US", "+14155552671"),
        ("sip:+14155552671@gw4155552672.example.com", "US", "+14155552671"),
        ("sip:+14155552671@192.168.100.200:5060", "US", "+14155552671"),
        ("4111 1111 1111 1111", "US", "4111111111111111"),
        ("ABC-1234567-7654321", "US", "abc-1234567-7654321"),
        ("+49 (0)30 23125 000", "JP", "+493023125000"),
    ],
)
def test_one_number_is_not_split(value: str, region: str, form: str) -> None:
    """Groups of digits, extensions, parameters, hosts and numbers without an area code are no numbers."""
    assert index_terms(PHONE, value, region) == (f"phone:{form}",)


@pytest.mark.parametrize(
    ("value", "region", "number", "stranger"),
    [
        ("+49 711 123456 / 1234570", "DE", "+49711123456", "+491234570"),
        ("(0711) 123456 / 1234570", "DE", "+49711123456", "+491234570"),
        ("Tel. +49 711 123456 / 1234570", "DE", "+49711123456", "+491234570"),
        ("0711 123456 / 7654321", "DE", "+49711123456", "+497654321"),
        ("+49 711 1234567 Fax 30123456", "DE", "+497111234567", "+4930123456"),
        ("+49 172 1234567, Kundennr 30123456", "DE", "+491721234567", "+4930123456"),
        ("+49 172 1234567 (seit 01.02.2019)", "DE", "+491721234567", "+491022019"),
        ("+49 172 1234567 (01.02.2019)", "DE", "+491721234567", "+491022019"),
        ("0172 1234567 seit 2019-02-01", "DE", "+491721234567", "+4920190201"),
        ("30123456 / +49 711 1234567", "DE", "+497111234567", "+4930123456"),
        ("+46 8 123 456 78 / 123 456 79", "SE", "+46812345678", "+4612345679"),
        ("+43 1 2345678 / 2345679", "AT", "+4312345678", "+432345679"),
        ("+81 3-1234-5678 / 1234-5679", "JP", "+81312345678", "+8112345679"),
        ("+61 2 5550 1234 / 5550 1235", "AU", "+61255501234", "+6155501235"),
        ("+55 11 4004-1234 / 4004-1235", "BR", "+551140041234", "+5540041235"),
        ("(11) 4004-1234 / 4004-1235", "BR", "+551140041234", "+5540041235"),
        ("+86 10 6552 9988 / 6552 9989", "CN", "+861065529988", "+8665529989"),
        ("+91 22 2345 6789 / 2345 6790", "IN", "+912223456789", "+9123456790"),
        ("+358 9 1234567 / 1234568", "FI", "+35891234567", "+3581234568"),
        ("+62 21 1234567 / 1234568", "ID", "+62211234567", "+621234568"),
        ("+39 06 69821234 / 69821235", "IT", "+390669821234", "+3969821235"),
        ("(415) 555-2604 or 555-2605", "US", "+14155552604", "5552605"),
        ("+1 415 555 2671, account 12345678", "US", "+14155552671", "12345678"),
    ],
)
def test_a_number_without_its_area_code_is_no_number(
    value: str, region: str, number: str, stranger: str
) -> None:
    """It is beside a complete number. A date or a customer number is no phone number either."""
    assert index_terms(PHONE, value, region) == (f"phone:{number}",)
    assert best_tier(number, value, region) == best_tier(value, number, region) == Tier.EXACT
    assert best_tier(stranger, value, region) is best_tier(value, stranger, region) is None


def test_dates_do_not_make_a_list_of_numbers() -> None:
    """A value with only dates stays one value. Dates beside a number are ignored."""
    assert len(phone.index_forms("01.02.2019; 03.04.2019", "DE")) == 1
    assert phone.index_forms("01.02.2019 / 03.04.2019 / +49 711 123456", "DE") == ("+49711123456",)


@pytest.mark.parametrize("region", REGIONS)
def test_no_local_number_of_any_region_is_read_with_another_area_code(region: str) -> None:
    """It follows a number with a country code, and lacks the first two to five national digits."""
    for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            continue
        whole = phonenumbers.format_number(example, PhoneNumberFormat.E164)
        digits = phonenumbers.national_significant_number(example)
        for cut in range(2, min(5, len(digits) - 7) + 1):
            local = f"{digits[cut:-1]}{(int(digits[-1]) + 1) % 10}".lstrip("0")
            for between in (" / ", "; ", ", ", "/", "\n", " Fax ") if len(local) > 6 else ():
                for written in (
                    whole,
                    phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL),
                ):
                    forms = phone.index_forms(f"{written}{between}{local}", region)
                    # The whole country can have one area code, as in Barbados.
                    assert all(len(form) >= len(whole) for form in forms), local
                    assert forms[0].startswith(whole)


@pytest.mark.parametrize("separator", ["; ", ", ", " / ", "\n", " or ", " "])
def test_the_first_eight_of_more_numbers_are_found(separator: str) -> None:
    """The numbers may be separated in any way."""
    numbers = [f"+141555526{nth:02}" for nth in range(10, 20)]
    assert phone.index_forms(separator.join(numbers), "US") == tuple(numbers[:8])


@pytest.mark.parametrize(
    "asked",
    [
        "Bob <4155552604>, Al <4155552605>",
        '"Bob <4155552604>, Al" <4155552605>',
        '"4155552604" <4155552605>',
        '"Bob" <4155552604> "Al" <4155552605>',
    ],
)
def test_a_caption_that_looks_like_a_list_is_no_list(asked: str) -> None:
    """The caller chooses the caption, so its number may be that of another person."""
    assert phone.index_forms(asked, "US") == ("+14155552605",)


def test_each_number_in_a_value_identifies_the_value() -> None:
    """So under a unique search key, no other profile can have one of the numbers."""
    value = "415-555-2604 / 415-555-2605"
    assert identifying_terms(PAGER, value, "US") == ("pager:+14155552604", "pager:+14155552605")
    assert best_tier(value, "415-555-2605", "US", PAGER) is Tier.UNIQUE


def test_a_profile_is_indexed_by_each_number_in_the_region_in_which_it_was_read() -> None:
    """The current default region does not matter."""
    stored = read("415-555-2604 / 415-555-2605", "US")
    assert stored == {"value": "415-555-2604 / 415-555-2605", "e164": "+14155552604", "region": "US"}
    lookup = index(profile_with(phone_numbers=[{"type": None, **stored}]), {}, "DE").lookup
    assert lookup == ["phone:+14155552604", "phone:+14155552605"]


@pytest.mark.parametrize(
    ("value", "international"),
    [
        ("+1 415 555 2675 / +1 415 555 2676", True),
        ("+1 415 555 2675 / 415 555 2676", False),
        ("415 555 2675 / +1 415 555 2676", False),
        ("+49 (0)30 23125 000", True),
    ],
)
def test_a_value_is_international_if_all_its_numbers_are(value: str, *, international: bool) -> None:
    """If one number is national, the default region matters."""
    assert phone.is_international(value) is international
