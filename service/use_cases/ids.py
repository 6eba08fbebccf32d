"""Random bits for IDs that must be distinct but not secret."""

import os
from random import Random

# Seeded by the system once per process: each system call releases the GIL, and getting it back can take
# long. A forked process must not continue with the same bits.
_random = Random()  # noqa: S311 - the bits are no secret
os.register_at_fork(after_in_child=_random.seed)


def random_bits(count: int) -> int:
    """Return ``count`` random bits, distinct in every thread and process."""
    return _random.getrandbits(count)
