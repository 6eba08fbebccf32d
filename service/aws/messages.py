"""The messages of errors, with Amazon's names of members and operations instead of those of `/v1`."""

from collections.abc import Mapping
from types import MappingProxyType

from service.errors.base import ServiceError
from service.errors.records import ProfileNotFound, UniqueKeyTaken
from service.errors.requests import FieldError, IdempotencyKeyReused, InvalidRequest
from service.errors.search_keys import UNDEFINED_SEARCH_KEY

_MAX_MEMBERS = 10
"""Maximum number of invalid members that a message names."""
_MAX_NAME_LENGTH = 100
"""Longer names of members, such as those of attributes, are truncated in messages."""
PROFILE_NOT_FOUND = "No profile has this ProfileId; find the profile with SearchProfiles, or create it."
_MESSAGES: Mapping[type[ServiceError], str] = MappingProxyType(
    {
        ProfileNotFound: PROFILE_NOT_FOUND,
        IdempotencyKeyReused: (
            "The amz-sdk-invocation-id was used for a different request before; use a new one for each "
            "request."
        ),
    }
)
_DETAILS: Mapping[str, str] = MappingProxyType(
    {
        UNDEFINED_SEARCH_KEY: (
            "No search key has this name; use a predefined one such as _phone, or declare it as a key of an "
            "object type with PutProfileObjectType."
        )
    }
)


def message_of(error: ServiceError) -> str:
    """Return the message of an error. It names the first invalid members, if any."""
    if isinstance(error, UniqueKeyTaken):
        return (
            f"Another profile has this value of the unique search key `{error.key}`; use that profile or "
            "another value."
        )
    if isinstance(error, ProfileNotFound) and "profile_id" in error.members:
        return f"No profile has the ProfileId {error.members['profile_id']}; leave it out."
    if not isinstance(error, InvalidRequest):
        return _MESSAGES.get(type(error), error.detail)
    listed = error.errors[:_MAX_MEMBERS]
    more = f" There are {len(error.errors) - len(listed)} more." if len(error.errors) > len(listed) else ""
    return " ".join(map(_sentence, listed)) + more


def _sentence(error: FieldError) -> str:
    """Return the text of an error with the name of its member, such as ``Address.City``."""
    member = error.pointer[1:].replace("/", ".").replace("~1", "/").replace("~0", "~")
    if len(member) > _MAX_NAME_LENGTH:
        member = f"{member[:_MAX_NAME_LENGTH]}…"
    detail = _DETAILS.get(error.detail, error.detail)
    return f"{member}: {detail}" if member else detail
