"""What an operation gets and returns, and how it is declared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from service.model.principal import Principal, Scope
from service.store.stores import Stores
from service.use_cases.audit import Access
from service.use_cases.sensitive_values import GuessLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A valid call of an operation."""

    stores: Stores
    principal: Principal
    values: Mapping[str, Any]
    """The members of the request, as the operation's schema loads them."""
    invocation_id: str | None
    """The same for all attempts of a call: SDKs repeat a call if its response is lost."""

    @property
    def domain(self) -> str:
        """The domain of the credential, which is also the domain in the path if the path has one."""
        return self.principal.domain

    @property
    def guess_limit(self) -> GuessLimit:
        """The limit on sensitive values for the principal."""
        return GuessLimit(self.stores, self.principal)


@dataclass(frozen=True, slots=True)
class Result:
    """The JSON body of a successful response, and the accesses to audit before it is sent."""

    body: Mapping[str, object]
    accesses: Sequence[Access] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An operation that the service offers."""

    view: Callable[[Call], Result]
    schema: Schema
    """Validates the members of path, query string and body together, under their names in the model."""
    scopes: tuple[Scope, ...]
    """The credential needs any of them."""
    max_body_bytes: int = 0
    """The maximum size of the body, if it is larger than that of other operations."""
