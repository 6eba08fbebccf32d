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
    """Punctuation separates the words of a name, and does not tell names apart."""
    assert name.fold(typed) == folded


@pytest.mark.parametrize(
    ("fields", "full", "alike", "parts"),
    [
        (("Cher",), {"cher"}, set(), {"cher"}),
        (("John", "", "Doe"), {"johndoe", "doejohn"}, set(), {"john", "doe"}),
        (
            ("John", "Q.", "Doe"),
            {"johndoe", "doejohn", "johnqdoe", "doejohnq"},
            set(),
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
            {"johannes", "vanderberg", "van", "der", "berg"},
        ),
        (
            ("Anne-Marie", "", "Roy"),
            {"annemarieroy", "royannemarie"},
            {"anne roy"},
            {"annemarie", "anne", "marie", "roy"},
        ),
        (
            ("John Q Doe",),
            {"johnqdoe", "doejohnq", "qdoejohn"},
            {"doe john", "johndoe", "doejohn"},
            {"johnqdoe", "john", "q", "doe"},
        ),
        (("Dr. John", "", "Doe 様"), {"johndoe", "doejohn"}, set(), {"john", "doe"}),
        (("John", "-", "Doe"), {"johndoe", "doejohn"}, set(), {"john", "doe"}),
        (("Cher", "", "."), {"cher"}, set(), {"cher"}),
        (("?", "", ""), {"?"}, set(), {"?"}),
        (("", "", ""), set(), set(), set()),
    ],
)
def test_a_name_is_stored_in_few_forms(
    fields: tuple[str, ...], full: set[str], alike: set[str], parts: set[str]
) -> None:
    """Both orders, with and without the middle name; a field in one piece is read from either end."""
    variants = name.index_variants(*fields)
    assert (set(variants.whole), set(variants.similar), set(variants.parts)) == (full, alike, parts)


def test_the_halves_of_a_name_in_two_scripts_stand_once() -> None:
    """Either half may be in kana, in either order."""
    assert name.mixed_script_variants(("太郎", "やまだ"), ("たろう", "山田"), ("", "x")) == (
        "ヤマダ 太郎",
        "タロー 山田",
    )


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


NAMES = st.text(st.sampled_from("abÖéßłøむすズーッ々山邉한글हि.-' דגЖё"), max_size=12)
MARKED = st.text(st.sampled_from("aÖßむ山ж.-' \u0301\u0308\u0323\u0614\u3099\u1dff\u200d"), max_size=9)


@laws
@given(value=MARKED.filter(lambda value: any(map(str.isalnum, value))))
def test_a_mark_is_on_a_letter_or_on_nothing(value: str) -> None:
    """Behind a hyphen, an apostrophe or a blank it goes with them, in what is stored and in what is asked."""
    assert set(name.index_variants(value).whole) & set(name.query_variants(value).whole)
    assert name.fold(name.fold(value)) == name.fold(value)


@laws
@given(first=NAMES.filter(lambda field: any(map(str.isalnum, field))), middle=NAMES, last=NAMES)
def test_what_is_stored_is_found_by_itself_in_both_orders(first: str, middle: str, last: str) -> None:
    """Whole, as the fields stand and with the last one first, whatever else the fields hold."""
    full = set(name.index_variants(first, middle, last).whole)
    assert full & set(name.query_variants(f"{first} {last}").whole)
    assert full & set(name.query_variants(f"{last} {first}").whole)


@laws
@given(value=st.text(min_size=1, max_size=60).filter(str.strip))
def test_names_that_differ_in_case_or_blanks_have_the_same_keys(value: str) -> None:
    """Equal input, equal key."""
    assert name.query_variants(f"  {value} ") == name.query_variants(value)
    assert name.identity(value) == name.identity(f" {value}")
