"""Base class of the model's operations, and the agents that send them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from service.model.principal import Scope
from tests.model.responses import INVALID, Call, Response, problem
from tests.model.world import Domain

_AGENT_SCOPES = frozenset({Scope.EDIT, Scope.CREATE})


@dataclass(frozen=True)
class Agent:
    """A caller: the domain, scopes and agent ID of its credential."""

    domain: str
    scopes: frozenset[Scope] | None
    """None for a caller without a credential."""
    agent_id: str | None = None

    def may(self, scope: Scope) -> bool:
        """Return whether the credential grants the scope. All credentials grant ``VIEW``."""
        return self.scopes is not None and (scope in self.scopes or scope is Scope.VIEW)


AGENTS: Mapping[str, Agent] = MappingProxyType(
    {
        "frontend of tokyo": Agent("tokyo", frozenset(Scope)),
        "agent-7 of tokyo": Agent("tokyo", _AGENT_SCOPES, "agent-7"),
        "frontend of osaka": Agent("osaka", frozenset(Scope)),
        "agent-8 of osaka": Agent("osaka", _AGENT_SCOPES, "agent-8"),
        "anonymous": Agent("tokyo", None),
    }
)
DOMAINS = ("tokyo", "osaka")

World = dict[str, Domain]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A request, and its effect on the model."""

    scope: ClassVar[Scope]
    by: str

    @property
    def agent(self) -> Agent:
        """Return the caller."""
        return AGENTS[self.by]

    def perform(self, call: Call) -> Response:
        """Send the request and return the response."""
        raise NotImplementedError

    def expected(self, domain: Domain, actual: Response) -> Response:
        """Change the model and return the expected response.

        ``actual`` is the actual response. Use it only for values that the service chooses, such as IDs.
        """
        raise NotImplementedError

    def apply(self, world: World, actual: Response) -> Response:
        """Apply the operation to the model if the caller may send it. Return the expected response."""
        if self.agent.scopes is None:
            return problem(401, "unauthenticated")
        if not self.agent.may(self.scope):
            return problem(403, "insufficient_scope")
        return self.expected(world[self.agent.domain], actual)


@dataclass(frozen=True, kw_only=True)
class Invalid(Operation):
    """An operation with an unknown field in its body. It changes nothing."""

    operation: Operation

    def perform(self, call: Call) -> Response:
        """Send the operation with an unknown field."""

        def invalid_call(method: str, path: str, body: Any = None, headers: Any = None) -> Any:
            return call(method, path, {**(body or {}), "nickname": "x"}, headers)

        return self.operation.perform(invalid_call)

    def apply(self, world: World, actual: Response) -> Response:
        """Leave the model unchanged. Return the expected response."""
        agent = self.operation.agent
        if agent.scopes is None or not agent.may(self.operation.scope):
            return self.operation.apply(world, actual)
        return INVALID
