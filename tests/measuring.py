"""Pause the measurement of coverage while test data is prepared. Measured code runs several times slower."""

from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage

_pauses: list[Coverage] = []


@contextmanager
def unmeasured() -> Iterator[None]:
    """Do not measure coverage in the block. Blocks can be nested."""
    coverage = Coverage.current()
    if coverage is None or _pauses:
        yield
        return
    coverage.stop()
    _pauses.append(coverage)
    try:
        yield
    finally:
        _pauses.pop().start()
