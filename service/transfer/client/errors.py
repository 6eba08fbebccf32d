"""Errors of requests to the service."""

from service.transfer.errors import TransferError


class InvalidAddress(TransferError):
    """The URL of the service or the API key cannot be valid."""


class NotAuthorised(TransferError):
    """The credential is missing or not valid, or lacks a scope."""


class ServiceFailed(TransferError):
    """The service cannot be reached or has failed, or another server has responded."""


class Stopped(TransferError):
    """A request failed, and is not sent again because the command stops."""


class RejectedRequest(TransferError):
    """The service rejects the request. ``code`` is the code of the problem document."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class TooLarge(RejectedRequest):
    """The body is too large for the service, or for a proxy in front of it."""
