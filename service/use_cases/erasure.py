"""Erase profiles: intent, deletion, outcome.

The audit gets `erasing` before the profile is deleted and `erased` or `not_erased` after it. A restore uses
`erased`, so each erased profile has exactly one and other profiles have none.
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
"""Number of newest events in which to look for an intent: few events follow the deletion of a profile."""

_MAX_ATTEMPTS = 16
"""Maximum number of erasures to join: each is replaced only after the time limit of a request."""

Record = Callable[[Access], None]
"""Writes audit events for the request."""


def erase_profile(
    stores: Stores, domain: str, profile_id: str, if_match: IfMatch = None, *, record: Record
) -> Audited[None]:
    """Erase the profile and remove it from every contact. Writes its audit events itself.

    If the profile is gone already, complete what an interrupted request has left to do: the outcome in the
    audit, and the contacts. Raises ``ProfileNotFound``, ``VersionConflict`` and what ``record`` raises.
    """
    erased = _erase(stores, domain, profile_id, if_match, record)
    if not erased:
        _complete_audit(stores, domain, profile_id)
    stores.associations.forget_profile(domain, profile_id)
    if not erased:
        raise ProfileNotFound
    return Audited(None, [])


def _erase(stores: Stores, domain: str, profile_id: str, if_match: IfMatch, record: Record) -> bool:
    """Erase the profile; return False if it is gone already.

    If a newer erasure has replaced the one of this request, this request joins the newer one. A conflict
    with a change is only possible with ``if_match``. Raises ``VersionConflict`` and what ``record`` raises.
    """
    began = False
    for _ in range(_MAX_ATTEMPTS):
        erasing_at = stores.profiles.begin_erasure(domain, profile_id, if_match)
        if erasing_at is not None:
            record(Access([AuditAction.ERASING], [profile_id], at=erasing_at))
            began = True
            if stores.profiles.finish_erasure(domain, profile_id, erasing_at, if_match):
                record(Access([AuditAction.ERASED], [profile_id], at=erasing_at))
                return True
        elif not stores.profiles.exists(domain, profile_id):
            return False
        elif if_match is not None:
            if began:
                record(Access([AuditAction.NOT_ERASED], [profile_id]))
            raise VersionConflict
    raise DatastoreUnavailable


def _complete_audit(stores: Stores, domain: str, profile_id: str) -> None:
    """Write the outcome of the last erasure of a profile that is gone, if its event is missing."""
    events = stores.audit.store.find(domain, AuditFilter(profile_id=profile_id), _MAX_EVENTS).items
    written = {(event.action, event.at) for event in events}
    intent = next((event for event in events if event.action == AuditAction.ERASING), None)
    if intent is not None and (AuditAction.ERASED, intent.at) not in written:
        audit.write_erased(stores, intent)
