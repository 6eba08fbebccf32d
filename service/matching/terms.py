"""Query terms: what a match or a search asks for."""

from dataclasses import dataclass

from service.model.match import Tier


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One index term to look for, and the reason to show if a profile has it.

    ``key`` is the name of the search key, ``value`` the normalised value, ``tier`` the strength of the
    reason, and ``lookup`` the index term.
    """

    key: str
    value: str
    tier: Tier
    lookup: str
