"""The time limits of readiness checks."""

from dataclasses import dataclass


@dataclass(slots=True)
class ReadinessTimes:
    """Seconds."""

    cache_ttl: float = 1.0
    """How long a worker reuses a result: callers need no credential, so they can ask at any rate."""
    definitions_ttl: float = 60.0
    """How long a worker reuses the comparison of search keys with the profiles."""
    definitions_timeout: float = 0.5
    """The limit of that comparison: it reads all search keys, and /readyz waits for it."""
