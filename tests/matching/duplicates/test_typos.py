"""Two words that differ by typos."""

import pytest

from service.matching.duplicates.typos import of_last_name

_TWO_TYPOS = {
    "replaced letters": ("hernandez", "hermandes"),
    "a swap, then a replaced letter": ("hernandez", "ehrnandes"),
    "a replaced letter, then a swap": ("hernandez", "bernandze"),
    "two swaps": ("hernandez", "ehrnandze"),
    "a letter left out, then another one too many": ("hernandez", "henandeez"),
}


@pytest.mark.parametrize("words", _TWO_TYPOS.values(), ids=_TWO_TYPOS)
def test_a_long_last_name_can_have_two_typos(words: tuple[str, str]) -> None:
    """In either direction, from either end."""
    for one, other in (words, words[::-1]):
        assert of_last_name(one, other)
        assert of_last_name(one[::-1], other[::-1])


@pytest.mark.parametrize(
    "words", [("hernandez", "ehrnadnes"), ("ortega", "rotegs"), ("hernandez", "fernandes-")]
)
def test_three_typos_or_two_in_a_short_name_make_another_name(words: tuple[str, str]) -> None:
    """A name has up to six letters if it is short."""
    assert not of_last_name(*words)
