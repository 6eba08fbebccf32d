"""What all operations of the model have in common: who asks, what is sent, and what must come of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from service.model.principal import Scope
from tests.model.answers import INVALID, Answer, Call, refused
from tests.model.world import Domain

_AGENT_SCOPES = frozenset({Scope.EDIT, Scope.CREATE})


@dataclass(frozen=True)
class Agent:
    """Who asks: the domain of the credential, what it allows, and the agent that it names."""

    domain: str
    scopes: frozenset[Scope] | None
    """None of whoever has no credential."""
    agent_id: str | None = None

    def may(self, scope: Scope) -> bool:
        """Return whether the credential allows it; those here that edit or create also view."""
        return self.scopes is not None and (scope in self.scopes or scope is Scope.VIEW)


AGENTS: Mapping[str, Agent] = MappingProxyType(
    {
        "frontend of tokyo": Agent("tokyo", frozenset(Scope)),
        "agent-7 of tokyo": Agent("tokyo", _AGENT_SCOPES, "agent-7"),
        "frontend of osaka": Agent("osaka", frozenset(Scope)),
        "agent-8 of osaka": Agent("osaka", _AGENT_SCOPES, "agent-8"),
        "nobody": Agent("tokyo", None),
    }
)
DOMAINS = ("tokyo", "osaka")

World = dict[str, Domain]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """Something that an agent asks for."""

    scope: ClassVar[Scope]
    by: str

    @property
    def agent(self) -> Agent:
        """Who asks."""
        return AGENTS[self.by]

    def perform(self, call: Call) -> Answer:
        """Ask for it, and return how that was answered."""
        raise NotImplementedError

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        """Change the model and return how it must be answered.

        Of what was ``seen`` only what is the service's to choose counts: the ID of a new profile.
        """
        raise NotImplementedError

    def applied(self, world: World, seen: Answer) -> Answer:
        """Do to the model what the operation does, if the credential allows it; return the answer due."""
        if self.agent.scopes is None:
            return refused(401, "unauthenticated")
        if not self.agent.may(self.scope):
            return refused(403, "insufficient_scope")
        return self.expected(world[self.agent.domain], seen)


@dataclass(frozen=True, kw_only=True)
class Spoiled(Operation):
    """An operation whose body has a field too many: it costs nothing but its own answer."""

    spoils: Operation

    def perform(self, call: Call) -> Answer:
        """Send the first request of the operation so."""

        def spoiled(method: str, path: str, body: Any = None, headers: Any = None) -> Any:
            return call(method, path, {**(body or {}), "nickname": "x"}, headers)

        return self.spoils.perform(spoiled)

    def applied(self, world: World, seen: Answer) -> Answer:
        """Change nothing."""
        agent = self.spoils.agent
        if agent.scopes is None or not agent.may(self.spoils.scope):
            return self.spoils.applied(world, seen)
        return INVALID
