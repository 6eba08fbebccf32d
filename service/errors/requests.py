"""What can be wrong with a request itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.errors.base import ServiceError


@dataclass(frozen=True)
class FieldError:
    """One fault of the input: an RFC 6901 pointer to the field, and what to do about it."""

    pointer: str
    detail: str


class InvalidRequest(ServiceError):
    """Fields that are well-formed JSON and still cannot be accepted."""

    code = "invalid_request"
    title = "Some fields are invalid"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        """Take the faults, one for each field."""
        super().__init__("The request was not carried out; correct the fields named in errors.")
        self.errors = tuple(errors)

    def members(self) -> dict[str, Any]:
        """Return the faults."""
        return {"errors": [{"pointer": error.pointer, "detail": error.detail} for error in self.errors]}


class MalformedJson(ServiceError):
    """The body is not the JSON that was announced."""

    code = "malformed_json"
    title = "The body is not JSON"

    def __init__(
        self,
        detail: str = "The body is not a JSON document in UTF-8; send one, without lone surrogates or NaN.",
    ) -> None:
        """Take what is wrong and what to do."""
        super().__init__(detail)


class IncompleteBody(ServiceError):
    """The body did not arrive, or its chunks are none."""

    code = "incomplete_body"
    title = "The body did not arrive whole"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The body did not arrive whole, or in time; send it again in one go.")


class PayloadTooLarge(ServiceError):
    """The body is larger than the service reads."""

    code = "payload_too_large"
    title = "The body is too large"

    def __init__(self, limit: int) -> None:
        """Take the greatest size in bytes."""
        super().__init__(f"The body is larger than {limit} bytes; send less at a time.")


class UnsupportedMediaType(ServiceError):
    """The body is of a kind, or in a charset, that the service does not read."""

    code = "unsupported_media_type"
    title = "The media type is not supported"

    def __init__(self, supported: Sequence[str]) -> None:
        """Take the media types that are read here."""
        super().__init__(
            f"Send the body with the Content-Type {' or '.join(supported)}, in UTF-8, as JSON is "
            "(RFC 8259, 8.1)."
        )


class InvalidHost(ServiceError):
    """The request names no host, or none that the syntax allows (RFC 9112, 3.2)."""

    code = "invalid_host"
    title = "The Host header is missing or invalid"

    def __init__(self) -> None:
        """Set the detail: one Host header."""
        super().__init__("Send one Host header with the host and port of the URL, as HTTP/1.1 requires.")


class Misdirected(ServiceError):
    """The request asks for another host, and without authentication this machine alone is served."""

    code = "misdirected_request"
    title = "The Host is not this machine"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "Nobody is asked for a credential here (AUTH=off), so the service answers only to the names of "
            "this machine: call it as localhost, 127.0.0.1 or [::1], or start it with AUTH=on."
        )


class ForeignOrigin(ServiceError):
    """A page of another origin sends more than a GET, and without authentication any page could."""

    code = "foreign_origin"
    title = "The page may not send this here"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "Nobody is asked for a credential here (AUTH=off), so of web pages only the service's own may "
            "send more than a GET: name the page's origin in CORS_ORIGINS, or start it with AUTH=on. A page "
            "that was opened as a file has no origin; serve it."
        )


class IdempotencyKeyReused(ServiceError):
    """The Idempotency-Key belongs to another request."""

    code = "idempotency_key_reused"
    title = "The Idempotency-Key belongs to another request"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "This Idempotency-Key came with another body or contact before; a new request needs a new key."
        )
