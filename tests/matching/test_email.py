"""E-mail addresses in one form."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching import email

laws = settings(derandomize=True, deadline=None, database=None, max_examples=300)


@pytest.mark.parametrize(
    ("typed", "normalised"),
    [
        ("Jane.Doe@Example.COM", "jane.doe@example.com"),
        ("  jane@example.com ", "jane@example.com"),
        ("jane＠example.com", "jane@example.com"),
        ("Jane <jane@example.com>", "jane@example.com"),
        ('"Doe, Jane" <Jane@example.com>', "jane@example.com"),
        ("jane+news@example.com", "jane+news@example.com"),
        ("jane@bücher.de", "jane@bücher.de"),
        ("jane@xn--bcher-kva.de", "jane@bücher.de"),
        ("JANE@XN--BCHER-KVA.DE", "jane@bücher.de"),
        ("用户@例子.中国", "用户@例子.中国"),
        ("jane@crm.local", "jane@crm.local"),
        ("jane@localhost", "jane@localhost"),
        ("Jane Doe", "jane doe"),
        ("jane@", "jane@"),
        ("@", "@"),
        ("a@b@c", "a@b@c"),
    ],
)
def test_an_address_has_one_form(typed: str, normalised: str) -> None:
    """Case, width, a display name and the spelling of the domain do not matter; a tag does."""
    assert email.normalise(typed) == normalised


@laws
@given(value=st.one_of(st.emails(), st.text(max_size=255), st.from_regex(r"\A[^@]{1,20}@[^@]{1,20}\Z")))
def test_normalising_an_address_twice_is_normalising_it_once(value: str) -> None:
    """Whatever was typed, its normalised form is a fixed point, and nothing raises."""
    assert email.normalise(email.normalise(value)) == email.normalise(value)


@laws
@given(value=st.emails())
def test_an_address_is_the_same_in_capitals(value: str) -> None:
    """Equal but for case, equal key."""
    assert email.normalise(value.upper()) == email.normalise(value)
