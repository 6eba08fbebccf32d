"""Where a page ended, in a form that callers hand back and need not understand.

A cursor names the last item of a page rather than a distance from the start, so pages neither repeat nor
skip while data is added.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from service.errors.requests import FieldError, InvalidRequest
from service.matching.ranking import Place
from service.model.match import Tier

_PROFILE_ID = re.compile(r"[0-9a-f]{32}")
_EVENT_ID = _PROFILE_ID
_CONTACT_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_9999 = 253_402_300_799_999


def of_search(stage: int, profile_id: str) -> str:
    """Return the cursor of a page of a search that ended with this profile, found in this stage."""
    return _encode([profile_id, stage])


def to_search(cursor: str | None) -> tuple[int, str | None]:
    """Return the stage and the profile ID that the last page ended with; raises ``InvalidRequest``."""
    if cursor is None:
        return 0, None
    match _decode(cursor):
        case [str(profile_id), int(stage)] if 0 <= stage <= len(Tier) and _PROFILE_ID.fullmatch(profile_id):
            return stage, profile_id
    raise _invalid()


def of_profile(profile_id: str) -> str:
    """Return the cursor of a page of profiles, by ID, that ended with this one."""
    return _encode([profile_id])


def to_profile(cursor: str | None) -> str | None:
    """Return the ID of the profile that the last page ended with; raises ``InvalidRequest``."""
    if cursor is None:
        return None
    match _decode(cursor):
        case [str(profile_id)] if _PROFILE_ID.fullmatch(profile_id):
            return profile_id
    raise _invalid()


def of_event(event_id: str) -> str:
    """Return the cursor of a page of the audit that ended with this event."""
    return _encode([event_id])


def to_event(cursor: str | None) -> str | None:
    """Return the ID of the event that the last page ended with; raises ``InvalidRequest``."""
    if cursor is None:
        return None
    match _decode(cursor):
        case [str(event_id)] if _EVENT_ID.fullmatch(event_id):
            return event_id
    raise _invalid()


def of_match(place: Place) -> str:
    """Return the cursor of a page of candidates that ended with the one at this place."""
    return _encode([*place])


def to_match(cursor: str | None) -> Place | None:
    """Return the place that the last page ended with; raises ``InvalidRequest``."""
    if cursor is None:
        return None
    match _decode(cursor):
        case [int(rank), int(own), int(keys), int(associated), int(changed), str(profile_id)] if (
            _PROFILE_ID.fullmatch(profile_id)
        ):
            return rank, own, keys, associated, changed, profile_id
    raise _invalid()


def of_contact(created_at: datetime, contact_id: str) -> str:
    """Return the cursor of a page of contacts that ended with this one."""
    return _encode([(created_at - _EPOCH) // timedelta(milliseconds=1), contact_id])


def to_contact(cursor: str | None) -> tuple[datetime, str] | None:
    """Return the time and the ID of the contact that the last page ended with; raises ``InvalidRequest``."""
    if cursor is None:
        return None
    match _decode(cursor):
        case [int(ms), str(contact_id)] if 0 <= ms <= _YEAR_9999 and _CONTACT_ID.fullmatch(contact_id):
            return _EPOCH + timedelta(milliseconds=ms), contact_id
    raise _invalid()


def _encode(parts: list[Any]) -> str:
    return urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def _decode(cursor: str) -> Any:
    """Return the parts of a cursor that was given out; base64 alone would pass over what is not base64."""
    try:
        parts = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (Base64Error, ValueError) as error:
        raise _invalid() from error
    # In Python, true is a number too.
    if (
        not isinstance(parts, list)
        or any(isinstance(part, bool) for part in parts)
        or _encode(parts) != cursor
    ):
        raise _invalid()
    return parts


def _invalid() -> InvalidRequest:
    return InvalidRequest(
        [FieldError("/cursor", "Not a cursor of this list; leave it out for the first page.")]
    )
