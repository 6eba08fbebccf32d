"""Erase profiles.

An `erasing` event is written before the deletion, and an `erased` or a `not_erased` event after it. The
restore of a backup deletes each profile that has an `erased` event. So each completed erasure has exactly one
such event, and without an erasure there is none.
"""

from collections.abc import Callable

from service.errors.datastore import DatastoreUnavailable
from service.errors.records import ProfileNotFound, VersionConflict
from service.model.audit import AuditAction, AuditFilter
from service.store.stores import Stores
from service.use_cases import audit
from service.use_cases.audit import Access, Audited
from service.use_cases.profiles.change import IfMatch

_MAX_EVENTS = 100
"""Number of newest events in which to find `erasing`. Few events follow the deletion of a profile."""

_MAX_ATTEMPTS = 16
"""Maximum number of attempts. Between two attempts another request restarted the erasure, which is rare."""

AuditWriter = Callable[[Access], None]
"""Writes audit events for the request."""


def erase_profile(
    stores: Stores, domain: str, profile_id: str, if_match: IfMatch = None, *, record: AuditWriter
) -> Audited[None]:
    """Erase the profile and remove it from every contact.

    If the profile is gone already, completes the work of an interrupted request: writes its `erased` event,
    and removes the profile from the contacts. Writes the audit events itself, so the returned list of
    accesses is empty. Raises ``ProfileNotFound``, ``VersionConflict``, ``DatastoreUnavailable`` and what
    ``record`` raises.
    """
    erased = _erase(stores, domain, profile_id, if_match, record)
    if not erased:
        _complete_audit(stores, domain, profile_id)
    stores.associations.forget_profile(domain, profile_id)
    if not erased:
        raise ProfileNotFound
    return Audited(None, [])


def _erase(stores: Stores, domain: str, profile_id: str, if_match: IfMatch, record: AuditWriter) -> bool:
    """Erase the profile; return False if it is gone already.

    Starts again if another request restarted the erasure. Without ``if_match``, concurrent updates do not
    cause a conflict. Raises ``VersionConflict``, ``DatastoreUnavailable`` and what ``record`` raises.
    """
    has_begun = False
    for _ in range(_MAX_ATTEMPTS):
        erasing_at = stores.profiles.begin_erasure(domain, profile_id, if_match)
        if erasing_at is not None:
            record(Access([AuditAction.ERASING], [profile_id], at=erasing_at))
            has_begun = True
            stores.deletions.add(domain, {profile_id: erasing_at})
            if stores.profiles.finish_erasure(domain, profile_id, erasing_at, if_match):
                record(Access([AuditAction.ERASED], [profile_id], at=erasing_at))
                return True
        elif not stores.profiles.exists(domain, profile_id):
            return False
        elif if_match is not None:
            if has_begun:
                record(Access([AuditAction.NOT_ERASED], [profile_id]))
            raise VersionConflict
    raise DatastoreUnavailable


def _complete_audit(stores: Stores, domain: str, profile_id: str) -> None:
    """Write the `erased` event for the last `erasing` event of a deleted profile, if it is missing."""
    events = stores.audit.store.find(domain, AuditFilter(profile_id=profile_id), _MAX_EVENTS).items
    written = {(event.action, event.at) for event in events}
    intent = next((event for event in events if event.action == AuditAction.ERASING), None)
    if intent is not None and (AuditAction.ERASED, intent.at) not in written:
        audit.write_erased(stores, intent)
