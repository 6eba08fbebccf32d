"""Arabic and Hebrew script: letters that people exchange, and marks that they omit."""

# ruff: noqa: RUF001  (the scripts themselves are tested)

import pytest

from service.matching import folding


@pytest.mark.parametrize(
    "forms",
    [
        ("الأحمد", "الاحمد"),
        ("محمد", "مُحَمَّد", "محمـــد", "ﻣﺤﻤﺪ"),
        ("أحمد", "احمد", "ٱحمد"),
        ("إبراهيم", "ابراهيم"),
        ("آمنة", "امنة", "امنه", "آمنه"),
        ("علي", "على", "علی", "ﻋﻠﻲ"),
        ("كريمي", "کریمی"),
        ("فاطمة", "فاطمه", "فاطمہ"),
        ("مؤمن", "مومن"),
        ("فائز", "فايز"),
        ("رحمن", "رحمٰن"),
        ("زۀرا", "زەرا", "زهرا"),
        ("مهدي\u200cزاده", "مهدیزاده"),
    ],
)
def test_spellings_of_an_arabic_or_persian_name_fold_to_the_same(forms: tuple[str, ...]) -> None:
    """The normalisers of Lucene for Arabic and Persian unify the same letters."""
    assert len({folding.fold(form) for form in forms}) == 1


@pytest.mark.parametrize(
    "pair", [("سعيد", "سعد"), ("پری", "بری"), ("حسن", "حسين"), ("عمر", "عمرو"), ("چ", "ج")]
)
def test_other_arabic_letters_stay_distinct(pair: tuple[str, str]) -> None:
    """Names with them are different names."""
    assert folding.fold(pair[0]) != folding.fold(pair[1])


@pytest.mark.parametrize(
    "forms", [("יוסף", "יוֹסֵף"), ("שלום", "שָׁלוֹם", "\ufb2aלום"), ("ג'ורג'", "ג׳ורג׳"), ("בן-דוד", "בן־דוד")]
)
def test_points_of_hebrew_do_not_count(forms: tuple[str, ...]) -> None:
    """Letters with points in one character lose them too. Geresh equals an apostrophe, maqaf a hyphen."""
    assert len({folding.fold(form) for form in forms}) == 1


@pytest.mark.parametrize("typed", ["\u0640", "\u064e", "\u05b8"])
def test_a_text_of_marks_never_becomes_empty(typed: str) -> None:
    """Examples are a tatweel, and a vowel sign without a letter."""
    assert folding.fold(typed)
