"""The variants that a typed name asks for."""

import unicodedata
from dataclasses import dataclass

from service.matching import folding
from service.matching.name import honorifics, spelling
from service.matching.name.text import MIN_WORDS_TO_SHORTEN, distinct, fold, join, joined_spellings


@dataclass(frozen=True, slots=True)
class QueryVariants:
    """The variants to ask for, and the name as it is shown in reasons.

    ``whole`` and ``nearly_whole`` are compared with the stored ``whole`` variants.
    """

    shown: str
    whole: tuple[str, ...]
    nearly_whole: tuple[str, ...]
    similar: tuple[str, ...]
    parts: tuple[str, ...]


def query_variants(value: str) -> QueryVariants:
    """Return the variants that a typed name asks for, with and without honorifics."""
    stripped, fully_stripped = honorifics.strip(value), honorifics.strip_for_query(value)
    shown = fold(stripped)
    without_initials = _without_initials(shown)
    whole = joined_spellings(distinct((value, stripped, _without_comma(stripped))))
    simplified = distinct(
        spelling.simplify(fold(name)) for name in (stripped, fully_stripped, value, without_initials)
    )
    words = shown.split()
    shortened = [words[0] + words[-1], words[0] + words[1]] if len(words) >= MIN_WORDS_TO_SHORTEN else []
    nearly_whole = distinct(
        (*joined_spellings([fully_stripped, without_initials]), join(simplified[0]), *shortened)
    )
    similar = (variant for name in simplified for variant in (join(name), spelling.sort_words(name)))
    return QueryVariants(
        shown=shown,
        whole=whole,
        nearly_whole=tuple(variant for variant in nearly_whole if variant not in whole),
        similar=distinct((*similar, join(shown))),
        parts=distinct(map(join, simplified)),
    )


def prefixes(value: str) -> tuple[str, ...]:
    """Return what whole names begin with if their beginning was typed; one variant if it is too short."""
    variants = joined_spellings(distinct((value, honorifics.strip(value))))
    return tuple(filter(folding.is_searchable_prefix, variants)) or variants[:1]


def _without_comma(value: str) -> str:
    """Return ``Beethoven, Ludwig van`` in spoken order; nothing for a name without exactly one comma."""
    last, _, first = folding.canonical(value).partition(",")
    return f"{first} {last}" if first.strip() and last.strip() and "," not in first else ""


def _without_initials(folded: str) -> str:
    """Return a name without single letters between its words, except in scripts without capitals."""
    first, *middle, last = folded.split() if " " in folded else (folded, "")
    middle = [word for word in middle if len(word) > 1 or unicodedata.category(word) != "Ll"]
    return " ".join((first, *middle, last)).strip()
