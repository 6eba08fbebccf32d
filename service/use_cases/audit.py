"""The audit: who did what, to which profile, found by which search key."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count

from service.access import Principal
from service.store.audit import AuditEvent, AuditFilter
from service.store.stores import Stores
from service.use_cases import cursors
from service.use_cases.clock import now
from service.use_cases.pages import Page, page

_counter = count()


class Action(StrEnum):
    """What was done."""

    MATCHED = "matched"
    SEARCHED = "searched"
    READ = "read"
    CREATED = "created"
    CHANGED = "changed"
    ASSOCIATED = "associated"
    DISASSOCIATED = "disassociated"
    CLEARED = "cleared"
    REVEALED = "revealed"
    EXPORTED = "exported"
    ERASED = "erased"


_LOOK_UPS = frozenset({Action.MATCHED, Action.SEARCHED, Action.READ})
"""What is done many times a second: its events are written together, behind the answers."""

_DISCLOSURES = frozenset({Action.REVEALED, Action.EXPORTED, Action.ERASED})
"""What has not happened yet when its event is written."""

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


def record(
    stores: Stores, principal: Principal, request_id: str, actions: Sequence[Action], touched: Touched
) -> None:
    """Write an event for each of the actions, several where they are about many profiles.

    Raises ``DatastoreUnavailable``.
    Of look-ups it is written within a second, of anything else before this returns.
    """
    time = now()
    events = [
        AuditEvent(
            event_id=_event_id(round(time.timestamp() * 1000)),
            domain=principal.domain,
            at=time,
            action=action.value,
            profile_ids=profile_ids,
            contact_id=touched.contact_id,
            keys=touched.keys,
            credential_id=principal.credential_id,
            agent_id=principal.agent_id or touched.agent_id,
            request_id=request_id,
        )
        for action in actions
        for profile_ids in _parts(touched.profile_ids)
    ]
    if _LOOK_UPS.issuperset(actions):
        stores.audit.note(events)
    else:
        stores.audit.write(events, happened=_DISCLOSURES.isdisjoint(actions))


def _parts(profile_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the IDs, a bounded number at a time; once where there is none."""
    for start in range(0, max(1, len(profile_ids)), _MOST_PROFILES):
        yield profile_ids[start : start + _MOST_PROFILES]


def list_events(
    stores: Stores, domain: str, which: AuditFilter, *, limit: int, cursor: str | None
) -> Page[AuditEvent]:
    """Return the events that the filter lets through, the newest first; raises ``InvalidRequest``."""
    before = cursors.to_event(cursor)
    found = stores.audit.store.find(domain, replace(which, before=before), limit + 1)
    return page(found, limit, lambda event: cursors.of_event(event.event_id))


def _event_id(milliseconds: int) -> str:
    """Return a UUID of version 7 (RFC 9562, 5.7) in hexadecimal digits.

    Those of one process and millisecond are told apart by a counter, so that they come in their order (6.2).
    """
    head = milliseconds << 16 | 0x7 << 12 | next(_counter) & 0xFFF
    return f"{head << 64 | 0b10 << 62 | secrets.randbits(62):032x}"
