"""Whether MongoDB can be written to at all, as the driver's monitor sees it."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from pymongo.monitoring import TopologyListener

from service.errors.datastore import DatastoreUnavailable

PATIENCE_SECONDS = 3.0
"""An election passes within that time, and a request had better wait; beyond, waiting only holds threads."""


class Availability(TopologyListener):
    """Hears from the driver when there is a primary and when there is none."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Take a clock in seconds; until the driver tells something, MongoDB counts as available."""
        self._clock = clock
        self._writable = True
        self._missed_since: float | None = None

    def check(self) -> None:
        """Raise ``DatastoreUnavailable`` at once where there has been no primary for a while.

        Otherwise each request would hold a thread until its own time-out, and those that hold none yet would
        wait for all of them, the process's sign of life included.

        Where none was ever seen the time begins with the first request: the driver tells of itself when it is
        made, and looks for a primary when it is first asked something, which may be an hour later.
        """
        if self._writable:
            return
        if self._missed_since is None:
            self._missed_since = self._clock()
        elif self._clock() - self._missed_since > PATIENCE_SECONDS:
            raise DatastoreUnavailable

    def opened(self, event: Any) -> None:
        """Note that there is a driver, and no primary as yet."""
        del event
        self._writable = False

    def description_changed(self, event: Any) -> None:
        """Note that a primary has come or gone."""
        writable = event.new_description.has_writable_server()
        if writable:
            self._missed_since = None
        elif self._writable:
            self._missed_since = self._clock()
        self._writable = writable

    def closed(self, event: Any) -> None:
        """Do nothing: the process ends."""
