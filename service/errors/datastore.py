"""Errors of the datastore and of readiness."""

from service.errors.base import ServiceError

NO_ANSWER = "no answer"
"""The default reason why MongoDB is unavailable."""


class DatastoreUnavailable(ServiceError):
    """The datastore is unavailable."""

    code = "datastore_unavailable"

    def __init__(self, reason: str = NO_ANSWER, *, writing: bool = False) -> None:
        super().__init__(
            "The datastore did not respond in time, so it is unknown whether the change was made. Send the "
            "same request again later; that is safe. With the same idempotency key nothing is created twice, "
            "and other changes have the same effect when repeated."
            if writing
            else "The datastore did not respond in time; retry later."
        )
        self.reason = reason


class CannotBeStored(ServiceError):
    """The record is too large."""

    code = "cannot_be_stored"
    detail = "The record would exceed the datastore's limit of 16 MB; store less in it."


class NotReady(ServiceError):
    """Not ready."""

    code = "not_ready"
    detail = "The service is not ready; see in checks what failed."

    def __init__(self, checks: dict[str, str]) -> None:
        super().__init__(checks=checks)
        self.checks = checks
