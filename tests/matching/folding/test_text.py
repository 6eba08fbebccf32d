"""Folding of text."""

# ruff: noqa: RUF001  (characters that look alike are what is tested)

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching import folding

laws = settings(derandomize=True, deadline=None, database=None, max_examples=100)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("  Jane \t  DOE\n", "jane doe"),
        ("Ｊａｎｅ", "jane"),
        ("François Gonçalves", "francois goncalves"),
        ("Franc\u0327ois", "francois"),
        ("Stanisław Łódź", "stanislaw lodz"),
        ("Bjørn Ǿster", "bjorn oster"),
        ("Ægir Œuvre Þór Ðuro Đặng", "aegir oeuvre thor duro dang"),
        ("Straße STRASSE ẞ", "strasse strasse ss"),
        ("İstanbul Işık", "istanbul isik"),
        ("O’Reilly", "o'reilly"),
        ("O´Reilly", "o'reilly"),
        ("A‐1–2—3", "a-1-2-3"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("葛\U000e0100飾", "葛飾"),
        ("☎\ufe0f", "☎"),
        ("J\u115fa\u1160n\u3164e\uffa0 \u17b4D\u2065o\u2800e\ufe00", "jane doe"),
        ("\u00adJane\u034f \u180eDoe\U000e0041\ufff0", "jane doe"),
        ("K−100", "k-100"),
        ("K－100", "k-100"),
        ("K─100", "k-100"),
        ("Kー100", "k-100"),
        ("a～b", "a~b"),
        ("a〜b", "a~b"),
        ("a∥b", "a‖b"),
        ("やまだ ﾔﾏﾀﾞ", "ヤマダ ヤマダ"),
        ("髙﨑 渡邉", "高崎 渡辺"),
        ("Γιώργος ΓΙΩΡΓΟΣ", "γιωργοσ γιωργοσ"),
        ("Фёдоров Андрей", "федоров андрей"),
        ("Ⅻ ﬁn", "xii fin"),
        ("a-\u0301b a.\u0301b a \u0301b", "a-b a.b a b"),
    ],
)
def test_spellings_of_one_text_fold_to_the_same(typed: str, folded: str) -> None:
    """Case, width, accents, ligatures and invisible characters do not matter."""
    assert folding.fold(typed) == folded


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("が", "ガ"),
        ("か\u3099", "ガ"),
        ("ｶﾞ", "ガ"),
        ("ﾊﾟ", "パ"),
        ("й", "й"),
        ("हिन्दी", "हिन्दी"),
        ("ครับ", "ครับ"),
        ("각", "각"),
    ],
)
def test_marks_of_other_scripts_stay(typed: str, folded: str) -> None:
    """Marks are removed only from Latin, Greek, Arabic and Hebrew letters."""
    assert folding.fold(typed) == folded


@pytest.mark.parametrize("typed", ["\ufe0f", "\u200b", "\u0301", "\u200d\u200d", "\U000e0100 \u200b"])
def test_text_without_a_visible_character_never_becomes_empty(typed: str) -> None:
    """Folding never removes the last character."""
    assert folding.fold(typed)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("123-45-6789", "123456789"), ("１２３", "123"), ("٠١٢", "012"), ("①②", "12"), ("no", ""), ("", "")],
)
def test_digits_of_any_script_count(typed: str, found: str) -> None:
    """They become ASCII digits. All other characters are removed."""
    assert folding.digits(typed) == found


@laws
@pytest.mark.parametrize("once", [folding.canonical, folding.fold, folding.digits])
@given(value=st.text(max_size=255))
def test_folding_twice_changes_nothing(once: Callable[[str], str], value: str) -> None:
    """Each function is idempotent."""
    folded = once(value)
    assert once(folded) == folded


@laws
@pytest.mark.parametrize("once", [folding.canonical, folding.fold])
@given(value=st.text(st.characters(), min_size=1, max_size=20).filter(str.strip))
def test_a_non_blank_text_never_becomes_empty(once: Callable[[str], str], value: str) -> None:
    """Texts of random characters are tested."""
    assert once(value).strip()


@laws
@given(value=st.text(max_size=60))
def test_case_does_not_matter(value: str) -> None:
    """A text and its case-folded form fold to the same."""
    assert folding.fold(value.casefold()) == folding.fold(value)
