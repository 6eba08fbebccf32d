"""Errors in the content of requests."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from service.errors.base import ServiceError


@dataclass(frozen=True)
class FieldError:
    """An invalid field: its JSON Pointer (RFC 6901), and a text that says what is wrong, then what to do."""

    pointer: str
    detail: str


class InvalidRequest(ServiceError):
    """Some fields are invalid."""

    code = "invalid_request"
    detail = "The request was not executed; correct the fields listed in errors."

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(errors=[asdict(error) for error in errors])
        self.errors = tuple(errors)


class IdempotencyKeyReused(ServiceError):
    """The idempotency key belongs to another request."""

    code = "idempotency_key_reused"
    detail = (
        "The idempotency key was used for a different request before; use a new idempotency key for a new "
        "request."
    )
