"""Random IDs are unique across processes."""

import subprocess
import sys

# The parent and its forked child both print an ID.
_FORKED = """
import os
from service.use_cases.ids import random_bits
random_bits(128)
os.fork()
os.write(1, f"{random_bits(128):032x}\\n".encode())
"""


def test_a_forked_worker_generates_different_ids() -> None:
    """The random bits that a worker inherits from its parent are not used."""
    result = subprocess.run([sys.executable, "-c", _FORKED], check=True, capture_output=True, text=True)
    one, other = result.stdout.split()
    assert len(one) == len(other) == 32
    assert one != other
