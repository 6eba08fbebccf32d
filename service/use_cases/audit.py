"""Write and list audit events. An event has the credential, the action, the profiles and the search keys."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Generic, TypeVar

from service.model.audit import AuditAction, AuditEvent, AuditFilter
from service.model.principal import Principal
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.clock import now
from service.use_cases.cursors import Page, page
from service.use_cases.ids import random_bits

T = TypeVar("T")

_counter = count()

_LOOK_UPS = frozenset({AuditAction.MATCHED, AuditAction.SEARCHED, AuditAction.READ})
"""Frequent actions. Their events are written in batches, after the responses."""

_INTENTS = frozenset(
    {AuditAction.REVEALED, AuditAction.EXPORTED, AuditAction.ERASING, AuditAction.OBJECTS_ERASED}
)
"""Actions whose events are written before the action."""

_MAX_PROFILES = 200
"""Maximum number of profiles in one event. A page of contacts with long histories can contain thousands."""


@dataclass(frozen=True, slots=True)
class Access:
    """Actions of an operation, and the profiles that the operation changed or its response shows.

    ``keys`` are names of search keys. ``agent_id`` is used if the credential names no agent. ``at`` is the
    time of the creation or erasure. It is set if several requests can write the same event.
    """

    actions: Sequence[AuditAction]
    profile_ids: Sequence[str] = ()
    contact_id: str | None = None
    keys: Collection[str] = ()
    agent_id: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Audited(Generic[T]):
    """The result of an operation, and the accesses to audit before the result is returned to the client."""

    value: T
    accesses: Sequence[Access]


def events_of(principal: Principal, request_id: str, *accesses: Access) -> list[AuditEvent]:
    """Return the events of the accesses, for an operation that writes them itself."""
    time = now()
    return [event for access in accesses for event in _events(principal, request_id, access, time)]


def record(stores: Stores, principal: Principal, request_id: str, *accesses: Access) -> None:
    """Write an event for each action of each access, or several events if there are many profiles.

    Look-ups are queued and written within a second, other events before this function returns. An event with
    ``access.at`` is stored once, even if several requests write it, except for look-ups. Sends a command for
    actions that are audited before they happen, and one for the other actions. Raises
    ``DatastoreUnavailable``.
    """
    time = now()
    look_ups, intents, others = list[AuditEvent](), list[AuditEvent](), list[AuditEvent]()
    for access in accesses:
        events = list(_events(principal, request_id, access, time))
        if _LOOK_UPS.issuperset(access.actions):
            look_ups += events
        elif not _INTENTS.isdisjoint(access.actions):
            intents += events
        else:
            others += events
    if intents:
        stores.audit.write_ahead(intents)
    try:
        if others:
            # Restoring a backup depends on the `erased` events.
            stores.audit.write(others, durably=any(event.action == AuditAction.ERASED for event in others))
    finally:
        if look_ups:
            stores.audit.write_later(look_ups)


def _events(principal: Principal, request_id: str, access: Access, time: datetime) -> Iterator[AuditEvent]:
    keys = sorted(set(access.keys))
    all_ids = list(dict.fromkeys(access.profile_ids))
    for action in access.actions:
        shared_time = None if action in _LOOK_UPS else access.at
        for start in range(0, max(1, len(all_ids)), _MAX_PROFILES):
            profile_ids = all_ids[start : start + _MAX_PROFILES]
            yield AuditEvent(
                event_id=_shared_id(shared_time, action, profile_ids) if shared_time else _event_id(time),
                domain=principal.domain,
                at=shared_time or time,
                action=action,
                profile_ids=profile_ids,
                contact_id=access.contact_id,
                keys=keys,
                credential_id=principal.credential_id,
                agent_id=principal.agent_id or access.agent_id,
                request_id=request_id,
            )


def write_erased(stores: Stores, intents: Sequence[AuditEvent]) -> None:
    """Write the missing `erased` events for `erasing` events that other requests wrote.

    An `erased` event that has been written already is not written again. Raises ``DatastoreUnavailable``.
    """
    events = [
        replace(
            intent,
            event_id=_shared_id(intent.at, AuditAction.ERASED, intent.profile_ids),
            action=AuditAction.ERASED,
        )
        for intent in intents
    ]
    stores.audit.write(events, durably=True)


def list_events(
    stores: Stores, domain: str, event_filter: AuditFilter, *, limit: int, cursor: str | None
) -> Page[AuditEvent]:
    """Return a page of the events that match the filter, newest first; raises ``InvalidRequest``."""
    event_filter = replace(event_filter, before=cursors.to_event(cursor))
    scan = stores.audit.store.find(domain, event_filter, limit + 1)
    scan_cursor = None if scan.ended_at is None else cursors.of_event(scan.ended_at)
    return page(scan.items, limit, lambda event: cursors.of_event(event.event_id), scan_cursor)


def _event_id(time: datetime) -> str:
    """Return a new ID that is greater than all earlier ones of this process (RFC 9562, section 6.2)."""
    return _uuid(time, next(_counter) & 0xFFF, random_bits(62))


def _shared_id(time: datetime, action: AuditAction, profile_ids: Sequence[str]) -> str:
    """Return the ID of an event that several requests can write. MongoDB stores only the first of them.

    Events with the same time are ordered as in ``AuditAction``, so `erasing` precedes `erased`.
    """
    digest = sha256("/".join([action, *profile_ids]).encode()).digest()
    return _uuid(time, list(AuditAction).index(action), int.from_bytes(digest[:8]) >> 2)


def _uuid(time: datetime, counter: int, rest: int) -> str:
    """Return a UUID of version 7 (RFC 9562, section 5.7) in hexadecimal digits."""
    head = round(time.timestamp() * 1000) << 16 | 0x7 << 12 | counter
    return f"{head << 64 | 0b10 << 62 | rest:032x}"
