"""What the datastore cannot do, nor the service without it."""

from typing import Any

from service.errors.base import ServiceError

NO_ANSWER = "no answer"
"""What became of an attempt of which no more is known."""


class DatastoreUnavailable(ServiceError):
    """MongoDB did not answer in time."""

    code = "datastore_unavailable"
    title = "The datastore is unavailable"

    def __init__(self, reason: str = NO_ANSWER, *, writing: bool = False) -> None:
        """Take what became of the attempt, in a few words for those who run the service.

        And whether it was a write, whose outcome is then unknown.
        """
        super().__init__(
            "The datastore did not answer in time, so that it is unknown whether the change was made. Send "
            "the same request again after the time in Retry-After: that is safe. With the same "
            "Idempotency-Key nothing is created twice, and any other change has the same effect once more."
            if writing
            else "The datastore did not answer in time; retry after the time in Retry-After."
        )
        self.reason = reason


class CannotBeStored(ServiceError):
    """MongoDB takes no such document."""

    code = "cannot_be_stored"
    title = "The datastore takes no such record"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The record would exceed the 16 MB of one in the datastore; store less in it.")


class NotReady(ServiceError):
    """The process runs and cannot serve yet."""

    code = "not_ready"
    title = "Not ready"

    def __init__(self, checks: dict[str, str]) -> None:
        """Take the outcome of each check by its name."""
        super().__init__("Not ready to serve; checks names what failed.")
        self.checks = checks

    def members(self) -> dict[str, Any]:
        """Return the checks."""
        return {"checks": self.checks}
