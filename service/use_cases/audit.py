"""Write and list audit events: who did what, to which profile, found by which search key."""

from collections.abc import Collection, Sequence
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

_INTENTS = frozenset({AuditAction.REVEALED, AuditAction.EXPORTED, AuditAction.ERASING})
"""Actions that have not happened yet when their event is written."""

_MAX_PROFILES = 200
"""Maximum number of profiles in an event: a page of contacts with long histories can have thousands."""


@dataclass(frozen=True, slots=True)
class Access:
    """What an operation did with profiles, or what its response shows of them.

    ``keys`` are names of search keys. ``agent_id`` is used if the credential names no agent. ``at`` is the
    time of the creation or erasure, if several requests can write the same events.
    """

    actions: Sequence[AuditAction]
    profile_ids: Sequence[str] = ()
    contact_id: str | None = None
    keys: Collection[str] = ()
    agent_id: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Audited(Generic[T]):
    """The result of an operation, and what to write to the audit before it is shown."""

    value: T
    accesses: Sequence[Access]


def record(stores: Stores, principal: Principal, request_id: str, access: Access) -> None:
    """Write an event for each action; several events if there are many profiles.

    Look-ups are written within a second, anything else before this returns. Events with ``access.at`` are
    written once, however many requests write them. Raises ``DatastoreUnavailable``.
    """
    time, keys = now(), sorted(set(access.keys))
    all_ids = list(dict.fromkeys(access.profile_ids))
    events = []
    for action in access.actions:
        once = None if action in _LOOK_UPS else access.at
        for start in range(0, max(1, len(all_ids)), _MAX_PROFILES):
            profile_ids = all_ids[start : start + _MAX_PROFILES]
            event = AuditEvent(
                event_id=_event_id(time) if once is None else _shared_id(once, action, profile_ids),
                domain=principal.domain,
                at=once or time,
                action=action.value,
                profile_ids=profile_ids,
                contact_id=access.contact_id,
                keys=keys,
                credential_id=principal.credential_id,
                agent_id=principal.agent_id or access.agent_id,
                request_id=request_id,
            )
            events.append(event)
    if _LOOK_UPS.issuperset(access.actions):
        stores.audit.write_later(events)
    elif not _INTENTS.isdisjoint(access.actions):
        stores.audit.write_ahead(events)
    else:
        # A restore depends on `erased`.
        stores.audit.write(events, durably=AuditAction.ERASED in access.actions)


def write_erased(stores: Stores, intent: AuditEvent) -> None:
    """Write the missing `erased` for an `erasing`, on behalf of the request that wrote the `erasing`.

    Does nothing if it has been written already. Raises ``DatastoreUnavailable``.
    """
    event_id = _shared_id(intent.at, AuditAction.ERASED, intent.profile_ids)
    stores.audit.write([replace(intent, event_id=event_id, action=AuditAction.ERASED.value)], durably=True)


def list_events(
    stores: Stores, domain: str, event_filter: AuditFilter, *, limit: int, cursor: str | None
) -> Page[AuditEvent]:
    """Return the events that match the filter, newest first; raises ``InvalidRequest``."""
    event_filter = replace(event_filter, before=cursors.to_event(cursor))
    scan = stores.audit.store.find(domain, event_filter, limit + 1)
    scan_cursor = None if scan.ended_at is None else cursors.of_event(scan.ended_at)
    return page(scan.items, limit, lambda event: cursors.of_event(event.event_id), scan_cursor)


def _event_id(time: datetime) -> str:
    """Return a new ID, greater than all that this process has generated before (RFC 9562, 6.2)."""
    return _uuid(time, next(_counter) & 0xFFF, random_bits(62))


def _shared_id(time: datetime, action: AuditAction, profile_ids: Sequence[str]) -> str:
    """Return the ID of an event that several requests can write: MongoDB keeps the first one.

    Events of the same time have the order of ``AuditAction``, so an erasure's intent precedes its outcome.
    """
    digest = sha256("/".join([action, *profile_ids]).encode()).digest()
    return _uuid(time, list(AuditAction).index(action), int.from_bytes(digest[:8]) >> 2)


def _uuid(time: datetime, counter: int, rest: int) -> str:
    """Return a UUID of version 7 (RFC 9562, 5.7) in hexadecimal digits."""
    head = round(time.timestamp() * 1000) << 16 | 0x7 << 12 | counter
    return f"{head << 64 | 0b10 << 62 | rest:032x}"
