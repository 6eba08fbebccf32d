"""What a look-up asks for, and how good an answer it is."""

from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """How much a match proves, best first: the order of the members is the rank."""

    UNIQUE = "unique"
    EXACT = "exact"
    VARIANT = "variant"
    FULL_NAME = "full_name"
    RAW = "raw"
    PARTIAL_NAME = "partial_name"
    PREFIX = "prefix"

    @property
    def rank(self) -> int:
        """Return the place in the order, 0 for the best."""
        return _RANKS[self]


_RANKS = {tier: rank for rank, tier in enumerate(Tier)}


@dataclass(frozen=True, slots=True)
class Token:
    """One thing that a look-up asks for.

    ``key`` is the search key's name, ``value`` the normalised value, which is shown as the reason,
    and ``lookup`` the entry to look for in a profile's lookup array.
    """

    key: str
    value: str
    tier: Tier
    lookup: str
