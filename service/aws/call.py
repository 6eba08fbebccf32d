"""What the view of an operation gets and returns, and how an operation is declared."""

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
    """The same for all attempts of a call: SDKs repeat it if the response is lost. None if not sent."""

    @property
    def domain(self) -> str:
        """The domain of the credential. If the path has a domain, it is the same."""
        return self.principal.domain

    @property
    def guess_limit(self) -> GuessLimit:
        """The limit on sensitive values for the principal."""
        return GuessLimit(self.stores, self.principal)


@dataclass(frozen=True, slots=True)
class Result:
    """The JSON body of a successful response, and the accesses to audit."""

    body: Mapping[str, object]
    accesses: Sequence[Access] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An operation that the service offers."""

    view: Callable[[Call], Result]
    schema: Schema
    """Validates the members of path, query string and body together, under their names in the model."""
    scopes: tuple[Scope, ...]
    """The credential needs one of them."""
    max_body_bytes: int = 0
    """Maximum size of the body, if it is greater than the default of the service."""
