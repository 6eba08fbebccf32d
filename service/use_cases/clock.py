"""The current time, as it is stored."""

from datetime import UTC, datetime
from time import time_ns


def now() -> datetime:
    """Return the time in UTC, in whole milliseconds: MongoDB stores no more."""
    return datetime.fromtimestamp(time_ns() // 1_000_000 / 1000, UTC)
