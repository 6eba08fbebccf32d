"""The current time, with the precision of stored times."""

from datetime import UTC, datetime
from time import time_ns


def now() -> datetime:
    """Return the current time in UTC, in whole milliseconds: MongoDB stores no fractions of them."""
    return datetime.fromtimestamp(time_ns() // 1_000_000 / 1000, UTC)
