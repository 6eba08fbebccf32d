"""A database that ends the program, or raises an exception, at a certain command of a transaction."""

import os
import signal
from collections.abc import Callable
from typing import Any

_COMMANDS = frozenset(
    {"aggregate", "bulk_write", "delete_many", "insert_many", "insert_one", "update_many", "update_one"}
)


class Killed(BaseException):
    """The program was killed. No code of the service catches this."""


def kill_program() -> None:
    """End the program at once, as ``kill -9`` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def raise_killed() -> None:
    """Stop the request without ending the program."""
    raise Killed


class KillingDatabase:
    """Wraps a database. Counts the commands, and calls ``kill`` before the command number ``at``."""

    def __init__(self, inner: Any, kill: Callable[[], None], at: int = 0) -> None:
        self.inner = inner
        self.kill = kill
        self.at = at
        self.sent = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def __getitem__(self, name: str) -> Any:
        return _KillingCollection(self, self.inner[name])


class _KillingCollection:
    def __init__(self, owner: KillingDatabase, inner: Any) -> None:
        self._owner, self._inner = owner, inner

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if name not in _COMMANDS:
            return method

        def call(*args: Any, **kwargs: Any) -> Any:
            self._owner.sent += 1
            if self._owner.sent == self._owner.at:
                self._owner.kill()
            return method(*args, **kwargs)

        return call
