"""Errors of authentication, authorisation, rate limits and API keys."""

from service.errors.base import Conflict, NotFound, ServiceError
from service.model.principal import Scope


class Unauthenticated(ServiceError):
    """No valid credential."""

    code = "unauthenticated"

    def __init__(
        self, reason: str | None = None, *, has_header: bool = False, detail: str | None = None
    ) -> None:
        """``reason`` says why the credential is invalid. It is None if the request has no bearer credential.

        The reason is only logged. In the response it would help an attacker to guess a credential.
        ``has_header`` is True if the request has an Authorization header that is not a bearer credential.
        ``detail`` replaces the usual text, which is about bearer credentials.
        """
        wrong = "Authorization does not begin with `Bearer`" if has_header else "There is no credential"
        usual_detail = (
            f"{wrong}; send `Authorization: Bearer …` with an API key or a token."
            if reason is None
            else "The credential is malformed, unknown, expired, revoked or for another service; get another."
        )
        super().__init__(detail or usual_detail)
        self.reason = reason


class Forbidden(ServiceError):
    """The credential does not allow this."""

    code = "insufficient_scope"

    def __init__(self, *scopes: str) -> None:
        """``scopes`` are alternatives: the operation needs one of them."""
        scope = " ".join(scopes)
        detail = f"The credential lacks a scope; use one with the scope {' or '.join(scopes)}."
        if scope == Scope.TOKENS:
            detail = (
                f"The credential lacks the scope {scope}. Only API keys can have it: create one with "
                f"`--scope {scope}` and the scopes of your agents, and send it instead."
            )
        super().__init__(detail, scope=scope)
        self.scope = scope


class TooManyRequests(ServiceError):
    """Too many requests.

    ``seconds`` is the time until requests are accepted again.
    """

    code = "rate_limited"
    detail = (
        "There were too many requests or batch items with this credential, or too many failed "
        "authentications from this address; retry later."
    )

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class IssuerUnavailable(ServiceError):
    """The issuer's keys are unavailable."""

    code = "issuer_unavailable"
    detail = "The signing keys of the token's issuer are unavailable; retry later."


class KeyNotFound(NotFound):
    """Key not found."""

    code = "key_not_found"
    detail = "No key has this ID; check the ID."


class KeyEnded(Conflict):
    """The key is no longer valid."""

    code = "key_ended"
    detail = "The key is expired or revoked; create another."


class KeyRotated(Conflict):
    """The key was already rotated."""

    code = "key_rotated"

    def __init__(self, key_id: str, successor: str) -> None:
        super().__init__(
            f"{key_id} was already rotated; use its successor {successor}. If the secret of that key is "
            f"lost, rotate {successor} with --grace-hours 0."
        )
        self.successor = successor
