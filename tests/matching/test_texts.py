"""Texts and digits that a spreadsheet changed, and symbols in texts."""

# ruff: noqa: RUF001  (look-alike characters are tested)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.search_keys import identifying_terms, index_terms, query_terms, term_prefixes
from service.model.search_key import KeyType, SearchKey

laws = settings(derandomize=True, deadline=None, database=None, max_examples=200)

TEXT = SearchKey(name="k", label="K", type=KeyType.TEXT, unique=True)
DIGITS = SearchKey(name="k", label="K", type=KeyType.DIGITS, unique=True)

both = pytest.mark.parametrize("key", [TEXT, DIGITS], ids=["text", "digits"])


@both
@pytest.mark.parametrize(
    "damaged",
    [
        "12345.0",
        "12345.00",
        "１２３４５．０",
        " 12345.0\n",
        "1.2345E+04",
        "1.2345e4",
        "1.23450E+04",
        '="12345.0"',
        "12,345.00",
        "(12345.0)",
        "[12345.0]",
        "12345.0;",
        "12345.0,",
        "12345.0.",
        "12345 .0",
        "#12345.0",
        "-12345.0",
        "'12345.0'",
        "(1.2345E+04);",
    ],
)
def test_a_number_of_a_spreadsheet_is_repaired(key: SearchKey, damaged: str) -> None:
    """``12345.0`` is the number 12345, not 123450."""
    assert identifying_terms(key, damaged, "US") == identifying_terms(key, "12345", "US") == ("k:12345",)
    assert [term.lookup for term in query_terms(key, damaged, "US")] == ["k:12345"]
    assert term_prefixes(key, damaged, "US") == ("k:12345",)


@both
@pytest.mark.parametrize("damaged", ["4.479E+11", "4.479e11", "1E+05", "4.479E+11;", "(4.479E+11)"])
def test_a_number_with_lost_digits_matches_nothing(key: SearchKey, damaged: str) -> None:
    """Many numbers have the same rounded form, so it identifies no profile."""
    assert index_terms(key, damaged, "US") == ()
    assert query_terms(key, damaged, "US") == ()


@pytest.mark.parametrize(
    ("value", "text", "digits"),
    [
        ("12E5", "12e5", "125"),
        ("1e5", "1e5", "15"),
        ("1.5", "15", "15"),
        ("12345.01", "1234501", "1234501"),
        ("0711.12.34.00", "0711123400", "0711123400"),
        ("v1.0", "v10", "10"),
        ("Version 1.0", "version10", "10"),
        ("Version 1,234.0", "version12340", "12340"),
        ("Model 1.5e3", "model15e3", "153"),
        ("12345,0", "123450", "123450"),
    ],
)
def test_values_that_no_spreadsheet_changed_are_not_repaired(value: str, text: str, digits: str) -> None:
    """They are normalised like all values: a text loses its punctuation; digits lose all other characters."""
    assert identifying_terms(TEXT, value, "US") == (f"k:{text}",)
    assert identifying_terms(DIGITS, value, "US") == (f"k:{digits}",)


@laws
@both
@given(number=st.integers(min_value=1, max_value=10**15), zeros=st.integers(min_value=1, max_value=3))
def test_decimal_zeros_do_not_change_a_number(key: SearchKey, number: int, zeros: int) -> None:
    """Numbers of up to 16 digits are tried, with one to three zeros after the decimal point."""
    assert identifying_terms(key, f"{number}.{'0' * zeros}", "US") == (f"k:{number}",)


@laws
@both
@given(number=st.integers(min_value=10**5, max_value=10**15))
def test_scientific_notation_gives_the_same_number_or_no_term(key: SearchKey, number: int) -> None:
    """It gives the number if it contains all digits of the number."""
    for decimals in range(16):
        terms = identifying_terms(key, f"{number:.{decimals}E}", "US")
        assert terms in {(), (f"k:{number}",)}
        assert terms or decimals < len(str(number)) - 1


def test_symbols_count_in_texts() -> None:
    """Values that differ only in a symbol are different. Names that differ only in a symbol are equal."""
    values = ["A", "A+", "A~", "A$", "A♥"]
    assert len({identifying_terms(TEXT, value, "US") for value in values}) == len(values)


@pytest.mark.parametrize("key", [TEXT, DIGITS, SearchKey(name="k", label="K", type=KeyType.IDENTIFIER)])
@pytest.mark.parametrize("invisible", ["\u200b", "\u3164", "\u2800", "\ufe0f", "\ufeff", "\U000e0100"])
def test_invisible_characters_do_not_count(key: SearchKey, invisible: str) -> None:
    """A value of invisible characters alone is blank: it has no index terms and no query terms."""
    value = f"{invisible}1{invisible}2{invisible}"
    assert index_terms(key, value, "US") == index_terms(key, "12", "US")
    assert index_terms(key, invisible, "US") == ()
    assert query_terms(key, f" {invisible}", "US") == ()
    with pytest.raises(ValueError, match="two characters"):
        term_prefixes(key, invisible * 3, "US")
