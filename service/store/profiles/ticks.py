"""The time of a change by MongoDB's logical clock, which is called a tick.

MongoDB sets the tick when it applies the write. Ticks increase from change to change, on all servers and
after an election, and do not depend on the clocks of the instances. A tick is stored as a BSON timestamp. The
use cases know it as an integer: see ``service.model.changes``.
"""

from datetime import datetime

from bson import Timestamp

from service.model.changes import COUNTER_BITS

NEW_TICK = Timestamp(0, 0)
"""MongoDB replaces this value in a new document with the current tick."""

CURRENT_TICK = {"$type": "timestamp"}
"""The value of a field in ``$currentDate`` that sets the current tick."""


def tick_at(time: datetime) -> Timestamp:
    """Return a tick for a time without one. Ticks of later milliseconds are greater."""
    return Timestamp(int(time.timestamp()), time.microsecond // 1000)


def to_number(tick: Timestamp) -> int:
    """Return the tick as an integer. A later tick is a greater integer."""
    return tick.time << COUNTER_BITS | tick.inc


def from_number(number: int) -> Timestamp:
    """Return the tick of an integer."""
    return Timestamp(number >> COUNTER_BITS, number & (1 << COUNTER_BITS) - 1)
