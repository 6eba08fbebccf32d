"""Changes of profiles, and their order.

The time of a change is an integer of 64 bits, the tick: seconds since 1970, and a counter in the lower half.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from service.model.profile import Profile

COUNTER_BITS = 32
"""The number of bits of a tick's counter."""

MAX_TICK = (1 << 64) - 1


class ChangeType(StrEnum):
    """What happened to a profile that still exists."""

    CREATED = "created"
    UPDATED = "updated"


class ProfileOrder(StrEnum):
    """An order of the list of all profiles, oldest first."""

    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


class ChangePosition(NamedTuple):
    """A position in the list of changes.

    ``tick`` is None for profiles of older releases, which have no tick. They come first, ordered by ID.
    """

    tick: int | None
    profile_id: str


FIRST_CHANGE = ChangePosition(None, "")
"""The position before all changes."""


@dataclass(frozen=True, slots=True)
class ChangedProfile:
    """A profile with the position of its last change."""

    position: ChangePosition
    profile: Profile


@dataclass(frozen=True, slots=True)
class DeletedProfile:
    """A deleted profile: ``position`` has its ID.

    ``merged_into`` is the profile into which it was merged, or None if it was erased.
    """

    position: ChangePosition
    merged_into: str | None = None


def first_tick(time: datetime) -> int:
    """Return the first tick of the second that contains the time, in the range from 0 (1970) to MAX_TICK."""
    return min(max(0, int(time.timestamp())) << COUNTER_BITS, MAX_TICK)


def time_of(tick: int) -> datetime:
    """Return the time of a tick, in whole seconds."""
    return datetime.fromtimestamp(tick >> COUNTER_BITS, UTC)
