"""API keys."""

from dataclasses import dataclass, field
from datetime import date, datetime

from service.model.principal import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A stored API key. ``key_id`` is the beginning of the API key, ``sha256`` the hash of all of it."""

    key_id: str
    sha256: str = field(repr=False)
    label: str
    domain: str
    scopes: frozenset[Scope]
    agent_id: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None = None
    last_used_day: date | None = None
    successor: str | None = None
    """The ID of the API key that replaces this one."""

    def has_ended(self, now: datetime) -> bool:
        """Return whether the API key is revoked or expired."""
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now)
