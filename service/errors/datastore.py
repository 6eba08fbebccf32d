"""Errors of the datastore and of readiness."""

from typing import cast

from service.errors.base import ServiceError

NO_RESPONSE = "no answer"
"""The reason if the cause is unknown. The readiness check then looks for a more exact reason."""


class DatastoreUnavailable(ServiceError):
    """The datastore is unavailable."""

    code = "datastore_unavailable"

    def __init__(self, reason: str = NO_RESPONSE, *, writing: bool = False) -> None:
        """``reason`` is for logs and the readiness check. ``writing`` is true for a change of data."""
        super().__init__(
            "The datastore did not confirm the change, so it may have been made. Send the same request again "
            "later. To create a profile, repeat the request only with its idempotency key; otherwise a "
            "second profile can be created."
            if writing
            else "The datastore is unavailable; retry later."
        )
        self.reason = reason


class CannotBeStored(ServiceError):
    """The record is too large."""

    code = "cannot_be_stored"
    detail = "The record would exceed the datastore's limit of 16 MB; store less in it."


class NotReady(ServiceError):
    """Not ready."""

    code = "not_ready"
    detail = "The service is not ready; `checks` shows what failed."

    def __init__(self, checks: dict[str, str]) -> None:
        super().__init__(checks=checks)

    @property
    def checks(self) -> dict[str, str]:
        """The result of each check."""
        return cast("dict[str, str]", self.members["checks"])
