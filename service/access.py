"""Who asks, and what they may do: the words for it, known to every layer."""

import re
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


# The stores join a domain and an ID by a slash, so a domain has none.
_DOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
# As the API takes it from a body; a token's JSON may hold half a surrogate pair besides.
_AGENT_ID = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,255}")


def is_domain(name: str) -> bool:
    """Return whether a domain can have this name."""
    return _DOMAIN.fullmatch(name) is not None


def is_agent_id(agent_id: str) -> bool:
    """Return whether an agent can have this ID."""
    return _AGENT_ID.fullmatch(agent_id) is not None and not agent_id.isspace()


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


ANYBODY = Principal(credential_id="anybody", domain="default", scopes=frozenset(Scope))
"""Who asks where authentication is off."""
