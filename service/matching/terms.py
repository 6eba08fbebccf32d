"""What a look-up asks for, and how good an answer it is."""

from dataclasses import dataclass

from service.model.match import Tier


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One thing that a look-up asks for.

    ``key`` is the search key's name, ``value`` the normalised value, which is shown as the reason,
    and ``lookup`` the entry to look for in a profile's lookup array.
    """

    key: str
    value: str
    tier: Tier
    lookup: str
