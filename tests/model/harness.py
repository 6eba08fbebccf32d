"""The service under test, with its API keys and its database."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

from flask import Flask
from pymongo.database import Database

from service.auth.api_keys import create_api_key
from service.store.stores import Stores
from service.use_cases.clock import now
from tests.model.operation import AGENTS, DOMAINS, Operation
from tests.model.responses import Response, make_call

DATA = (
    *("profiles", "associations", "search_keys", "settings", "audit"),
    *("merges", "merge_snapshots", "merged_profiles"),
)
MAX_CONCURRENT = 3


@dataclass(frozen=True)
class Harness:
    """An application with authentication, and an API key for each agent."""

    app: Flask
    database: Database[dict[str, Any]]
    pool: ThreadPoolExecutor
    credentials: dict[str, str] = field(default_factory=dict)
    responses: Counter[tuple[str, int, str | None]] = field(default_factory=Counter)
    """Number of responses by operation, status and code."""

    @property
    def stores(self) -> Stores:
        """Return the application's stores."""
        stores: Stores = self.app.extensions["profile_lookup"]
        return stores

    def create_api_keys(self) -> None:
        """Create an API key for each agent except the anonymous one."""
        for name, agent in AGENTS.items():
            if agent.scopes is not None:
                _, key = create_api_key(
                    self.stores.api_keys,
                    label=name,
                    domain=agent.domain,
                    scopes=agent.scopes,
                    agent_id=agent.agent_id,
                    lifetime=None,
                    now=now(),
                )
                self.credentials[name] = f"Bearer {key}"

    def empty(self) -> None:
        """Delete the data of all domains and refresh the application's caches."""
        self.stores.audit.flush()
        for name in DATA:
            self.database[name].delete_many({})
        for domain in DOMAINS:
            self.stores.domains.read(domain)

    def send(self, operation: Operation) -> Response:
        """Send the operation as its agent. Return the response."""
        response = operation.perform(make_call(self.app.test_client(), self.credentials.get(operation.by)))
        self.responses[type(operation).__name__, response.status, response.code] += 1
        return response

    def send_concurrently(self, operations: Sequence[Operation]) -> list[Response]:
        """Send all operations at the same moment. Return the responses."""
        barrier = Barrier(len(operations))

        def send(operation: Operation) -> Response:
            barrier.wait(timeout=30)
            return self.send(operation)

        results: list[Callable[[], Response]] = [self.pool.submit(send, each).result for each in operations]
        return [result() for result in results]
