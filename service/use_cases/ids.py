"""Random bits for IDs that must differ, and that nobody must be kept from guessing."""

import os
from random import Random

# Seeded by the system, as which it is asked once a process: each time it lets go of Python's lock, and a
# thread that wants to go on may have to wait for it. A copy of the process must not go on with the same bits.
_random = Random()  # noqa: S311 - no secret is made of it
os.register_at_fork(after_in_child=_random.seed)


def random_bits(count: int) -> int:
    """Return so many bits; two threads get different ones, and two processes do."""
    return _random.getrandbits(count)
