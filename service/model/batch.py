"""Batches: many operations on profiles in one request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.model.possible_duplicates import PossibleDuplicate
from service.model.profile import ProfilePatch

BATCH_PATH = "/v1/profiles/batch"
"""The path of the operation. Batches have their own limits."""
MAX_BATCH_ITEMS = 1000
MAX_BATCH_BYTES = 8 * 1024 * 1024
MAX_ITEM_ERRORS = 10
"""Maximum number of invalid fields in an item's problem, so that a batch's results fit into a document."""


class BatchOperation(StrEnum):
    """What an item does with a profile."""

    CREATE = "create"
    UPSERT = "upsert"
    UPDATE = "update"
    DELETE = "delete"

    @property
    def adds_match_value(self) -> bool:
        """True if the profile gets the value of ``match_on``."""
        return self is BatchOperation.UPSERT


class ListMode(StrEnum):
    """What an update does with the lists of a profile and the values of its custom search keys."""

    MERGE = "merge"
    REPLACE = "replace"


class OnMerged(StrEnum):
    """What an item does if the profile with its ID was merged into another one."""

    FOLLOW = "follow"
    REJECT = "reject"


class BatchOutcome(StrEnum):
    """What an item did."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """One operation of a batch. ``match_on`` is the name of a search key, and a value."""

    operation: BatchOperation
    profile_id: str | None = None
    match_on: tuple[str, str] | None = None
    if_match: int | None = None
    lists: ListMode = ListMode.MERGE
    profile: ProfilePatch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """The result of an item.

    ``problem`` is the problem document of an item that failed. ``kept`` are the lists in which the mode
    ``merge`` kept values that the item does not have. ``possible_duplicates`` are those of a new profile.
    """

    profile_id: str | None = None
    version: int | None = None
    outcome: BatchOutcome | None = None
    problem: Mapping[str, object] | None = None
    kept: Sequence[str] = ()
    possible_duplicates: Sequence[PossibleDuplicate] = ()
