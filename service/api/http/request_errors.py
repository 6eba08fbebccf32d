"""Errors of HTTP requests."""

from collections.abc import Sequence

from service.errors.base import ServiceError


class MalformedJson(ServiceError):
    """The body is not JSON."""

    code = "malformed_json"
    detail = "The body is not a JSON document in UTF-8; send one, without lone surrogates or NaN."


class IncompleteBody(ServiceError):
    """The body is incomplete."""

    code = "incomplete_body"
    detail = "The body did not arrive completely or in time; send it again."


class PayloadTooLarge(ServiceError):
    """The body is too large."""

    code = "payload_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit} bytes; send less in one request.")


class UnsupportedMediaType(ServiceError):
    """The media type is not supported."""

    code = "unsupported_media_type"

    def __init__(self, supported: Sequence[str]) -> None:
        super().__init__(
            f"The body has another media type or charset; send it as {' or '.join(supported)} in UTF-8 (RFC "
            "8259, 8.1)."
        )


class InvalidHost(ServiceError):
    """The Host header is missing or invalid."""

    code = "invalid_host"
    detail = "There is no valid Host header; send one with the host and port of the URL."


class Misdirected(ServiceError):
    """The Host is not this machine."""

    code = "misdirected_request"
    detail = (
        "Authentication is disabled (AUTH=off), so the service only responds as localhost, 127.0.0.1 or "
        "[::1]; use one of these names, or start it with AUTH=on."
    )


class ForeignOrigin(ServiceError):
    """The page may not send this request."""

    code = "foreign_origin"
    detail = (
        "Authentication is disabled (AUTH=off), so web pages of other origins may only send GET; add the "
        "page's origin to CORS_ORIGINS, or start the service with AUTH=on. A page opened from a file has no "
        "origin; serve it."
    )
