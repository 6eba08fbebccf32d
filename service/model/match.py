"""The vocabulary of a match: how strong a reason is, and what the match found."""

from enum import StrEnum


class Tier(StrEnum):
    """The strength of a reason, best first: the order of the members is the rank."""

    UNIQUE = "unique"
    EXACT = "exact"
    VARIANT = "variant"
    FULL_NAME = "full_name"
    RAW = "raw"
    PARTIAL_NAME = "partial_name"
    PREFIX = "prefix"

    @property
    def rank(self) -> int:
        """Return the position in the order; 0 is the best."""
        return _RANKS[self]


_RANKS = {tier: rank for rank, tier in enumerate(Tier)}


class Outcome(StrEnum):
    """The result of a match."""

    UNIQUE = "unique"
    AMBIGUOUS = "ambiguous"
    NONE = "none"
    WITHHELD = "withheld"


class MatchMode(StrEnum):
    """How the match keys of a channel work together.

    ``first``: the first key that finds a profile decides. ``all``: all keys count together.
    """

    FIRST = "first"
    ALL = "all"
