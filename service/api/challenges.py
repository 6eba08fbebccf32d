"""What `WWW-Authenticate` says to a caller who is not let in (RFC 6750, section 3)."""

from service import errors

_REALM = 'Bearer realm="profile-lookup"'


def challenge(error: errors.ServiceError) -> str | None:
    """Return the challenge that answers the error, or None where it is about something else.

    A caller who sent no credential is not told of an error: it may not know that one is needed.
    """
    match error:
        case errors.Unauthenticated(reason=None):
            return _REALM
        case errors.Unauthenticated():
            return f'{_REALM}, error="invalid_token"'
        case errors.Forbidden():
            return f'{_REALM}, error="insufficient_scope", scope="{error.scope}"'
    return None
