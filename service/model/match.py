"""Types for matching contacts with profiles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NotRequired, TypedDict

from service.model.contact import Channel
from service.model.search_key import SearchKey


class Tier(StrEnum):
    """The strength of a reason for a match. The strongest member is first."""

    UNIQUE = "unique"
    EXACT = "exact"
    VARIANT = "variant"
    FULL_NAME = "full_name"
    RAW = "raw"
    PARTIAL_NAME = "partial_name"
    PREFIX = "prefix"

    @property
    def rank(self) -> int:
        """Return the position in this enum; 0 is the strongest."""
        return _RANKS[self]


_RANKS = {tier: rank for rank, tier in enumerate(Tier)}


class Outcome(StrEnum):
    """The result of a match."""

    UNIQUE = "unique"
    AMBIGUOUS = "ambiguous"
    NONE = "none"
    WITHHELD = "withheld"


class SearchMode(StrEnum):
    """Whether a search is for whole values or for the beginning of one."""

    EXACT = "exact"
    PREFIX = "prefix"


class Operator(StrEnum):
    """Whether a profile must meet one criterion of a search or all of them."""

    OR = "or"
    AND = "and"


class MatchMode(StrEnum):
    """How the match keys of a channel are combined.

    ``first`` uses only the first match key that finds a profile. ``all`` combines the results of all keys.
    """

    FIRST = "first"
    ALL = "all"


class Criterion(TypedDict):
    """A search key and its accepted values. A profile must have one of the values.

    ``default`` is the search key to use if the domain has not defined one of this name.
    """

    key: str
    values: Sequence[str]
    default: NotRequired[SearchKey]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingContact:
    """The data of a contact to match with profiles."""

    channel: Channel
    phone_number: str | None = field(default=None, repr=False)
    email_address: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    attributes: Mapping[str, str] | None = field(default=None, repr=False)
    criteria: Sequence[Criterion] = field(default=(), repr=False)
