"""The key type `identifier`: IDs of other systems, compared exactly as typed."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.matching.search_keys import identifying_terms, index_terms, query_terms, term_prefixes
from service.model.characters import remove_invisible
from service.model.match import Tier
from service.model.search_key import KeyType, SearchKey

laws = settings(derandomize=True, deadline=None, database=None, max_examples=100)

KEY = SearchKey(name="k", label="K", type=KeyType.IDENTIFIER)
UNIQUE = SearchKey(name="k", label="K", type=KeyType.IDENTIFIER, unique=True)

# Few characters, so that equal and nearly equal values are drawn: case, width, accents composed and not,
# blanks of several kinds, punctuation, and characters that NFKC would fold.
_ALPHABET = "aAbB1 -./\u00e9e\u0301\u3000\u2000\u2002\uff11\ufb01\u212b\u00c5\ufeff"
_SHORT = st.text(st.sampled_from(_ALPHABET), max_size=6)
# Longer than an index term, which has 900 bytes; only the end differs.
_LONG = st.builds(lambda end: "\U0001f600" * 240 + end, st.text(st.sampled_from(_ALPHABET), max_size=15))
_VALUES = st.one_of(_SHORT, _LONG, st.text(max_size=255))


def stored(value: str) -> str:
    """Return the expected stored form of a value."""
    return unicodedata.normalize("NFC", remove_invisible(value)).strip()


@laws
@given(first=_VALUES, second=_VALUES)
@example(first="A1-23", second="A12-3")
@example(first="1.5", second="15")
@example(first="003D000001abcDE", second="003d000001ABCde")
@example(first="Caf\u00e9 ", second="Cafe\u0301")
@example(first="x" * 900 + "y", second="x" * 900 + "z")
@example(first="x" * 901, second="x" * 901 + "#" + "0" * 32)
def test_only_equal_values_have_the_same_unique_term(first: str, second: str) -> None:
    """Values are equal if their stored forms are. Values longer than an index term are tested too."""
    equal = stored(first) == stored(second)
    same_term = identifying_terms(UNIQUE, first, "US") == identifying_terms(UNIQUE, second, "US")
    assert same_term is equal
    found = {term.lookup for term in query_terms(UNIQUE, second, "US")} & set(
        index_terms(UNIQUE, first, "US")
    )
    assert bool(found) is (equal and stored(first) != "")


def test_a_match_has_the_tiers_of_other_keys() -> None:
    """The tier is `exact`, or `unique` for a unique search key. The match shows the stored form."""
    assert [(t.tier, t.value, t.lookup) for t in query_terms(KEY, " C-1 ", "US")] == [
        (Tier.EXACT, "C-1", "k:C-1")
    ]
    assert [t.tier for t in query_terms(UNIQUE, "C-1", "US")] == [Tier.UNIQUE]
    assert index_terms(UNIQUE, "C-1", "US") == identifying_terms(UNIQUE, "C-1", "US") == ("k:C-1",)


@pytest.mark.parametrize(
    ("typed", "beginning"),
    [("003D", "k:003D"), (" A- ", "k:A-"), ("Cafe\u0301", "k:Caf\u00e9"), ("東", "k:東")],
)
def test_a_prefix_stays_as_typed(typed: str, beginning: str) -> None:
    """Case and punctuation matter."""
    assert term_prefixes(KEY, typed, "US") == (beginning,)


def test_a_prefix_needs_two_characters() -> None:
    """A prefix of one character would match too many profiles."""
    with pytest.raises(ValueError, match="two characters"):
        term_prefixes(KEY, "A ", "US")
