"""What the service sends to MongoDB."""

from typing import Any

from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)


class Commands(CommandListener):
    """Keeps the commands that were sent, in their order."""

    def __init__(self) -> None:
        """Begin with none."""
        self.sent: list[dict[str, Any]] = []

    @property
    def names(self) -> list[str]:
        """The names of the commands."""
        return [next(iter(command)) for command in self.sent]

    def started(self, event: CommandStartedEvent) -> None:
        """Keep the command."""
        self.sent.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Need nothing of it."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Need nothing of it."""
