"""Words around a number: captions and notes."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest

from service.matching import phone
from service.model.match import Tier
from tests.matching.phone.matches import best_tier

# A number in the format before a reform, and after it; today no number can have the length of the first.
REFORMED = [
    ("+5215512345678", "+525512345678"),
    ("+541123456789", "+5491123456789"),
    ("+22990011234", "+2290190011234"),
    ("+841691234567", "+84391234567"),
    ("+5712345678", "+576012345678"),
    ("+24106280150", "+24166280150"),
    ("+553188888888", "+5531988888888"),
    ("+5661223456", "+56612223456"),
    ("+9745123456", "+97455123456"),
]


@pytest.mark.parametrize(("former", "current"), REFORMED)
@pytest.mark.parametrize(
    "written",
    [
        "whatsapp:{}",
        "sms:{}",
        "callto:{}",
        "https://wa.me/{}",
        "https://example.com/call/{}",
        "tel:{}",
        "Cel: {}",
        "Mobil {}",
        "Tel. 2: {}",
        "Jane Doe {}",
        '"Jane Doe" <{}>',
        "携帯：{}",
        "моб. {}",
        "WhatsApp {} (Jane)",
        "{} (home)",
        "{} mobile",
        "☎ {}",
    ],
)
def test_a_number_from_before_a_reform_is_found_behind_text(written: str, former: str, current: str) -> None:
    """The text may be stored or typed, and the number may have separators."""
    spaced = f"{former[:3]} {former[3:-4]} {former[-4:]}"
    for number in (former, spaced):
        typed = written.format(number)
        if "/" in written and number == spaced:
            continue
        assert best_tier(current, typed, "US") == best_tier(typed, current, "US") == Tier.VARIANT, typed
        assert best_tier(former, typed, "US") == best_tier(typed, former, "US") is not None, typed


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("Mobile: 415-555-2671", "US", "+14155552671"),
        ("Line 1: 415-555-2671", "US", "+14155552671"),
        ("Tel. 2) (415) 555-2671", "US", "+14155552671"),
        ('"Line 1" 4155552671', "US", "+14155552671"),
        ("Tel.03.1234.5678", "JP", "+81312345678"),
        ("Tel 01.49.70.65.65", "FR", "+33149706565"),
        ("T:1.201-555-0123", "US", "+12015550123"),
        ("Tel (02) 1234 5122", "IT", "+390212345122"),
        ("Euro+ Shop 4155550182", "US", "+14155550182"),
        ("Mobil: 0171 1234567 (privat)", "DE", "+491711234567"),
        ("Mobile 447911123456", "US", "+447911123456"),
        ("Call 1-800-FLOWERS", "US", "+18003569377"),
        ("415-555-2671 2nd", "US", "+14155552671"),
        ("415-555-2671 3pm", "US", "+14155552671"),
        ("415-555-2671 (2)", "US", "+14155552671"),
        ("Home: 415-555-2671 (2)", "US", "+14155552671"),
        ("0711 1234 (56)", "DE", "+49711123456"),
        ("0711 123456 2nd", "DE", "+49711123456"),
    ],
)
def test_captions_and_notes_are_no_part_of_a_number(typed: str, region: str, number: str) -> None:
    """Some of them contain a short number."""
    assert phone.e164(typed, region) == number
    assert best_tier(typed, number, region) == best_tier(number, typed, region) == Tier.EXACT


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Room 12", "12"),
        ("Room 12", "1212"),
        ("see account 5551234", "5551234"),
        ("5551234", "see account 5551234"),
        ("SMITH JOHN 2", "2"),
        ("Line 1: 4155552671", "4155552672"),
        ("SMITH JOHN 2 4155552671", "+24155552671"),
    ],
)
def test_digits_in_a_text_that_are_no_phone_number_do_not_match(stored: str, asked: str) -> None:
    """Examples are the number of a room, an account or a counter."""
    assert best_tier(stored, asked, "US") is None
