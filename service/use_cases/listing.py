"""List and count all profiles of a domain."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.model.audit import AuditAction
from service.model.changes import ProfileOrder
from service.model.profile import Profile
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.audit import Access, Audited
from service.use_cases.cursors import Page, page


@dataclass(frozen=True, slots=True)
class ProfileCount:
    """The number of profiles, and whether it is an estimate."""

    count: int
    estimated: bool


def list_profiles(
    stores: Stores, domain: str, *, sort: ProfileOrder, limit: int, cursor: str | None
) -> Audited[Page[Profile]]:
    """Return a page of all profiles. Raises ``InvalidRequest`` and ``DatastoreUnavailable``."""
    if sort == ProfileOrder.CREATED_AT:
        result = _by_creation(stores, domain, limit, cursor)
    else:
        result = _by_update(stores, domain, limit, cursor)
    return Audited(result, [view_of(result.items)])


def view_of(profiles: Sequence[Profile]) -> Access:
    """Return the access to audit for a page of profiles."""
    return Access([AuditAction.READ] if profiles else [], [each["profile_id"] for each in profiles])


def count_profiles(stores: Stores, domain: str) -> ProfileCount:
    """Return the number of profiles. Raises ``DatastoreUnavailable``."""
    return ProfileCount(*stores.profile_lists.count(domain))


def _by_creation(stores: Stores, domain: str, limit: int, cursor: str | None) -> Page[Profile]:
    after = cursors.to_creation(cursor)
    scan = stores.profile_lists.by_creation(domain, after=after, limit=limit + 1)
    scan_cursor = None if scan.ended_at is None else cursors.of_creation(*scan.ended_at)
    return page(
        scan.items,
        limit,
        lambda last: cursors.of_creation(last["created_at"], last["profile_id"]),
        scan_cursor,
    )


def _by_update(stores: Stores, domain: str, limit: int, cursor: str | None) -> Page[Profile]:
    after = cursors.to_update(cursor)
    scan = stores.profile_lists.by_change(domain, after=after, limit=limit + 1)
    scan_cursor = None if scan.ended_at is None else cursors.of_update(scan.ended_at)
    changed = page(scan.items, limit, lambda last: cursors.of_update(last.position), scan_cursor)
    return Page([each.profile for each in changed.items], changed.next_cursor)
