"""Phone numbers with text around them, as telephone systems and messengers send them."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching import phone
from service.matching.search_keys import index_terms, query_terms
from service.model.match import Tier
from tests.matching.phone.matches import PHONE, best_tier

laws = settings(derandomize=True, deadline=None, database=None, max_examples=300)


@pytest.mark.parametrize(
    ("asked", "stored", "region"),
    [
        ('"4155552671" <4155552671>', "415-555-2671", "US"),
        ('"4155552672" <4155552671>', "415-555-2671", "US"),
        ('"Line 1" <14155552671>', "415-555-2671", "US"),
        ('"SMITH JOHN 2" <4155552671>', "415-555-2671", "US"),
        ('"Euro+ Shop" <4155550182>', "415-555-0182", "US"),
        ("SMITH JOHN 2 <4155552671>", "415-555-2671", "US"),
        ('"Smith <sales>" <4155552671>', "415-555-2671", "US"),
        ('"Line 1" <tel:+14155552671>;tag=12', "+14155552671", "JP"),
        ('"+49 711 123456" <sip:+14155552671@h;user=phone>', "+14155552671", "DE"),
        ("＂Line 1＂ ＜４１５５５５２６７１＞", "415-555-2671", "US"),
        ("<4155552671>", "415-555-2671", "US"),
        ("415-555-2671 <mobile>", "415-555-2671", "US"),
        ('<a href="tel:+14155552671">Call 415-555-2671</a>', "415-555-2671", "US"),
        ("<phone>415-555-2671</phone>", "415-555-2671", "US"),
        ("415-555-2671<br>", "415-555-2671", "US"),
        ("415-555-2671<br/>415-555-2672<br>", "415-555-2671", "US"),
        ("415-555-2672<br/>415-555-2671<br>", "415-555-2671", "US"),
        ('{"number": "+14155552671"}', "415-555-2671", "US"),
        ('["+14155552672","+14155552671"]', "415-555-2671", "US"),
    ],
)
def test_the_number_of_a_caller_id_is_in_the_last_angle_brackets(
    asked: str, stored: str, region: str
) -> None:
    """The caption before the brackets may contain brackets, digits and other numbers."""
    assert best_tier(stored, asked, region) == best_tier(asked, stored, region) == Tier.EXACT


@pytest.mark.parametrize(
    ("asked", "stored", "region"),
    [
        ('"Carine" <40322555>', "40.32.2555", "FR"),
        ('"Desk" <1001>', "1001", "US"),
        ('"4155552671" <alice>', "Alice", "US"),
    ],
)
def test_a_caller_id_without_a_possible_number_matches_on_the_raw_tier(
    asked: str, stored: str, region: str
) -> None:
    """The text in the brackets matches as it would without the caption."""
    assert best_tier(stored, asked, region) == Tier.RAW


@pytest.mark.parametrize(
    "asked", ['"4155552671" <4155552672>', '"4155552671" <alice>', '"4155552671" <>', '"4155552671" <1001>']
)
def test_the_number_in_a_caption_does_not_match(asked: str) -> None:
    """The caller chooses the caption, so its number may be that of another person."""
    assert best_tier("415-555-2671", asked, "US") is best_tier(asked, "415-555-2671", "US") is None


@laws
@given(caption=st.text(st.characters(exclude_characters="<>＜＞", codec="utf-8"), max_size=40))
def test_no_caption_changes_the_number(caption: str) -> None:
    """The caption may be in quotation marks or not."""
    assert phone.e164(f'"{caption}" <4155552671>', "US") == "+14155552671"
    assert phone.e164(f"{caption} <4155552671>", "US") == "+14155552671"


@pytest.mark.parametrize(
    "address",
    [
        "14155552671:12@s.whatsapp.net",
        "14155552671:0@s.whatsapp.net",
        "14155552671_1@s.whatsapp.net",
        "14155552671_1:3@s.whatsapp.net",
        "14155552671@s.whatsapp.net",
        "14155552671@c.us",
        "whatsapp:14155552671@c.us",
        "https://wa.me/14155552671",
        "wa.me/14155552671?text=Order%2012",
        "https://api.whatsapp.com/send?phone=14155552671&text=Hello",
        "https://api.whatsapp.com/send/?text=Hello&phone=%2B14155552671",
        "whatsapp://send?phone=14155552671",
    ],
)
@pytest.mark.parametrize("region", ["US", "JP", "DE", "MX"])
def test_a_number_of_whatsapp_is_international(address: str, region: str) -> None:
    """It has no plus sign. The numbers of an agent and a device may follow it."""
    assert phone.e164(address, region) == "+14155552671"


@pytest.mark.parametrize("region", ["US", "JP", "DE", "MX"])
def test_long_digits_of_whatsapp_are_international(region: str) -> None:
    """Digits in the format before a numbering reform are too. Shorter digits may be a national number."""
    for former in ("5215512345678", "5491112345678"):
        number = "+525512345678" if former.startswith("52") else f"+{former}"
        for typed in (f"whatsapp:{former}", f"whatsapp:+{former}"):
            assert best_tier(number, typed, region) == best_tier(typed, number, region) is not None
    assert phone.e164("whatsapp:4155552671", "US") == "+14155552671"
    assert phone.e164("whatsapp:1711234567", "DE") == "+491711234567"


@pytest.mark.parametrize("region", ["US", "DE", "IN"])
@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("123456789012345@lid", "123456789012345"),
        ("14155552671@lid", "14155552671"),
        ("14155552671@lid", "14155552671@s.whatsapp.net"),
        ("4155552671:3@hosted.lid", "4155552671"),
        ("14155552671-1600000000@g.us", "14155552671"),
        ("120363025246125486@g.us", "120363025246125486"),
        ("14155552671@broadcast", "+14155552671"),
        ("14155552671@newsletter", "+14155552671"),
    ],
)
def test_an_id_of_whatsapp_is_no_number(address: str, other: str, region: str) -> None:
    """It matches only the same ID, with any number of a device."""
    assert phone.e164(address, region) is None
    assert best_tier(address, other, region) is best_tier(other, address, region) is None
    assert best_tier(address, address, region) is Tier.RAW
    assert best_tier("123456789012345:12@lid", "123456789012345@lid", region) is Tier.RAW


@pytest.mark.parametrize("value", ['"4155552671" <>', '"" <>', "<>"])
def test_empty_angle_brackets_contain_no_number(value: str) -> None:
    """The value has no index terms and no query terms, and is not a withheld number."""
    assert not index_terms(PHONE, value, "US")
    assert not query_terms(PHONE, value, "US")
    assert not phone.is_withheld(value)
