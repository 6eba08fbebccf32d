"""Variants of names."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching import name
from service.matching.name.spelling import fold

laws = settings(derandomize=True, deadline=None, database=None, max_examples=100)


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
        ("じょん・スミス", "ジョン スミス"),
        ("山田　太郎", "山田 太郎"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"),
        ("東海林", "東海林"),
        ("...", "..."),
        ("'", "'"),
        ("", ""),
    ],
)
def test_spellings_of_one_name_fold_to_the_same(typed: str, folded: str) -> None:
    """Punctuation only separates the words of a name."""
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("fields", "whole", "similar", "parts"),
    [
        (("Cher",), {"cher"}, set(), {"cher"}),
        (("John", "", "Doe"), {"johndoe", "doejohn"}, set(), {"john", "doe"}),
        (
            ("John", "Q.", "Doe"),
            {"johndoe", "doejohn", "johnqdoe", "doejohnq"},
            {"doe q", "john q", "doe john q"},
            {"john", "q", "doe"},
        ),
        (
            ("Jörg", "", "Köhler"),
            {"jorgkohler", "kohlerjorg", "joergkoehler", "koehlerjoerg"},
            set(),
            {"jorg", "kohler"},
        ),
        (
            ("Joerg", "", "Koehler"),
            {"joergkoehler", "koehlerjoerg"},
            {"jorgkohler", "kohlerjorg"},
            {"jorg", "kohler"},
        ),
        (
            ("Johannes", "", "van der Berg"),
            {"johannesvanderberg", "vanderbergjohannes"},
            {"berg johannes"},
            {"johannes", "vanderberg", "berg"},
        ),
        (
            ("Anne-Marie", "", "Roy"),
            {"annemarieroy", "royannemarie"},
            {"anne marie", "anne roy", "marie roy", "anne marie roy"},
            {"annemarie", "anne", "marie", "roy"},
        ),
        (
            ("John Q Doe",),
            {"johnqdoe", "doejohnq", "qdoejohn"},
            {"johndoe", "doejohn", "doe q", "john q", "doe john q"},
            {"johnqdoe", "john", "q", "doe"},
        ),
        (("Dr. John", "", "Doe 様"), {"johndoe", "doejohn"}, set(), {"john", "doe"}),
        (("John", "-", "Doe"), {"johndoe", "doejohn"}, set(), {"john", "doe"}),
        (("Cher", "", "."), {"cher"}, set(), {"cher"}),
        (("?", "", ""), {"?"}, set(), {"?"}),
        (("", "", ""), set(), set(), set()),
    ],
)
def test_a_name_is_stored_in_few_variants(
    fields: tuple[str, ...], whole: set[str], similar: set[str], parts: set[str]
) -> None:
    """The variants are both orders, each with and without the middle name, and single words."""
    variants = name.index_variants(*fields)
    assert (set(variants.whole), set(variants.similar), set(variants.parts)) == (whole, similar, parts)


def test_a_name_in_two_scripts_has_one_variant() -> None:
    """The first or the last name may be in kana. The order does not matter."""
    assert name.mixed_script_variants(("太郎", "やまだ"), ("たろう", "山田"), ("", "x")) == (
        "ヤマダ 太郎",
        "タロー 山田",
    )


@laws
@given(value=st.text(max_size=255))
def test_folding_a_name_twice_changes_nothing(value: str) -> None:
    """Folding is idempotent."""
    assert fold(fold(value)) == fold(value)


@laws
@given(value=st.text(min_size=1, max_size=20).filter(str.strip))
def test_a_non_blank_name_never_becomes_empty(value: str) -> None:
    """A name of punctuation alone is kept."""
    assert fold(value).strip()


NAMES = st.text(st.sampled_from("abÖéßłøむすズーッ々山邉한글हि.-' דגЖё"), max_size=12)
MARKED = st.text(st.sampled_from("aÖßむ山ж.-' \u0301\u0308\u0323\u0614\u3099\u1dff\u200d"), max_size=9)


@laws
@given(value=MARKED.filter(lambda value: any(map(str.isalnum, value))))
def test_marks_on_punctuation_do_not_matter(value: str) -> None:
    """A mark on a hyphen, an apostrophe or a space is removed with it, in stored and in typed names."""
    assert set(name.index_variants(value).whole) & set(name.query_variants(value).whole)
    assert fold(fold(value)) == fold(value)


@laws
@given(first=NAMES.filter(lambda field: any(map(str.isalnum, field))), middle=NAMES, last=NAMES)
def test_a_stored_name_matches_itself_in_both_orders(first: str, middle: str, last: str) -> None:
    """The first name or the last name may come first."""
    whole = set(name.index_variants(first, middle, last).whole)
    assert whole & set(name.query_variants(f"{first} {last}").whole)
    assert whole & set(name.query_variants(f"{last} {first}").whole)


@laws
@given(value=st.text(min_size=1, max_size=60).filter(str.strip))
def test_surrounding_spaces_do_not_matter(value: str) -> None:
    """A name with spaces around it has the same variants as the name alone."""
    assert name.query_variants(f"  {value} ") == name.query_variants(value)
    assert name.identity(value) == name.identity(f" {value}")
