"""Ways to write one name that are no case of folding."""

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
def test_an_umlaut_is_spelt_out(typed: str, spelt: str) -> None:
    """As a passport has it; a name without one is left as it was typed."""
    assert spelling.spell_out_umlauts(typed) == spelt


@pytest.mark.parametrize(
    ("folded", "loose"),
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
def test_what_may_be_an_umlaut_is_loosened(folded: str, loose: str) -> None:
    """Two letters may be one with a mark before a consonant only, and not after another vowel."""
    assert spelling.simplify(folded) == loose


def test_words_have_one_order_and_end_where_the_script_changes() -> None:
    """Kanji and kana need no blank between them."""
    assert spelling.sort_words("山田たろう") == spelling.sort_words("たろう", "山田")
    assert spelling.sort_words("john doe") == "doe john"
