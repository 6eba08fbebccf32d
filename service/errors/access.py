"""Who is not let in, or no longer."""

from typing import Any, ClassVar

from service.errors.base import Conflict, NotFound, ServiceError


class Unauthenticated(ServiceError):
    """The request has no credential, or one that is not valid here."""

    code = "unauthenticated"
    title = "No valid credential"

    def __init__(self, reason: str | None = None) -> None:
        """Take what is wrong with the credential, for those who run the service; None where there is none.

        The caller is not told: what is wrong with a guess would help with the next one.
        """
        super().__init__(
            "Send an API key, or a token of the issuer, in the header Authorization: Bearer."
            if reason is None
            else "The credential is malformed, unknown, expired, revoked, or for another service."
        )
        self.reason = reason


class Forbidden(ServiceError):
    """The credential does not allow the operation."""

    code = "insufficient_scope"
    title = "The credential does not allow this"

    def __init__(self, scope: str) -> None:
        """Take the scope that the operation needs."""
        super().__init__(f"The operation needs a credential with the scope {scope}.")
        self.scope = scope

    def members(self) -> dict[str, Any]:
        """Return the scope."""
        return {"scope": self.scope}


class TooManyRequests(ServiceError):
    """The credential, or the address that failed to authenticate, has used up what it may do in a minute."""

    code = "rate_limited"
    title = "Too many requests"
    explanation: ClassVar[str] = (
        "Too many requests with this credential, or too many without a valid one; "
        "retry after the time in Retry-After."
    )

    def __init__(self, seconds: int) -> None:
        """Take the seconds after which there will be room again."""
        super().__init__(self.explanation)
        self.seconds = seconds


class IssuerUnavailable(ServiceError):
    """The keys of the OIDC issuer cannot be read, so that no token can be checked."""

    code = "issuer_unavailable"
    title = "The issuer's keys are unavailable"

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "The issuer of the token did not give its keys in time; retry after the time in Retry-After."
        )


class ApiKeyNotFound(NotFound):
    """No API key has this ID."""

    code = "api_key_not_found"
    title = "No such API key"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("No API key has this ID.")


class ApiKeyEnded(Conflict):
    """The API key is expired or revoked."""

    code = "api_key_ended"
    title = "The API key is no longer valid"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The API key is expired or revoked; create another.")


class ApiKeyRotated(Conflict):
    """Another API key takes the place of this one already."""

    code = "api_key_rotated"
    title = "The API key was rotated before"

    def __init__(self, key_id: str, successor: str) -> None:
        """Take the IDs of the two."""
        super().__init__(
            f"{key_id} was rotated before: {successor} takes its place. If the text of that one is lost, "
            f"rotate {successor} with --grace-hours 0."
        )
        self.successor = successor
