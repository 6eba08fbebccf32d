"""The time, as it is stored."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the time in UTC, to the millisecond, since MongoDB keeps no more."""
    time = datetime.now(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)
