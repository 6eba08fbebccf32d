"""Merges of profiles, and the IDs of merged profiles, which live on as aliases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ATTRIBUTE, KEY = "attributes.", "keys."
"""The prefixes of the names of attributes and search keys in a choice."""

Choice = Mapping[str, str]
"""The ID of the profile that a field is taken from, by the name of the field."""


@dataclass(frozen=True, slots=True)
class FieldSources:
    """The choice of a merge. With ``is_amazon``, it has the names of Amazon's members instead of fields."""

    choice: Choice
    is_amazon: bool = False


class RestoreProblem(StrEnum):
    """Why the undo of a merge has not restored a value."""

    TAKEN = "taken"
    """The search key is unique, and another profile has the value now."""
    UNDEFINED = "undefined"
    """The search key is not defined any more."""
    NOT_SENSITIVE = "not_sensitive"
    """The search key was sensitive. Now its values would be readable."""
    INVALID = "invalid"
    """The search key was defined again, and the value is not valid for the new definition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRestored:
    """A search key whose values were not all restored to a profile.

    ``owner_id`` is the profile that has a taken value now. It is None for other reasons, and for a sensitive
    search key: the caller may have guessed the value.
    """

    profile_id: str
    key: str
    reason: RestoreProblem
    owner_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The record of a merge: the profiles ``profile_ids`` were merged into the profile ``profile_id``."""

    merge_id: str
    profile_id: str
    profile_ids: Sequence[str]
    merged_at: datetime
    agent_id: str | None
    undone_at: datetime | None = None
    not_restored: Sequence[NotRestored] = ()
    """What the undo could not restore."""


@dataclass(frozen=True, slots=True)
class Alias:
    """The ID of a merged profile.

    ``path`` has the profile into which it was merged, the profile into which that one was merged, and so on.
    ``merge_ids`` are these merges, in the same order.
    """

    profile_id: str
    path: Sequence[str]
    merge_ids: Sequence[str]
    fingerprint: str | None = None
    """The fingerprint of the request with an Idempotency-Key that created the profile."""

    @property
    def target(self) -> str:
        """The ID of the profile into which the merged profile was merged last."""
        return self.path[-1]


@dataclass(frozen=True, slots=True)
class MergePosition:
    """The position of a merge in a list of merges, newest first."""

    merged_at: datetime
    merge_id: str
