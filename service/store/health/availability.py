"""Whether MongoDB has a primary, as the driver's monitor sees it."""

from collections.abc import Callable
from time import monotonic

from pymongo.monitoring import (
    TopologyClosedEvent,
    TopologyDescriptionChangedEvent,
    TopologyListener,
    TopologyOpenedEvent,
)

from service.errors.datastore import DatastoreUnavailable

ELECTION_TIMEOUT = 3.0
"""Seconds that requests wait for a new primary. A longer wait would only hold threads."""


class Availability(TopologyListener):
    """Listens to the driver. Without an event, MongoDB counts as available. ``clock`` returns seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.election_timeout = ELECTION_TIMEOUT
        self._clock = clock
        self._has_primary = True
        self._missing_since: float | None = None

    def check(self) -> None:
        """Raise ``DatastoreUnavailable`` if there has been no primary for ``election_timeout`` seconds.

        Otherwise each request would hold a thread until its time limit, and health checks would wait. If
        there was never a primary, the time starts with the first request: only then the driver connects.
        """
        if self._has_primary:
            return
        if self._missing_since is None:
            self._missing_since = self._clock()
        elif self._clock() - self._missing_since > self.election_timeout:
            raise DatastoreUnavailable

    def opened(self, event: TopologyOpenedEvent) -> None:
        """Handle the creation of the client: there is no primary yet."""
        del event
        self._has_primary = False

    def description_changed(self, event: TopologyDescriptionChangedEvent) -> None:
        """Handle a primary that appears or disappears."""
        has_primary = event.new_description.has_writable_server()
        if has_primary:
            self._missing_since = None
        elif self._has_primary:
            self._missing_since = self._clock()
        self._has_primary = has_primary

    def closed(self, event: TopologyClosedEvent) -> None:
        """Ignore the end of the client."""
