"""The `WWW-Authenticate` header of rejected requests (RFC 6750, section 3)."""

from service.errors.access import Forbidden, Unauthenticated
from service.errors.base import ServiceError

_REALM = 'Bearer realm="profile-lookup"'


def challenge(error: ServiceError) -> str | None:
    """Return the challenge for the error, or None if the error is not about the credential.

    The response to a request without a credential has no error code, as RFC 6750 recommends.
    """
    match error:
        case Unauthenticated(reason=None):
            return _REALM
        case Unauthenticated():
            return f'{_REALM}, error="invalid_token"'
        case Forbidden():
            return f'{_REALM}, error="insufficient_scope", scope="{error.scope}"'
    return None
