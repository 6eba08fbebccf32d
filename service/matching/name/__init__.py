"""Match names in any order and in many spellings.

A database index supports only equality. So each spelling and order that should match is a variant, which is
either stored or queried. The steps, in this order:

====================  =====================================================  ========================
Step                  What it does                                           Example
====================  =====================================================  ========================
``honorifics``        removes titles and suffixes                            Dr. Ana Silva
``spelling``          folds, spells umlauts out, and simplifies              Köhler, koehler, kohler
``orders``            puts the parts of whole names in each order            Silva, Ana
``words``             splits the name, and decides which words are           Ana da Silva
                      particles
``combinations``      combines words, so that others can be omitted          Ana Maria Silva
``initials``          abbreviates names                                      A. Silva
====================  =====================================================  ========================
"""

from service.matching import folding
from service.matching.name import honorifics, spelling
from service.matching.name.queried import query_variants
from service.matching.name.spelling import distinct, fold, join, joined_spellings
from service.matching.name.stored import index_variants
from service.matching.name.variants import NameVariants

__all__ = (
    "NameVariants",
    "fixed_order_variants",
    "identity",
    "index_variants",
    "mixed_script_variants",
    "prefixes",
    "query_variants",
)


def mixed_script_variants(*pairs: tuple[str, str]) -> tuple[str, ...]:
    """Return the variants of names whose halves are in different scripts: 山田 タロウ.

    Each pair has the two halves of a name. A pair with a blank half is ignored.
    """
    return distinct(
        spelling.sort_words(*(spelling.simplify(fold(half)) for half in pair))
        for pair in pairs
        if all(map(str.strip, pair))
    )


def prefixes(value: str) -> tuple[str, ...]:
    """Return the possible beginnings of whole names for a typed beginning.

    If all of them are too short to search for, return the first.
    """
    variants = joined_spellings(distinct((value, honorifics.strip(value))))
    return tuple(filter(folding.is_searchable_prefix, variants)) or variants[:1]


def identity(value: str) -> str:
    """Return the only variant of a name that is stored under a unique search key."""
    return join(fold(honorifics.strip(value)))


def fixed_order_variants(value: str) -> tuple[str, ...]:
    """Return the variants of a name whose words have one order, such as that of a company."""
    return joined_spellings([value]) if value.strip() else ()
