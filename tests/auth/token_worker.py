"""A worker that creates and authenticates agent tokens, without MongoDB."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from service.auth.agent_tokens import CreatedAgentToken, create_agent_token
from service.auth.api_keys import create_api_key
from service.auth.authenticator import Authenticator
from service.crypto.master_keyring import MasterKeyring, parse
from service.errors.access import Unauthenticated
from service.model.principal import Principal, Scope
from tests.auth.key_store import FakeStore
from tests.clock import Clock
from tests.master_keys import ONE

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
AGENT: frozenset[Scope] = frozenset({Scope.EDIT, Scope.CREATE})


def keyring_of(text: str = ONE) -> MasterKeyring:
    """Return the master keys of a setting."""
    return parse("MASTER_KEYS", text)


@dataclass
class Worker:
    """An authenticator with an API key in its store, and a clock."""

    authenticator: Authenticator
    store: FakeStore
    clock: Clock
    key: str

    @property
    def owner(self) -> Principal:
        """The principal of the API key."""
        return self.authenticator.authenticate(self.key)

    def create(self, keyring: str = ONE, **options: Any) -> CreatedAgentToken:
        """Create an agent token with the API key."""
        defaults: dict[str, Any] = {"agent_id": "agent-7", "scopes": None, "expires_in": 900}
        time = BEGIN + timedelta(seconds=self.clock.seconds)
        return create_agent_token(keyring_of(keyring), self.owner, **defaults | options, now=time)

    def token(self, **options: Any) -> str:
        """Return the text of a new agent token."""
        return self.create(**options).token

    def reason(self, token: str) -> str:
        """Return why the token is rejected. The client gets the same message for every reason."""
        with pytest.raises(Unauthenticated) as rejected:
            self.authenticator.authenticate(token)
        assert str(rejected.value) == str(Unauthenticated("another reason"))
        assert rejected.value.reason is not None
        assert token[:20] not in rejected.value.reason
        return rejected.value.reason


def create_worker(master_keys: str = ONE, **rights: Any) -> Worker:
    """Create a worker with an API key that can create agent tokens, by default for all of AGENT."""
    store, clock = FakeStore(), Clock()
    stores: Any = SimpleNamespace(api_keys=store, availability=store, keyring=keyring_of(master_keys))
    authenticator = Authenticator(
        stores, None, clock=clock, time=lambda: BEGIN + timedelta(seconds=clock.seconds)
    )
    defaults: dict[str, Any] = {"scopes": {*AGENT, Scope.TOKENS}, "agent_id": None, "lifetime": None}
    _, key = create_api_key(cast("Any", store), label="a", domain="acme", **defaults | rights, now=BEGIN)
    return Worker(authenticator, store, clock, key)
