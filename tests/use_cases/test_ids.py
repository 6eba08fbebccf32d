"""IDs: random enough never to come twice."""

import subprocess
import sys

# Both print: the parent, and its copy.
_FORKED = """
import os
from service.use_cases.ids import random_bits
random_bits(128)
os.fork()
os.write(1, f"{random_bits(128):032x}\\n".encode())
"""


def test_a_forked_worker_makes_ids_of_its_own() -> None:
    """It does not go on with the bits that its parent, and all of its siblings, have next."""
    told = subprocess.run([sys.executable, "-c", _FORKED], check=True, capture_output=True, text=True)
    one, other = told.stdout.split()
    assert len(one) == len(other) == 32
    assert one != other
