"""Principals, their scopes, their API keys and their access keys."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Scope(StrEnum):
    """A permission of a credential. Amazon Connect also has VIEW, EDIT and CREATE, but not the others."""

    VIEW = "profiles:view"
    EDIT = "profiles:edit"
    CREATE = "profiles:create"
    MERGE = "profiles:merge"
    ADMIN = "profiles:admin"
    REVEAL = "profiles:reveal"
    SETTINGS = "settings:admin"
    TOKENS = "tokens:create"


TOKEN_SCOPES = tuple(scope for scope in Scope if scope is not Scope.TOKENS)
"""The scopes that a token can have. Only an API key can create tokens."""

MIN_AGENT_TOKEN_SECONDS = 60
MAX_AGENT_TOKEN_SECONDS = 3600
DEFAULT_AGENT_TOKEN_SECONDS = 900
"""The lifetime of agent tokens if the request does not contain one."""


# As in Amazon Connect, edit and create include view, but create does not include edit.
_INCLUDE_VIEW = frozenset({Scope.EDIT, Scope.CREATE, Scope.MERGE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The caller of a request. The credential determines the domain, the scopes and the agent."""

    credential_id: str
    domain: str
    scopes: frozenset[Scope]
    agent_id: str | None = None
    expires_at: datetime | None = None
    """When the credential expires, if it is an API key or an access key with an expiry."""

    def may(self, scope: Scope) -> bool:
        """Return whether the scope is granted, directly or by a scope that includes it."""
        return scope in self.scopes or (scope is Scope.VIEW and not _INCLUDE_VIEW.isdisjoint(self.scopes))

    @property
    def granted(self) -> list[Scope]:
        """The scopes that are granted, including those that other scopes include."""
        return [scope for scope in Scope if self.may(scope)]


ANONYMOUS = Principal(credential_id="anybody", domain="default", scopes=frozenset(Scope))
"""The principal of all requests if authentication is disabled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """A stored API key or access key. ``key_id`` is the part that is not secret."""

    key_id: str
    label: str
    domain: str
    scopes: frozenset[Scope]
    agent_id: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None = None
    last_used_day: date | None = None
    successor: str | None = None
    """The ID of the key that replaces this one."""

    def has_ended(self, now: datetime) -> bool:
        """Return whether the key is revoked or expired."""
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now)

    @property
    def principal(self) -> Principal:
        """The caller of a request with this key."""
        return Principal(
            credential_id=self.key_id,
            domain=self.domain,
            scopes=self.scopes,
            agent_id=self.agent_id,
            expires_at=self.expires_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey(StoredKey):
    """A stored API key. ``key_id`` is the first part of its text, ``sha256`` the hash of the whole text."""

    sha256: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey(StoredKey):
    """A stored access key, which signs requests. ``sealed_secret`` is its secret, encrypted."""

    sealed_secret: str = field(repr=False)
