"""Audit events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AuditAction(StrEnum):
    """The action of an audit event."""

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
    ERASING = "erasing"
    ERASED = "erased"
    NOT_ERASED = "not_erased"
    TOKEN_CREATED = "token_created"  # noqa: S105 - an action
    OBJECTS_ERASED = "objects_erased"
    MERGED = "merged"
    UNMERGED = "unmerged"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """The record of one request. Contains IDs and names of search keys, but no values.

    ``event_id`` is a UUID of version 7 in hexadecimal digits, so sorting by it sorts by time.
    """

    event_id: str
    domain: str
    at: datetime
    action: AuditAction
    profile_ids: Sequence[str]
    contact_id: str | None
    keys: Sequence[str]
    credential_id: str
    agent_id: str | None
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Conditions for a list of events. A field that is None adds no condition.

    ``before`` is the ID at which the previous page ended.
    """

    profile_id: str | None = None
    agent_id: str | None = None
    at_from: datetime | None = None
    at_to: datetime | None = None
    before: str | None = None
