"""Warnings of a creation: other profiles that may be of the same person."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MAX_POSSIBLE_DUPLICATES = 10
"""Maximum number of profiles in the warning of a creation."""


class OnDuplicate(StrEnum):
    """What a creation does if another profile may be of the same person."""

    WARN = "warn"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """A profile that shares values with a new profile. ``matched_on`` are the names of the search keys."""

    profile_id: str
    matched_on: Sequence[str]
