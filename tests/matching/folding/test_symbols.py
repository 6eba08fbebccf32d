"""Symbols and emoji in names."""

# ruff: noqa: RUF001  (look-alike characters are tested)

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.matching.folding import symbols
from service.matching.profiles import index
from service.matching.ranking import reasons
from service.matching.search_keys import query_terms
from service.model.match import Tier
from service.model.search_key import BUILT_IN
from tests.matching.partial_profiles import profile_with

laws = settings(derandomize=True, deadline=None, database=None, max_examples=100)

_SYMBOLS = st.text(
    st.one_of(
        st.characters(categories=["So", "Sc"]).filter(
            lambda char: not any(map(str.isalnum, unicodedata.normalize("NFKC", char)))
        ),
        st.sampled_from("~^+=|<>\ufe0f\u200d\U0001f3fd™®©❤🇧🇷"),
    ),
    min_size=1,
    max_size=6,
)


def best(stored: dict[str, str], asked: str) -> Tier | None:
    """Return the best tier on which the name finds a profile."""
    found = reasons(
        index(profile_with(**stored), {}, "JP").lookup, query_terms(BUILT_IN["name"], asked, "JP")
    )
    return found[0].tier if found else None


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("♥ Ana ♥ Silva", "ana silva"),
        ("🌸Mia🌸 Holt", "mia holt"),
        ("~ Max Power", "max power"),
        ("Max~Power", "max power"),
        ("👨\u200d👩\u200d👧 Lea Holt 👍🏽", "lea holt"),
        ("🇧🇷 João Souza", "joao souza"),
        ("1\ufe0f\u20e3 Ivy Holt", "ivy holt"),
        ("★☆ Dr. Eva Holt ☆★", "Eva Holt"),
        ("Holt™ Bikes®", "holt bikes"),
        ("山田 ♪ 太郎", "山田太郎"),
        ("+ Jan Holt =", "Holt, Jan"),
    ],
)
def test_symbols_do_not_count(stored: str, asked: str) -> None:
    """The symbols may be stored or typed. The match is that of a whole name."""
    assert best({"first_name": stored}, asked) is Tier.FULL_NAME
    assert best({"first_name": asked.replace("Holt, Jan", "Jan Holt")}, stored) is Tier.FULL_NAME
    assert (
        best({"business_name": stored.replace("Dr. ", "")}, asked.replace("Holt, Jan", "Jan Holt"))
        is Tier.FULL_NAME
    )


def test_a_field_of_symbols_is_empty() -> None:
    """The name consists of the other fields."""
    assert best({"first_name": "♥", "last_name": "Silva"}, "silva") is Tier.FULL_NAME


def test_a_name_of_symbols_alone_is_found_by_these_symbols() -> None:
    """Symbols are removed only if other characters remain."""
    assert best({"first_name": "♥♥"}, "♥♥") is Tier.FULL_NAME
    assert best({"first_name": "♥♥"}, "♣") is None
    assert best({"first_name": "Ana"}, "♥♥") is None


@pytest.mark.parametrize("name", ["O`Neil", "O´Neil", "う゛ぁん", "㈱山田", "Ⓐna", "サト−", "Anne‐Marie"])
def test_signs_that_spell_a_name_are_kept(name: str) -> None:
    """Examples are apostrophes, voicing marks, abbreviations, letters in circles and dashes."""
    assert symbols.remove(name) == name


@laws
@given(before=_SYMBOLS, between=_SYMBOLS, behind=_SYMBOLS)
def test_any_symbols_may_be_around_and_between_the_words(before: str, between: str, behind: str) -> None:
    """The whole name matches, whether the symbols are stored or typed."""
    decorated = f"{before}Ana{between}Silva{behind}"
    assert best({"first_name": "Ana", "last_name": "Silva"}, decorated) is Tier.FULL_NAME
    assert best({"first_name": decorated}, "ana silva") is Tier.FULL_NAME
