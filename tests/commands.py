"""Recorder of MongoDB commands."""

from typing import Any

from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)


class Commands(CommandListener):
    """Records the commands sent to MongoDB, in order."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    @property
    def names(self) -> list[str]:
        """Return the names of the commands."""
        return [next(iter(command)) for command in self.sent]

    def started(self, event: CommandStartedEvent) -> None:
        """Record the command."""
        self.sent.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Ignore the event."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Ignore the event."""
