"""The service under test: its callers, its database, and how both are emptied between two runs."""

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
from tests.model.answers import Answer, calling
from tests.model.operation import AGENTS, DOMAINS, Operation

DATA = ("profiles", "associations", "search_keys", "settings", "audit")
MOST_AT_ONCE = 3


@dataclass(frozen=True)
class Stage:
    """An application that asks for credentials, and an API key for each agent."""

    app: Flask
    database: Database[dict[str, Any]]
    pool: ThreadPoolExecutor
    credentials: dict[str, str] = field(default_factory=dict)
    answers: Counter[tuple[str, int, str | None]] = field(default_factory=Counter)
    """How often each kind of operation was answered with which status and code."""

    @property
    def stores(self) -> Stores:
        """The application's stores."""
        found: Stores = self.app.extensions["profile_lookup"]
        return found

    def make_credentials(self) -> None:
        """Make an API key for each agent but those who have none."""
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
        """Remove all data of all domains, also from what the application remembers."""
        self.stores.audit.flush()
        for name in DATA:
            self.database[name].delete_many({})
        for domain in DOMAINS:
            self.stores.domains.read(domain)

    def ask(self, operation: Operation) -> Answer:
        """Have the agent ask for the operation, and return the answer."""
        answer = operation.perform(calling(self.app.test_client(), self.credentials.get(operation.by)))
        self.answers[type(operation).__name__, answer.status, answer.code] += 1
        return answer

    def ask_at_once(self, operations: Sequence[Operation]) -> list[Answer]:
        """Have all agents ask at the same moment, and return what each was answered."""
        barrier = Barrier(len(operations))

        def ask(operation: Operation) -> Answer:
            barrier.wait(timeout=30)
            return self.ask(operation)

        asking: list[Callable[[], Answer]] = [self.pool.submit(ask, each).result for each in operations]
        return [result() for result in asking]
