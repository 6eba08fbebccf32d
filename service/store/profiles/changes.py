"""The changes of all profiles of a domain, in order, and complete up to a time.

A change gets its tick shortly before other clients can read it, so a change with an earlier tick may appear
after one with a later tick. But each write ends within a limited time. So a change is shown only when it is
older than ``lag``. Then no change with an earlier tick can appear, and each erasure that began before it has
ended: either the profile is gone, or this erasure can no longer remove it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bson import Timestamp
from pymongo.client_session import ClientSession
from pymongo.database import Database

from service.model.changes import COUNTER_BITS, ChangedProfile, ChangePosition, DeletedProfile
from service.store.client.document import Document
from service.store.client.errors import translate_errors
from service.store.profiles.deletions import DeletionStore
from service.store.profiles.lists import ProfileLists
from service.store.profiles.ticks import to_number

Change = ChangedProfile | DeletedProfile

_CLOCK_TOLERANCE = timedelta(seconds=5)
"""For clocks of MongoDB's servers that differ, and for moments in which a server cannot stop a command."""


def changes_lag(max_erasure_time: timedelta, max_command_time: timedelta) -> timedelta:
    """Return how old a change must be before it is shown.

    A deletion takes longest. MongoDB begins to remove the profile up to ``max_erasure_time`` after the start
    of the erasure, and stops the command after ``max_command_time``.
    """
    return max_erasure_time + max_command_time + _CLOCK_TOLERANCE


@dataclass(frozen=True, slots=True)
class ChangeScan:
    """A page of changes, in order. ``ended_at`` is the position after which the next page starts."""

    changes: Sequence[Change]
    ended_at: ChangePosition
    complete_until: int
    """This page and the pages before it have all changes before this tick."""
    is_last: bool
    """Whether the page has all later changes that are older than the lag."""


class ChangeStore:
    """Reads the changes of profiles that are older than ``lag``."""

    def __init__(
        self, database: Database[Document], lists: ProfileLists, deletions: DeletionStore, *, lag: timedelta
    ) -> None:
        self._database = database
        self._lists = lists
        self._deletions = deletions
        self._lag = lag // timedelta(seconds=1)

    @translate_errors
    def read(self, domain: str, *, after: ChangePosition, limit: int) -> ChangeScan:
        """Return up to ``limit`` changes after a position. A page without changes is the last one."""
        # The session's reads see at least all writes that were applied when ``_read_clock`` asked.
        with self._database.client.start_session(causal_consistency=True) as session:
            until = self._read_clock(session) - (self._lag << COUNTER_BITS)
            scan = self._page(domain, after, until, limit, session)
            while not scan.changes and not scan.is_last:
                scan = self._page(domain, scan.ended_at, until, limit, session)
            return scan

    def _read_clock(self, session: ClientSession) -> int:
        response = self._database.command("hello", session=session)
        # A standalone server has no logical clock.
        now: Timestamp = response.get("operationTime") or Timestamp(response["localTime"], 0)
        return to_number(now)

    def _page(
        self, domain: str, after: ChangePosition, until: int, limit: int, session: ClientSession
    ) -> ChangeScan:
        scan = self._lists.by_change(domain, after=after, until=until, limit=limit + 1, session=session)
        start = ChangePosition(0, "") if after.tick is None else after
        deletions = self._deletions.find(domain, after=start, until=until, limit=limit + 1, session=session)
        found: list[Change] = sorted([*scan.items, *deletions], key=_order)
        if scan.ended_at is not None:
            found = [change for change in found if _order(change) <= _order_of_position(scan.ended_at)]
        page = found[:limit]
        deleted = {each.position.profile_id for each in page if isinstance(each, DeletedProfile)}
        # A deleted profile can exist: its erasure was interrupted, its merge was undone, or a request with
        # the same Idempotency-Key has created it again.
        existing = self._lists.existing(domain, deleted, session) if deleted else set()
        changes = [
            each
            for each in page
            if isinstance(each, ChangedProfile) or each.position.profile_id not in existing
        ]
        ended_at = page[-1].position if page else start
        is_last = scan.ended_at is None and len(found) <= limit
        return ChangeScan(changes, ended_at, until if is_last else (ended_at.tick or 0), is_last)


def _order(change: Change) -> tuple[int, str]:
    return _order_of_position(change.position)


def _order_of_position(position: ChangePosition) -> tuple[int, str]:
    return -1 if position.tick is None else position.tick, position.profile_id
