"""The text of index terms."""

import pytest

from service.matching import terms


def test_a_term_is_a_field_a_colon_and_a_value() -> None:
    """The field is the name of a search key."""
    assert terms.term("phone", "+81312345678") == "phone:+81312345678"


@pytest.mark.parametrize("value", ["x" * 5000, "字" * 1000, "😀" * 1000, "\ud800" * 1000, "a" + "字" * 301])
def test_a_term_is_never_longer_than_a_kibibyte(value: str) -> None:
    """It still begins with the prefix that a prefix search for the value uses."""
    entry = terms.term("name", value)
    assert len(entry.encode(errors="surrogatepass")) <= 1024
    assert entry.startswith(terms.term_prefix("name", value))
    assert entry.startswith(terms.term_prefix("name", value[:100]))


def test_long_values_that_differ_at_the_end_have_different_terms() -> None:
    """A digest of the whole value replaces the end."""
    assert terms.term("name", "x" * 2000 + "a") != terms.term("name", "x" * 2000 + "b")
