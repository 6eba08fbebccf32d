"""Run `profile-lookup` as a process that stops itself (SIGSTOP) after its first command of a name to MongoDB.

It stops in a destructor, where Python ignores exceptions. A test can then send a signal that certainly
arrives before the process ends, and continue the process.
"""

import os
import signal
import sys
from functools import partial
from unittest.mock import patch

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from service.cli import main
from service.store.client.connection import connect


class _Stopping:
    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
        # Python runs the handlers of signals between the rounds of a loop.
        for _ in range(1000):
            pass


class _Listener(CommandListener):
    """Stops the process once."""

    def __init__(self, command: str) -> None:
        self._command = command
        self._stopping: _Stopping | None = _Stopping()

    def started(self, event: CommandStartedEvent) -> None:
        """Ignore the event."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Stop if the command has the name."""
        if event.command_name == self._command:
            self._stopping = None

    def failed(self, event: CommandFailedEvent) -> None:
        """Ignore the event."""


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    connect_and_listen = partial(connect, listeners=[_Listener(name)])
    with patch("service.cli.stores.connect", connect_and_listen):
        main(arguments)
