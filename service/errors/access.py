"""Errors of authentication, authorisation, rate limits and API keys."""

from service.errors.base import Conflict, NotFound, ServiceError


class Unauthenticated(ServiceError):
    """The request has no credential, or an invalid one."""

    code = "unauthenticated"
    title = "No valid credential"

    def __init__(self, reason: str | None = None) -> None:
        """Take the reason why a credential is invalid, for the log; None without a credential.

        The caller does not learn the reason: it would help with the next guess.
        """
        super().__init__(
            "There is no credential; send an API key, or a token of the issuer, as bearer token."
            if reason is None
            else "The credential is malformed, unknown, expired, revoked or for another service; get another."
        )
        self.reason = reason


class Forbidden(ServiceError):
    """The credential does not allow the operation."""

    code = "insufficient_scope"
    title = "The credential does not allow this"

    def __init__(self, scope: str) -> None:
        super().__init__(f"The credential lacks a scope; use one with the scope {scope}.", scope=scope)
        self.scope = scope


class TooManyRequests(ServiceError):
    """The credential, or the address of failed authentications, has reached its limit per minute.

    ``seconds`` is the time until requests are accepted again.
    """

    code = "rate_limited"
    title = "Too many requests"
    detail = "There were too many requests with this credential, or without a valid one; retry later."

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class IssuerUnavailable(ServiceError):
    """The keys of the OIDC issuer cannot be read, so tokens cannot be verified."""

    code = "issuer_unavailable"
    title = "The issuer's keys are unavailable"
    detail = "The issuer of the token did not return its keys in time; retry later."


class ApiKeyNotFound(NotFound):
    """No API key has this ID."""

    code = "api_key_not_found"
    title = "API key not found"
    detail = "No API key has this ID; check the ID."


class ApiKeyEnded(Conflict):
    """The API key is expired or revoked."""

    code = "api_key_ended"
    title = "The API key is no longer valid"
    detail = "The API key is expired or revoked; create another."


class ApiKeyRotated(Conflict):
    """The API key has a successor already."""

    code = "api_key_rotated"
    title = "The API key was already rotated"

    def __init__(self, key_id: str, successor: str) -> None:
        super().__init__(
            f"{key_id} was already rotated; use its successor {successor}. If the text of that key is lost, "
            f"rotate {successor} with --grace-hours 0."
        )
        self.successor = successor
