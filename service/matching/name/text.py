"""Folding of names, for storing and for asking alike."""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from service.matching import folding
from service.matching.name import spelling

# Japan abbreviates two company forms; NFKC turns ㈱ into (株).
_COMPANY_FORMS = (("(株)", "株式会社"), ("(有)", "有限会社"))


def fold(value: str) -> str:
    """Return the folded name: apostrophes removed, other punctuation replaced by spaces.

    A name that is only punctuation keeps it, so that a non-blank name never becomes empty.
    """
    folded = folding.fold(value)
    if folded.replace(" ", "").isalnum():
        return folded
    for abbreviation, full in _COMPANY_FORMS:
        folded = folded.replace(abbreviation, full)
    # Fold again: without punctuation, a mark may be next to another letter.
    return folding.fold(punctuation_to_space(folded.replace("'", ""))) or folded


def join(*folded: str) -> str:
    """Return folded names as one word, so that spaces do not matter: 山田 太郎, Anne-Marie, O Neil."""
    return "".join(folded).replace(" ", "")


def joined_spellings(values: Iterable[str]) -> tuple[str, ...]:
    """Return each name as one word, in each spelling of its umlauts."""
    return distinct(join(*fields) for value in values for fields in umlaut_spellings([value], [fold(value)]))


def umlaut_spellings(fields: list[str], folded: list[str]) -> Iterator[list[str]]:
    """Yield the folded fields without umlauts, and if they have any, with umlauts as two letters."""
    yield folded
    spelled_out = [spelling.spell_out_umlauts(field) for field in fields]
    if spelled_out != fields:
        yield [fold(field) for field in spelled_out]


def punctuation_to_space(value: str) -> str:
    """Return the text with spaces for white space and punctuation."""
    return "".join(" " if _separates_words(char) else char for char in value)


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Return the values without duplicates and without empty ones, in their order."""
    return tuple(dict.fromkeys(filter(None, values)))


@lru_cache(maxsize=4096)
def _separates_words(char: str) -> bool:
    return char.isspace() or unicodedata.category(char).startswith("P")
