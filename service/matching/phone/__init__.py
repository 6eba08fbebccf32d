"""Phone numbers: E.164 if possible, otherwise the digits or the text as typed."""

from service.matching.phone.normalising import e164, is_international, raw, stored_form
from service.matching.phone.numbering_plans import is_region
from service.matching.phone.query import prefixes, query_variants
from service.matching.phone.withheld import is_withheld

__all__ = [
    "e164",
    "is_international",
    "is_region",
    "is_withheld",
    "prefixes",
    "query_variants",
    "raw",
    "stored_form",
]
