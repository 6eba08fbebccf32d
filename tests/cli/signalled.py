"""Run `profile-lookup` as a process that sends itself a signal after a command to MongoDB.

The signal arrives in a destructor, where Python ignores exceptions. ``update:2`` is the second ``update``.

Usage: python -m tests.cli.signalled SIGNAL MONGODB_COMMAND[:NUMBER] [ARGUMENT...]
"""

import signal
import sys
from functools import partial
from unittest.mock import patch

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from service.cli import main
from service.store.client.connection import connect


class _Signalling:
    def __init__(self, number: int) -> None:
        self._number = number

    def __del__(self) -> None:
        signal.raise_signal(self._number)
        # Python runs the handlers of signals between the rounds of a loop.
        for _ in range(1000):
            pass


class _Listener(CommandListener):
    """Sends the signal once."""

    def __init__(self, command: str, number: int) -> None:
        self._command, _, count = command.partition(":")
        self._remaining = int(count or 1)
        self._signalling: _Signalling | None = _Signalling(number)

    def started(self, event: CommandStartedEvent) -> None:
        """Ignore the event."""

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Send the signal after the last command to wait for."""
        self._remaining -= event.command_name == self._command
        if self._remaining == 0:
            self._signalling = None

    def failed(self, event: CommandFailedEvent) -> None:
        """Ignore the event."""


if __name__ == "__main__":
    number, name, *arguments = sys.argv[1:]
    connect_and_listen = partial(connect, listeners=[_Listener(name, int(number))])
    with patch("service.cli.stores.connect", connect_and_listen):
        main(arguments)
