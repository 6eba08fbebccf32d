"""What a write of many documents is answered where some of them were there already."""

from typing import Any

from pymongo.errors import BulkWriteError

# The server's error code DuplicateKey.
_DUPLICATE_KEY = 11000


def duplicates(error: BulkWriteError) -> list[dict[str, Any]]:
    """Return what was refused by a unique index; raises the error where anything else went wrong, too."""
    failed: list[dict[str, Any]] = error.details["writeErrors"]
    if error.details["writeConcernErrors"] or any(each["code"] != _DUPLICATE_KEY for each in failed):
        raise error
    return failed
