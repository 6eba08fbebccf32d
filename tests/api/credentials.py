"""Credentials for a service that requires authentication."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from service.auth.api_keys import create_api_key
from service.model.principal import Scope
from service.store.stores import Stores
from service.use_cases.clock import now
from tests.api.caller import Caller
from tests.commands import Commands


@dataclass
class Credentials:
    """Creates API keys and callers that send them. The caller ``anonymous`` sends no credential."""

    anonymous: Caller
    stores: Stores
    commands: Commands = field(repr=False)

    def api_key(
        self,
        *,
        domain: str = "default",
        scopes: Collection[Scope] = frozenset(Scope),
        agent_id: str | None = None,
        lifetime: timedelta | None = None,
    ) -> str:
        """Create an API key and return it. By default it has every scope."""
        return create_api_key(
            self.stores.api_keys,
            label="test",
            domain=domain,
            scopes=scopes,
            agent_id=agent_id,
            lifetime=lifetime,
            now=now(),
        )[1]

    def caller(self, **options: Any) -> Caller:
        """Create an API key with the given options. Return a caller that sends it."""
        return self.with_authorization(f"Bearer {self.api_key(**options)}")

    def with_authorization(self, authorization: str) -> Caller:
        """Return a caller that sends this Authorization header."""
        client = self.anonymous.client.application.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = authorization
        return Caller(client, self.anonymous.database)
