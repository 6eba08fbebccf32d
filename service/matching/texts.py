"""Normalise texts and digits, such as customer numbers. Symbols count, but punctuation does not.

A change of a profile normalises the same value several times, so the last results are cached.
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
    """Return the digits of a value, or nothing if a spreadsheet lost some of them."""
    return folding.digits(repair(value) or "")


@lru_cache(maxsize=1024)
def variants(text: str) -> tuple[str, ...]:
    """Return the variants of a text, for comparing and for prefixes.

    The first variant, with umlauts as two letters, identifies the text: it may be typed without umlauts.
    """
    return distinct(join(fold_text(each)) for each in distinct((spell_out_umlauts(text), text)))
