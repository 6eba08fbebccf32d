"""Numbers in texts and URIs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.phone import characters
from service.matching.phone.finding import extract

laws = settings(derandomize=True, deadline=None, database=None, max_examples=100)


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("03-1234-5678", "03-1234-5678"),
        ("tel:+81-3-1234-5678", "+81-3-1234-5678"),
        ("tel:3-1234-5678;ext=5;phone-context=+81", "+813-1234-5678"),
        ("tel:1234;phone-context=pbx.example.com", "1234"),
        ("<sip:+81312345678@example.com;user=phone>", "+81312345678"),
        ("sip:+81312345678;npdi@example.com", "+81312345678"),
        ("sips:+81312345678:secret@example.com:5061", "+81312345678"),
        ("sip:%2B81312345678@example.com", "+81312345678"),
        ("sip:+81312345678", "+81312345678"),
        ("sip:alice@example.com", "sip:alice@example.com"),
        ("sip:192.168.0.1", "sip:192.168.0.1"),
        ("03･1234･5678", "03 1234 5678"),
        ("03-1234-5678 内線123", "03-1234-5678 ext. 123"),
    ],
)
def test_a_number_is_extracted_from_its_uri(typed: str, subject: str) -> None:
    """Schemes, hosts, passwords, parameters and separators are no part of a number."""
    assert extract(typed) == subject


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("03-1234-5678 ext. 12", "03-1234-5678"),
        ("03-1234-5678 extension 12", "03-1234-5678"),
        ("03-1234-5678;ext=12", "03-1234-5678"),
        ("555-0123x12", "555-0123"),
        ("ext. 12", "ext. 12"),
        ("0312345678", "0312345678"),
    ],
)
def test_an_extension_behind_a_number_is_removed(subject: str, number: str) -> None:
    """A text that is only an extension is kept."""
    assert characters.strip_extension(subject) == number


@laws
@given(value=st.text(max_size=255))
def test_no_text_raises(value: str) -> None:
    """Every function accepts any text."""
    characters.has_letters_or_signs(extract(value))
    characters.has_plus(characters.strip_extension(extract(value)))
    characters.text_before_short_group(extract(value))
