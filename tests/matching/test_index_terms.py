"""Lookup entries and their bounds."""

import pytest

from service.matching import index_terms


def test_an_entry_is_family_and_value() -> None:
    """An entry reads ``family:value``."""
    assert index_terms.term("phone", "+81312345678") == "phone:+81312345678"


@pytest.mark.parametrize("value", ["x" * 5000, "字" * 1000, "😀" * 1000, "\ud800" * 1000, "a" + "字" * 301])
def test_an_entry_is_never_longer_than_a_kibibyte(value: str) -> None:
    """However a value unfolds, its entry is bounded, and begins as the value does."""
    entry = index_terms.term("name", value)
    assert len(entry.encode(errors="surrogatepass")) <= 1024
    assert entry.startswith(index_terms.term_prefix("name", value))
    assert entry.startswith(index_terms.term_prefix("name", value[:100]))


def test_long_values_that_differ_at_the_end_have_different_entries() -> None:
    """A digest of the whole stands for what was cut off."""
    assert index_terms.term("name", "x" * 2000 + "a") != index_terms.term("name", "x" * 2000 + "b")
