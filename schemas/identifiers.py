"""Fields of IDs, names and channels."""

from typing import Any

from marshmallow import fields, validate

from schemas.fields import Identifier
from schemas.response_fields import enum_field
from service.model.contact import Channel
from service.model.identifiers import CONTACT_ID, PROFILE_ID, SEARCH_KEY_NAME

# Amazon Connect Streams has more types of contacts; Amazon Connect's API writes them in upper case.
_ALIASES = {"queue_callback": Channel.VOICE.value, "callback": Channel.VOICE.value}
_REQUEST_CHANNELS = [*(channel.value for channel in Channel), *_ALIASES]
_UPPER_CASE = {name.upper(): name for name in _REQUEST_CHANNELS}


def contact_id_field(**kwargs: Any) -> Identifier:
    """Return a field for a contact's ID."""
    message = "A contact_id is 1 to 128 of A-Z, a-z, 0-9, _, ., : and -, and not 'search'."
    metadata = {"description": "The contact's ID, chosen by the frontend."}
    return Identifier(CONTACT_ID, message, metadata=metadata, **kwargs)


def profile_id_field(description: str = "The profile's ID.", **kwargs: Any) -> Identifier:
    """Return a field for a profile's ID."""
    message = "A profile_id is 32 hexadecimal digits in lower case."
    return Identifier(PROFILE_ID, message, metadata={"description": description}, **kwargs)


def search_key_field(
    description: str | None = None, *, example: str | None = None, required: bool = False
) -> Identifier:
    """Return a field for a search key's name."""
    message = "A search key is 1 to 64 of a-z, 0-9 and _, and begins with a letter."
    texts = {"description": description, "example": example}
    metadata = {name: text for name, text in texts.items() if text is not None}
    return Identifier(SEARCH_KEY_NAME, message, required=required, metadata=metadata)


def request_channel_field(**kwargs: Any) -> fields.String:
    """Return a field for a channel in a request, which loads Amazon Connect's names as a ``Channel``."""
    return fields.String(
        pre_load=lambda name: _UPPER_CASE.get(name, name) if isinstance(name, str) else name,
        validate=validate.OneOf(_REQUEST_CHANNELS),
        post_load=lambda name: _ALIASES.get(name, name),
        metadata={
            "description": "The type of contact. Amazon Connect's `queue_callback` and `callback` are stored "
            "and returned as `voice`. Upper case is accepted too."
        },
        **kwargs,
    )


def channel_field() -> fields.String:
    """Return a field for a channel in a response."""
    return enum_field(Channel, "The type of contact.", allow_none=True)
