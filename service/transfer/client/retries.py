"""Pauses between the attempts of a request."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import chain, repeat

_MAX_WAIT_SECONDS = 120


def pauses() -> Iterator[float]:
    """Yield growing pauses in seconds: half a second, then twice as long each time, at most 30 seconds."""
    return chain((0.5 * 2**n for n in range(6)), repeat(30.0))


def retry_after(header: str | None) -> float:
    """Return the seconds to wait that a Retry-After header asks for, as a number or a date.

    Returns at most two minutes, and 0 without a valid header or for a date in the past.
    """
    if header is None:
        return 0
    try:
        seconds = float(header)
    except ValueError:
        seconds = _seconds_until(header)
    return min(max(seconds, 0), _MAX_WAIT_SECONDS)


def _seconds_until(date: str) -> float:
    try:
        return (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return 0
