"""The actions that the audit records."""

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
