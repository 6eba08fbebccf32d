"""Errors of HTTP requests."""

from collections.abc import Sequence

from service.errors.base import ServiceError


class MalformedJson(ServiceError):
    """The body is not valid JSON."""

    code = "malformed_json"
    title = "The body is not JSON"
    detail = "The body is not a JSON document in UTF-8; send one, without lone surrogates or NaN."


class IncompleteBody(ServiceError):
    """The body did not arrive completely, or its chunks are malformed."""

    code = "incomplete_body"
    title = "The body is incomplete"
    detail = "The body did not arrive completely or in time; send it again."


class PayloadTooLarge(ServiceError):
    """The body exceeds the limit, which is in bytes."""

    code = "payload_too_large"
    title = "The body is too large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body is larger than {limit} bytes; send less in one request.")


class UnsupportedMediaType(ServiceError):
    """The body has an unsupported media type or charset."""

    code = "unsupported_media_type"
    title = "The media type is not supported"

    def __init__(self, supported: Sequence[str]) -> None:
        super().__init__(
            f"The body has another media type or charset; send it as {' or '.join(supported)} in UTF-8 (RFC "
            "8259, 8.1)."
        )


class InvalidHost(ServiceError):
    """The Host header is missing or violates RFC 9112, 3.2."""

    code = "invalid_host"
    title = "The Host header is missing or invalid"
    detail = "There is no valid Host header; send one with the host and port of the URL."


class Misdirected(ServiceError):
    """The request is for another host, and authentication is disabled."""

    code = "misdirected_request"
    title = "The Host is not this machine"
    detail = (
        "Authentication is disabled (AUTH=off), so the service only responds as localhost, 127.0.0.1 or "
        "[::1]; use one of these names, or start it with AUTH=on."
    )


class ForeignOrigin(ServiceError):
    """A web page of another origin sent more than a GET, and authentication is disabled."""

    code = "foreign_origin"
    title = "The page may not send this request"
    detail = (
        "Authentication is disabled (AUTH=off), so web pages of other origins may only send GET; add the "
        "page's origin to CORS_ORIGINS, or start the service with AUTH=on. A page opened from a file has no "
        "origin; serve it."
    )
