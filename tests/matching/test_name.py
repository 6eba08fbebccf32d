"""Folding of names, their orders and their parts."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching import name

laws = settings(derandomize=True, deadline=None, database=None, max_examples=300)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Doe, John", "doe john"),
        ("John  Q. Doe", "john q doe"),
        ("Jean-Luc Picard", "jean luc picard"),
        ("O'Reilly", "oreilly"),
        ("O’Reilly", "oreilly"),
        ("Luís Gonçalves", "luis goncalves"),
        ("Köhler", "kohler"),
        ("ジョン・スミス", "ジョン スミス"),
        ("山田　太郎", "山田 太郎"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"),
        ("東海林", "東海林"),
        ("...", "..."),
        ("'", "'"),
        ("", ""),
    ],
)
def test_spellings_of_one_name_fold_to_the_same(typed: str, folded: str) -> None:
    """Punctuation separates the words of a name, and does not tell names apart."""
    assert name.fold(typed) == folded


@pytest.mark.parametrize(
    ("fields", "forms"),
    [
        (("John", "", "Doe"), {"john doe", "doe john"}),
        (("John", "Q.", "Doe"), {"john doe", "doe john", "john q doe", "doe john q"}),
        (("Johannes", "", "Van der Berg"), {"johannes van der berg", "van der berg johannes"}),
        (("Cher", "", ""), {"cher"}),
        (("", "", ""), set()),
    ],
)
def test_a_name_stands_in_both_orders(fields: tuple[str, str, str], forms: set[str]) -> None:
    """Both orders, with and without the middle name; a first name alone is the whole name."""
    assert set(name.full_forms(*fields)) == forms


def test_a_name_in_one_piece_is_turned_round_at_either_end() -> None:
    """Which word of three is the last name is not known, so each end is tried."""
    assert name.orders("John Q Doe") == ("john q doe", "doe john q", "q doe john")


def test_parts_are_the_fields_and_their_words() -> None:
    """A last name of several words can be asked for whole, and by each word."""
    assert name.parts("Johannes", "", "Van der Berg") == ("johannes", "van der berg", "van", "der", "berg")


@laws
@given(value=st.text(max_size=255))
def test_folding_a_name_twice_is_folding_it_once(value: str) -> None:
    """A folded name is a fixed point."""
    assert name.fold(name.fold(value)) == name.fold(value)


@laws
@given(value=st.text(min_size=1, max_size=20).filter(str.strip))
def test_a_name_that_is_not_blank_never_folds_to_nothing(value: str) -> None:
    """A non-blank name has a key, whatever it is made of."""
    assert name.fold(value).strip()
