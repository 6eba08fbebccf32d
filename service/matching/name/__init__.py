"""Names, in any order and in many spellings.

A database index supports equality only. So every spelling and order that shall match is either stored or
asked for, as three kinds of variants:

- ``whole``: the whole name in each order, folded and without spaces;
- ``similar``: the whole name without differences that are easily misheard, and the name shortened;
- ``parts``: each field, and each word of it.
"""

from service.matching.name.index import index_variants, mixed_script_variants
from service.matching.name.query import prefixes, query_variants
from service.matching.name.text import fixed_order_variants, fold, identity

__all__ = [
    "fixed_order_variants",
    "fold",
    "identity",
    "index_variants",
    "mixed_script_variants",
    "prefixes",
    "query_variants",
]
