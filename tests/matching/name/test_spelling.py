"""Spellings of a name that folding does not unify."""

import pytest

from service.matching.name import spelling


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        ("Köhler", "koehler"),
        ("Ko\u0308hler", "koehler"),
        ("ÅGÅRD", "aagaard"),
        ("Đorđević", "djordjević"),
        ("Luís", "Luís"),
        ("Doe", "Doe"),
    ],
)
def test_a_marked_letter_becomes_two_letters(typed: str, spelt: str) -> None:
    """ä, ö, ø, ü, å and đ become two letters. A name without them stays as typed."""
    assert spelling.spell_out_umlauts(typed) == spelt


@pytest.mark.parametrize(
    ("folded", "simple"),
    [
        ("koehler", "kohler"),
        ("mueller jaeger", "muller jager"),
        ("aagaard", "agard"),
        ("michael", "michal"),
        ("schaeuble", "schauble"),
        ("oeystein", "oystein"),
    ],
)
def test_two_letters_that_may_spell_a_marked_letter_become_one(folded: str, simple: str) -> None:
    """They may do so before a consonant. Before a vowel, only äu and øy are spelled with two letters."""
    assert spelling.simplify(folded) == simple


@pytest.mark.parametrize("folded", ["bauer", "xue", "joe", "joe lewis", "jacques"])
def test_other_pairs_of_letters_stay(folded: str) -> None:
    """They are at the end of a word, or after a vowel or a q."""
    assert spelling.simplify(folded) == folded


@pytest.mark.parametrize(("folded", "simple"), [("サトウ", "サトー"), ("斉藤", "斎藤")])
def test_japanese_spellings_are_unified(folded: str, simple: str) -> None:
    """These are the spellings of a long vowel, and variants of a kanji."""
    assert spelling.simplify(folded) == simple


def test_words_are_sorted_and_end_where_the_script_changes() -> None:
    """Kanji and kana need no space between them."""
    assert spelling.sort_words("山田たろう") == spelling.sort_words("たろう", "山田")
    assert spelling.sort_words("john doe") == "doe john"
