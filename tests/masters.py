"""Master keys for tests."""

from base64 import b64encode


def master(identifier: str) -> str:
    """Return a master with its ID, as MASTER_KEYS has it: the same for the same ID."""
    return f"{identifier}:{b64encode(identifier.encode().ljust(32, b'.')).decode()}"


ONE = master("one")
TWO = master("two")
ONE_THEN_TWO = f"{ONE},{TWO}"
TWO_THEN_ONE = f"{TWO},{ONE}"
