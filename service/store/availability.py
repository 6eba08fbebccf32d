"""Whether MongoDB can be written to at all, as the driver's monitor sees it."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from pymongo.monitoring import TopologyListener

from service.errors import DatastoreUnavailable

PATIENCE_SECONDS = 3.0
"""An election passes within that time, and a request had better wait; beyond, waiting only holds threads."""


class Availability(TopologyListener):
    """Hears from the driver when there is a primary and when there is none."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Take a clock in seconds."""
        self._clock = clock
        self._lost_at: float | None = None
        self._asked = False

    def check(self) -> None:
        """Raise ``DatastoreUnavailable`` at once where there has been no primary for a while.

        Otherwise each request would hold a thread until its own time-out, and those that hold none yet would
        wait for all of them, the process's sign of life included.
        """
        if not self._asked:
            # The driver connects with the first request, however long after its start that comes.
            self._asked = True
            self._lost_at = None if self._lost_at is None else self._clock()
        lost_at = self._lost_at
        if lost_at is not None and self._clock() - lost_at > PATIENCE_SECONDS:
            raise DatastoreUnavailable

    def opened(self, event: Any) -> None:
        """Begin to wait for a primary."""
        del event
        self._lost_at = self._clock()

    def description_changed(self, event: Any) -> None:
        """Note that a primary has come or gone."""
        if event.new_description.has_writable_server():
            self._lost_at = None
        elif self._lost_at is None:
            self._lost_at = self._clock()

    def closed(self, event: Any) -> None:
        """Do nothing: the process ends."""
