"""A response that is expensive to render and the same for all callers."""

from collections.abc import Callable
from threading import Lock
from time import monotonic

CACHE_TTL = 5.0
"""Seconds for which each worker reuses a rendering: any client can request it without a credential."""


class Rendering:
    """Renders at most once in ``ttl`` seconds, however many requests there are.

    Requests that arrive during a rendering wait for it and share it.
    """

    def __init__(
        self,
        render: Callable[[], bytes],
        *,
        ttl: float = CACHE_TTL,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """``render`` returns a new rendering; ``clock`` returns seconds."""
        self._render = render
        self._ttl = ttl
        self._clock = clock
        self._lock = Lock()
        self._rendered_at: float | None = None
        self._content = b""

    def content(self) -> bytes:
        """Return the rendering, not older than ``ttl`` seconds."""
        with self._lock:
            if self._rendered_at is None or self._clock() - self._rendered_at >= self._ttl:
                self._content = self._render()
                # Read after rendering, so that the requests that waited use this one.
                self._rendered_at = self._clock()
            return self._content
