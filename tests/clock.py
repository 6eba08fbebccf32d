"""A time that passes when a test says so."""

from dataclasses import dataclass


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    seconds: float = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds
