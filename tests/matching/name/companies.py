"""Profiles of companies, and how they match a name."""

from service.matching.profiles import index
from service.matching.search_keys import query_terms
from service.model.match import Tier
from service.model.profile import Profile
from service.model.search_key import BUILT_IN
from tests.matching.partial_profiles import profile_with


def company(business_name: str) -> Profile:
    """Return the profile of a company."""
    return profile_with(business_name=business_name)


def best(profile: Profile, asked: str) -> Tier | None:
    """Return the best tier on which a profile matches the queried name, or None if there is no match."""
    stored = index(profile, {}, "JP").lookup
    tiers = (term.tier for term in query_terms(BUILT_IN["name"], asked, "JP") if term.lookup in stored)
    return min(tiers, key=lambda tier: tier.rank, default=None)
