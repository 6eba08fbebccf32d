"""Random bits for IDs that must be distinct but not secret."""

import os
from random import Random

# Seeded by the operating system only once per process: each system call releases the GIL, and waiting for
# the GIL can take long. A forked process is seeded again, so that it does not repeat the same bits.
_random = Random()  # noqa: S311 - the bits need not be secret
os.register_at_fork(after_in_child=_random.seed)


def random_bits(count: int) -> int:
    """Return ``count`` random bits. Threads and processes get different ones."""
    return _random.getrandbits(count)
