"""Values with several numbers."""

import pytest

from service.matching import phone
from service.matching.phone.stored_numbers import read
from service.matching.profiles import index
from service.matching.search_keys import identifying_terms, index_terms
from service.model.match import Tier
from service.model.search_key import KeyType, SearchKey
from tests.matching.partial_profiles import profile_with
from tests.matching.phone.matches import PHONE, best_tier

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
    ],
)
def test_each_number_in_a_value_finds_it(value: str, region: str, numbers: list[str]) -> None:
    """And the value finds each of them, on the tier of the number alone."""
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
        ("0711 123456 / 7654321", "DE", "07111234567654321"),
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
    """Groups, extensions, parameters and hosts are no numbers, nor is a second number without its area."""
    assert index_terms(PHONE, value, region) == (f"phone:{form}",)


def test_each_number_in_a_value_identifies_it() -> None:
    """So no other profile can have one of them under a unique search key."""
    value = "415-555-2604 / 415-555-2605"
    assert identifying_terms(PAGER, value, "US") == ("pager:+14155552604", "pager:+14155552605")
    assert best_tier(value, "415-555-2605", "US", PAGER) is Tier.UNIQUE


def test_a_profile_is_indexed_by_each_number_in_the_region_in_which_it_was_read() -> None:
    """Also if the default region is another one now."""
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
    """Otherwise the default region matters."""
    assert phone.is_international(value) is international
