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
    """Creates API keys, and callers that send them. ``anonymous`` sends no credential."""

    anonymous: Caller
    stores: Stores
    commands: Commands = field(repr=False)

    def key(
        self,
        *,
        domain: str = "default",
        scopes: Collection[Scope] = frozenset(Scope),
        agent_id: str | None = None,
        lifetime: timedelta | None = None,
    ) -> str:
        """Create an API key, by default with every scope, and return it."""
        return create_api_key(
            self.stores.api_keys,
            label="a test's",
            domain=domain,
            scopes=scopes,
            agent_id=agent_id,
            lifetime=lifetime,
            now=now(),
        )[1]

    def caller(self, **rights: Any) -> Caller:
        """Return a caller that sends a new API key with the given options."""
        return self.sending(f"Bearer {self.key(**rights)}")

    def sending(self, authorization: str) -> Caller:
        """Return a caller that sends this Authorization header."""
        client = self.anonymous.client.application.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = authorization
        return Caller(client, self.anonymous.database)
