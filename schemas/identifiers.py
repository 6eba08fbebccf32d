"""The names of things: what they may look like, and their fields."""

import re
from typing import Any

from marshmallow import fields, validate

from schemas.fields import Identifier

PROFILE_ID = re.compile(r"^[0-9a-f]{32}$")
# The path /v1/contacts/search is that of an operation.
CONTACT_ID = re.compile(r"^(?!search$)[A-Za-z0-9_.:-]{1,128}$")
SEARCH_KEY_NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}$")

CHANNELS = ("voice", "chat", "task", "email")
# More types of contact in Amazon Connect Streams. Amazon Connect's API writes channels in upper case.
_AMAZON_CHANNELS = {"queue_callback": "voice", "callback": "voice"}
_SENT_CHANNELS = (*CHANNELS, *_AMAZON_CHANNELS)
_UPPER_CASE = {name.upper(): name for name in _SENT_CHANNELS}


def contact_id_field(**kwargs: Any) -> Identifier:
    """Return the field of a contact's ID."""
    message = "A contact_id is 1 to 128 of A-Z, a-z, 0-9, _, ., : and -, and not 'search'."
    about = {"description": "The contact's ID, chosen by the frontend."}
    return Identifier(CONTACT_ID, message, metadata=about, **kwargs)


def profile_id_field(about: str = "The profile's ID.", **kwargs: Any) -> Identifier:
    """Return the field of a profile's ID."""
    message = "A profile_id is 32 hexadecimal digits in lower case."
    return Identifier(PROFILE_ID, message, metadata={"description": about}, **kwargs)


def search_key_field(**kwargs: Any) -> Identifier:
    """Return the field of a search key's name."""
    message = "A search key is 1 to 64 of a-z, 0-9 and _, and begins with a letter."
    return Identifier(SEARCH_KEY_NAME, message, **kwargs)


class _SentChannel(fields.String):
    """A channel, or what Amazon Connect calls it; loaded as one of ``CHANNELS``."""

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the channel; raises ``ValidationError``."""
        name = _UPPER_CASE.get(value, value) if isinstance(value, str) else value
        name = super().deserialize(name, *args, **kwargs)
        return _AMAZON_CHANNELS.get(name, name)


def sent_channel_field(**kwargs: Any) -> fields.String:
    """Return the field of a channel in a request."""
    return _SentChannel(
        validate=validate.OneOf(_SENT_CHANNELS),
        metadata={
            "description": "The kind of contact. Amazon Connect's `queue_callback` and `callback` mean "
            "`voice`, and are stored and shown so; each name may be in upper case."
        },
        **kwargs,
    )


def channel_field(**kwargs: Any) -> fields.String:
    """Return the field of a channel in a response."""
    return fields.String(
        validate=validate.OneOf(CHANNELS),
        **{"metadata": {"description": "The kind of contact."}, **kwargs},
    )
