"""Who asks, and what they may do: the words for it, known to every layer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Scope(StrEnum):
    """What a credential may be allowed: Amazon Connect's permissions on profiles, and ours."""

    VIEW = "profiles:view"
    EDIT = "profiles:edit"
    CREATE = "profiles:create"
    ADMIN = "profiles:admin"
    REVEAL = "profiles:reveal"
    SETTINGS = "settings:admin"


# As in Amazon Connect's security profiles: whoever edits or creates also views; who creates does not edit.
_IMPLIED: Mapping[Scope, frozenset[Scope]] = MappingProxyType(
    {Scope.EDIT: frozenset({Scope.VIEW}), Scope.CREATE: frozenset({Scope.VIEW})}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whose request it is: the credential decides the domain, what is allowed, and for which agent."""

    credential_id: str
    domain: str
    scopes: frozenset[Scope]
    agent_id: str | None = None

    def may(self, scope: Scope) -> bool:
        """Return whether the scope is granted, by itself or by one that implies it."""
        return scope in self.scopes or any(scope in _IMPLIED.get(held, ()) for held in self.scopes)


ANONYMOUS = Principal(credential_id="anybody", domain="default", scopes=frozenset(Scope))
"""Who asks where authentication is off."""
