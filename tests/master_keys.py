"""Master keys for tests."""

from base64 import b64encode


def master_key(identifier: str) -> str:
    """Return a fixed master key for an ID, in the format of ``MASTER_KEYS``."""
    return f"{identifier}:{b64encode(identifier.encode().ljust(32, b'.')).decode()}"


ONE = master_key("one")
TWO = master_key("two")

# The first master key encrypts new values. All of them decrypt. A rotation from ONE to TWO uses both lists.
ONE_THEN_TWO = f"{ONE},{TWO}"
TWO_THEN_ONE = f"{TWO},{ONE}"
