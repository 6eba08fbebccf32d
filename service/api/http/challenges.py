"""What `WWW-Authenticate` says to a caller who is not let in (RFC 6750, section 3)."""

from service.errors.access import Forbidden, Unauthenticated
from service.errors.base import ServiceError

_REALM = 'Bearer realm="profile-lookup"'


def challenge(error: ServiceError) -> str | None:
    """Return the challenge that answers the error, or None where it is about something else.

    A caller who sent no credential is not told of an error: it may not know that one is needed.
    """
    match error:
        case Unauthenticated(reason=None):
            return _REALM
        case Unauthenticated():
            return f'{_REALM}, error="invalid_token"'
        case Forbidden():
            return f'{_REALM}, error="insufficient_scope", scope="{error.scope}"'
    return None
