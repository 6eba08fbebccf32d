"""Normalise values of the types text and digits, such as customer numbers.

In a text, symbols count, but punctuation does not. A change of a profile normalises the same value several
times, so the last results are cached.
"""

from functools import lru_cache

from service.matching import folding
from service.matching.folding import spreadsheets
from service.matching.name.spelling import distinct, fold_text, join, spell_out_umlauts


@lru_cache(maxsize=1024)
def repair(value: str) -> str | None:
    """Return the value as it was before a spreadsheet changed it, or None if digits are lost."""
    canonical = folding.canonical(value)
    repaired = spreadsheets.repair(canonical)
    return value if repaired == canonical else repaired


def digits(value: str) -> str:
    """Return the digits of a value, or an empty string if a spreadsheet lost some of them."""
    return folding.digits(repair(value) or "")


@lru_cache(maxsize=1024)
def variants(text: str) -> tuple[str, ...]:
    """Return the variants of a text: folded, with umlauts as two letters, and then without umlauts.

    The first variant identifies the text. A text without umlauts has only one variant.
    """
    return distinct(join(fold_text(each)) for each in distinct((spell_out_umlauts(text), text)))
