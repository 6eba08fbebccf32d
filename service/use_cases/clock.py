"""The time, as it is stored."""

from datetime import UTC, datetime
from time import time_ns


def now() -> datetime:
    """Return the time in UTC, to the millisecond, since MongoDB keeps no more."""
    return datetime.fromtimestamp(time_ns() // 1_000_000 / 1000, UTC)
