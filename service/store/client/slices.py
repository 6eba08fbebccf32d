"""Divide long work into slices. A gevent worker serves other requests only when the current one waits."""

import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypeVar

MAX_WRITES = 100
"""Maximum number of profiles that one command of a batch writes.

Converting and encoding them takes about 10 ms. While the command runs, the worker serves other requests.
"""

_T = TypeVar("_T")

yield_to_other_requests = partial(time.sleep, 0)
"""Give other requests of the same worker a turn."""


def in_slices(values: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """Yield the values in slices of this size, with a pause between two slices."""
    for start in range(0, len(values), size):
        if start:
            yield_to_other_requests()
        yield values[start : start + size]
