"""List what was created, updated or deleted, in order, for programs that copy profiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.model.changes import (
    FIRST_CHANGE,
    ChangedProfile,
    ChangePosition,
    ChangeType,
    DeletedProfile,
    first_tick,
    time_of,
)
from service.model.profile import Profile
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.audit import Audited
from service.use_cases.listing import view_of


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """A profile that was created or updated, as it is now."""

    profile_id: str
    change: ChangeType
    changed_at: datetime
    profile: Profile


@dataclass(frozen=True, slots=True)
class ProfileDeletion:
    """The ID of a profile that was deleted or merged into another one, and when."""

    profile_id: str
    deleted_at: datetime


@dataclass(frozen=True, slots=True)
class ProfileMerge(ProfileDeletion):
    """The ID of a profile that was merged, and the ID of the profile into which it was merged."""

    merged_into: str


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A page of changes. Unlike other pages, the last one has a cursor too: it continues with later changes.

    This page and the pages before it together have all changes before ``as_of``.
    """

    items: Sequence[ProfileChange | ProfileDeletion]
    next_cursor: str
    as_of: datetime


def list_changes(
    stores: Stores, domain: str, *, since: datetime | None, limit: int, cursor: str | None
) -> Audited[ChangePage]:
    """Return a page of the changes after the cursor, or without a cursor, since a time, or all.

    Raises ``InvalidRequest`` and ``DatastoreUnavailable``.
    """
    after = FIRST_CHANGE if since is None else ChangePosition(first_tick(since), "")
    if cursor is not None:
        after = cursors.to_change(cursor)
    scan = stores.changes.read(domain, after=after, limit=limit)
    profiles = [change.profile for change in scan.changes if isinstance(change, ChangedProfile)]
    page = ChangePage(
        items=[_item(change) for change in scan.changes],
        next_cursor=cursors.of_change(scan.ended_at),
        as_of=time_of(scan.complete_until),
    )
    return Audited(page, [view_of(profiles)])


def _item(change: ChangedProfile | DeletedProfile) -> ProfileChange | ProfileDeletion:
    tick, profile_id = change.position
    if isinstance(change, DeletedProfile):
        deleted_at = time_of(tick or 0)
        if change.merged_into is not None:
            return ProfileMerge(profile_id, deleted_at, change.merged_into)
        return ProfileDeletion(profile_id, deleted_at)
    profile = change.profile
    return ProfileChange(
        profile_id=profile_id,
        change=ChangeType.CREATED if profile["version"] == 1 else ChangeType.UPDATED,
        changed_at=profile["updated_at"] if tick is None else time_of(tick),
        profile=profile,
    )
