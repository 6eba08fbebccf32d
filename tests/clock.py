"""A clock that tests set."""

from dataclasses import dataclass


@dataclass
class Clock:
    """A clock with a fixed time, in seconds, until a test changes it."""

    seconds: float = 0.0

    def __call__(self) -> float:
        """Return the current time."""
        return self.seconds
