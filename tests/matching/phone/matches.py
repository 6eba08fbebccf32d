"""The tiers on which stored and asked values match."""

from service.matching.search_keys import index_terms, query_terms
from service.model.match import Tier
from service.model.search_key import BUILT_IN, SearchKey

PHONE = BUILT_IN["phone"]


def best_tier(stored: str, asked: str, region: str, key: SearchKey = PHONE) -> Tier | None:
    """Return the best tier on which a stored value matches, if it does."""
    index = index_terms(key, stored, region)
    return next((term.tier for term in query_terms(key, asked, region) if term.lookup in index), None)
