"""The audit: who did what, to which profile, found by which search key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import count

from service.model.audit import AuditAction, AuditEvent, AuditFilter
from service.model.principal import Principal
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.clock import now
from service.use_cases.ids import random_bits
from service.use_cases.pages import Page, page

_counter = count()


_LOOK_UPS = frozenset({AuditAction.MATCHED, AuditAction.SEARCHED, AuditAction.READ})
"""What is done many times a second: its events are written together, behind the answers."""

_INTENTS = frozenset({AuditAction.REVEALED, AuditAction.EXPORTED, AuditAction.ERASING})
"""Actions that have not happened yet when their event is written."""

_MOST_PROFILES = 200
"""An event names at most so many: a page of contacts with long histories can name thousands."""


@dataclass(frozen=True, kw_only=True)
class Touched:
    """What a request was about."""

    profile_ids: Sequence[str] = ()
    contact_id: str | None = None
    keys: Sequence[str] = ()
    agent_id: str | None = None
    """Who says to be at work, where the credential says nothing of it."""
    at: datetime | None = None
    """When it was done, if several requests can write the same event: the profile's creation or erasure."""


def record(
    stores: Stores, principal: Principal, request_id: str, actions: Sequence[AuditAction], touched: Touched
) -> None:
    """Write an event for each of the actions, several where they are about many profiles.

    Raises ``DatastoreUnavailable``.
    Of look-ups it is written within a second, of anything else before this returns. Events with
    ``touched.at`` are written once, however many requests write them.
    """
    time = now()
    events = []
    for action in actions:
        once = None if action in _LOOK_UPS else touched.at
        for profile_ids in _parts(touched.profile_ids):
            event = AuditEvent(
                event_id=_event_id(time) if once is None else _shared_id(once, action, profile_ids),
                domain=principal.domain,
                at=once or time,
                action=action.value,
                profile_ids=profile_ids,
                contact_id=touched.contact_id,
                keys=touched.keys,
                credential_id=principal.credential_id,
                agent_id=principal.agent_id or touched.agent_id,
                request_id=request_id,
            )
            events.append(event)
    if _LOOK_UPS.issuperset(actions):
        stores.audit.write_later(events)
    elif not _INTENTS.isdisjoint(actions):
        stores.audit.write_ahead(events)
    else:
        # A restore depends on `erased`.
        stores.audit.write(events, durably=AuditAction.ERASED in actions)


def write_erased(stores: Stores, intent: AuditEvent) -> None:
    """Write the missing `erased` for an `erasing`, on behalf of the request that wrote the `erasing`.

    Does nothing if it has been written already. Raises ``DatastoreUnavailable``.
    """
    event_id = _shared_id(intent.at, AuditAction.ERASED, intent.profile_ids)
    stores.audit.write([replace(intent, event_id=event_id, action=AuditAction.ERASED.value)], durably=True)


def _parts(profile_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the IDs, a bounded number at a time; once where there is none."""
    for start in range(0, max(1, len(profile_ids)), _MOST_PROFILES):
        yield profile_ids[start : start + _MOST_PROFILES]


def list_events(
    stores: Stores, domain: str, which: AuditFilter, *, limit: int, cursor: str | None
) -> Page[AuditEvent]:
    """Return the events that the filter lets through, the newest first; raises ``InvalidRequest``."""
    which = replace(which, before=cursors.to_event(cursor))
    scan = stores.audit.store.find(domain, which, limit + 1)
    broken_off = None if scan.ended_at is None else cursors.of_event(scan.ended_at)
    return page(scan.items, limit, lambda event: cursors.of_event(event.event_id), broken_off)


def _event_id(time: datetime) -> str:
    """Return a new ID, after all that this process has made before (RFC 9562, 6.2)."""
    return _uuid(time, next(_counter) & 0xFFF, random_bits(62))


def _shared_id(time: datetime, action: AuditAction, profile_ids: Sequence[str]) -> str:
    """Return the ID of an event that several requests can write: MongoDB keeps the first one.

    Events of one moment are in the order of ``AuditAction``, so an erasure's intent comes before its outcome.
    """
    digest = sha256("/".join([action, *profile_ids]).encode()).digest()
    return _uuid(time, list(AuditAction).index(action), int.from_bytes(digest[:8]) >> 2)


def _uuid(time: datetime, counter: int, rest: int) -> str:
    """Return a UUID of version 7 (RFC 9562, 5.7) in hexadecimal digits."""
    head = round(time.timestamp() * 1000) << 16 | 0x7 << 12 | counter
    return f"{head << 64 | 0b10 << 62 | rest:032x}"
