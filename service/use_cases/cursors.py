"""Pages of lists, and their cursors, which are opaque to clients.

A cursor holds the position of the last item of a page instead of an offset, so pages neither repeat nor skip
items while data is added. For each list, a function ``of_…`` makes a cursor, and a function ``to_…`` returns
the position in a cursor. For the first page the cursor is None, and the position is None or the start.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from service.matching.ranking import Place
from service.model.changes import FIRST_CHANGE, MAX_TICK, ChangePosition, ProfileOrder
from service.model.identifiers import CONTACT_ID, PROFILE_ID
from service.model.match import Tier
from service.model.merge import MergePosition
from service.model.object_types import OBJECT_TYPE_NAME
from service.use_cases.cursor_encoding import decode, encode, invalid_cursor

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_9999 = 253_402_300_799_999
_CHANGES = "changes"
_MERGES = "merges"
_OBJECT_TYPES = "object_types"

T = TypeVar("T")

DuplicatePlace = tuple[int, int, str]
"""Sort key of a duplicate: the rank of the tier, the negative number of reasons, and the profile ID."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """The items of a page. ``next_cursor`` is the cursor of the next page, or None on the last page."""

    items: Sequence[T]
    next_cursor: str | None = None


def page(
    items: Sequence[T], limit: int, cursor_of: Callable[[T], str], scan_cursor: str | None = None
) -> Page[T]:
    """Return a page of at most ``limit`` items.

    ``items`` has ``limit`` + 1 items if there are so many. ``cursor_of`` returns the cursor after an item.
    ``scan_cursor`` is the cursor of the next page if the scan stopped early, or else None.
    """
    if len(items) <= limit:
        return Page(items, scan_cursor)
    return Page(items[:limit], cursor_of(items[limit - 1]))


def of_search(stage: int, profile_id: str) -> str:
    """Return the cursor of a search page from its last profile and the stage that found the profile."""
    return encode([profile_id, stage])


def to_search(cursor: str | None) -> tuple[int, str | None]:
    """Return the stage and the ID of the last profile; raises ``InvalidRequest``."""
    if cursor is None:
        return 0, None
    match decode(cursor):
        case [str(profile_id), int(stage)] if 0 <= stage <= len(Tier) and PROFILE_ID.fullmatch(profile_id):
            return stage, profile_id
    raise invalid_cursor()


def of_profile(profile_id: str) -> str:
    """Return the cursor of a page of profiles, ordered by ID, from its last profile."""
    return encode([profile_id])


def to_profile(cursor: str | None) -> str | None:
    """Return the ID of the last profile; raises ``InvalidRequest``."""
    if cursor is None:
        return None
    match decode(cursor):
        # The IDs of events and of objects have the same pattern.
        case [str(profile_id)] if PROFILE_ID.fullmatch(profile_id):
            return profile_id
    raise invalid_cursor()


of_event = of_profile
to_event = to_profile

of_object = of_profile
to_object = to_profile


def of_object_type(name: str) -> str:
    """Return the cursor of a page of object types from its last one."""
    return encode([_OBJECT_TYPES, name])


def to_object_type(cursor: str | None) -> str | None:
    """Return the name of the last object type; raises ``InvalidRequest``."""
    if cursor is None:
        return None
    match decode(cursor):
        case [str(order), str(name)] if order == _OBJECT_TYPES and OBJECT_TYPE_NAME.fullmatch(name):
            return name
    raise invalid_cursor()


def of_match(place: Place) -> str:
    """Return the cursor of a page of candidates from the place of its last candidate."""
    return encode(place)


def to_match(cursor: str | None) -> Place | None:
    """Return the place of the last candidate; raises ``InvalidRequest``."""
    if cursor is None:
        return None
    match decode(cursor):
        case [int(rank), int(own), int(keys), int(associated), int(changed), str(profile_id)] if (
            PROFILE_ID.fullmatch(profile_id)
        ):
            return rank, own, keys, associated, changed, profile_id
    raise invalid_cursor()


def of_duplicate(place: DuplicatePlace) -> str:
    """Return the cursor of a page of duplicates from the place of its last one."""
    return encode(place)


def to_duplicate(cursor: str | None) -> DuplicatePlace | None:
    """Return the place of the last duplicate; raises ``InvalidRequest``."""
    if cursor is None:
        return None
    match decode(cursor):
        case [int(tier), int(reasons), str(profile_id)] if PROFILE_ID.fullmatch(profile_id):
            return tier, reasons, profile_id
    raise invalid_cursor()


def of_contact(created_at: datetime, contact_id: str) -> str:
    """Return the cursor of a page of contacts from its last contact."""
    return encode([_to_milliseconds(created_at), contact_id])


def to_contact(cursor: str | None) -> tuple[datetime, str] | None:
    """Return the creation time and the ID of the last contact; raises ``InvalidRequest``."""
    if cursor is None:
        return None
    match decode(cursor):
        case [int(ms), str(contact_id)] if 0 <= ms <= _YEAR_9999 and CONTACT_ID.fullmatch(contact_id):
            return _EPOCH + timedelta(milliseconds=ms), contact_id
    raise invalid_cursor()


def of_merge(merged_at: datetime, merge_id: str) -> str:
    """Return the cursor of a page of merges from its last merge."""
    return encode([_MERGES, _to_milliseconds(merged_at), merge_id])


def to_merge(cursor: str | None) -> MergePosition | None:
    """Return the position of the last merge; raises ``InvalidRequest``."""
    if cursor is None:
        return None
    match decode(cursor):
        # The IDs of merges have the same pattern as those of profiles.
        case [str(name), int(ms), str(merge_id)] if (
            name == _MERGES and 0 <= ms <= _YEAR_9999 and PROFILE_ID.fullmatch(merge_id)
        ):
            return MergePosition(_EPOCH + timedelta(milliseconds=ms), merge_id)
    raise invalid_cursor()


def of_change(position: ChangePosition) -> str:
    """Return the cursor of a page of changes from the position at which the page ended."""
    return encode([_CHANGES, *position])


def to_change(cursor: str) -> ChangePosition:
    """Return the position at which the page of changes ended; raises ``InvalidRequest``."""
    return _to_change_position(_CHANGES, cursor)


def of_creation(created_at: datetime, profile_id: str) -> str:
    """Return the cursor of a page of profiles in order of creation from its last profile."""
    return encode([ProfileOrder.CREATED_AT, _to_milliseconds(created_at), profile_id])


def to_creation(cursor: str | None) -> tuple[datetime, str] | None:
    """Return the creation time and the ID of the last profile; raises ``InvalidRequest``."""
    if cursor is None:
        return None
    match decode(cursor):
        case [ProfileOrder.CREATED_AT, int(ms), str(profile_id)] if (
            0 <= ms <= _YEAR_9999 and PROFILE_ID.fullmatch(profile_id)
        ):
            return _EPOCH + timedelta(milliseconds=ms), profile_id
    raise invalid_cursor()


def of_update(position: ChangePosition) -> str:
    """Return the cursor of a page of profiles in order of their last change from its last profile."""
    return encode([ProfileOrder.UPDATED_AT, *position])


def to_update(cursor: str | None) -> ChangePosition:
    """Return the position of the last profile; raises ``InvalidRequest``."""
    return FIRST_CHANGE if cursor is None else _to_change_position(ProfileOrder.UPDATED_AT, cursor)


def _to_change_position(order: str, cursor: str) -> ChangePosition:
    match decode(cursor):
        # The cursor of an empty page can have a position before all profiles, without an ID.
        case [str(name), int() | None as tick, str(profile_id)] if (
            name == order
            and (tick is None or 0 <= tick <= MAX_TICK)
            and (not profile_id or PROFILE_ID.fullmatch(profile_id))
        ):
            return ChangePosition(tick, profile_id)
    raise invalid_cursor()


def _to_milliseconds(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(milliseconds=1)
