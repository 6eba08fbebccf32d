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
def test_an_umlaut_becomes_two_letters(typed: str, spelt: str) -> None:
    """As in a passport; a name without umlauts stays as typed."""
    assert spelling.spell_out_umlauts(typed) == spelt


@pytest.mark.parametrize(
    ("folded", "simple"),
    [
        ("koehler", "kohler"),
        ("mueller jaeger", "muller jager"),
        ("aagaard", "agard"),
        ("michael", "michal"),
        ("bauer", "bauer"),
        ("xue", "xue"),
        ("joe", "joe"),
        ("joe lewis", "joe lewis"),
        ("jacques", "jacques"),
        ("サトウ", "サトー"),
        ("斉藤", "斎藤"),
    ],
)
def test_similar_spellings_are_unified(folded: str, simple: str) -> None:
    """Two letters may be an umlaut only before a consonant, and not after another vowel."""
    assert spelling.simplify(folded) == simple


def test_words_are_sorted_and_end_where_the_script_changes() -> None:
    """Kanji and kana need no space between them."""
    assert spelling.sort_words("山田たろう") == spelling.sort_words("たろう", "山田")
    assert spelling.sort_words("john doe") == "doe john"
