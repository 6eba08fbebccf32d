"""Fields that several schemas share: basic types, IDs, channels, pages and periods."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.base import Request, Response
from schemas.fields import BoundedList, DateTime, Integer, Text, identifier_field
from service.model.contact import Channel
from service.model.identifiers import CONTACT_ID, CONTACT_ID_RULE, PROFILE_ID, SEARCH_KEY_NAME
from service.model.limits import DEFAULT_PAGE_SIZE, MAX_CURSOR_LENGTH, MAX_PAGE_SIZE

# Other names for channels in Amazon Connect Streams. Amazon Connect's API writes names in upper case.
_ALIASES = {"queue_callback": Channel.VOICE, "callback": Channel.VOICE}
_CHANNELS = {**{channel.value: channel for channel in Channel}, **_ALIASES}
_UPPER_CASE = {name.upper(): name for name in _CHANNELS}


def string_field(
    description: str, *, required: bool = True, allow_none: bool = False, **metadata: str
) -> fields.String:
    """Return a string field for responses."""
    metadata = {"description": description, **metadata}
    return fields.String(required=required, allow_none=allow_none, metadata=metadata)


def boolean_field(description: str) -> fields.Boolean:
    """Return a boolean field for responses."""
    return fields.Boolean(required=True, metadata={"description": description})


def time_field(description: str, *, allow_none: bool = False) -> DateTime:
    """Return a time field for responses."""
    return DateTime(required=True, allow_none=allow_none, metadata={"description": description})


def enum_field(enum: type[StrEnum], description: str, **kwargs: Any) -> fields.String:
    """Return a field that loads a member of the enum.

    By default, the field is required if it has no ``load_default``.
    """
    return fields.String(
        required=kwargs.pop("required", "load_default" not in kwargs),
        validate=validate.OneOf([member.value for member in enum]),
        post_load=enum,
        metadata={"description": description},
        **kwargs,
    )


def list_field(items: Response | fields.Field[Any], description: str) -> fields.List[Any]:
    """Return a list field for responses."""
    inner = fields.Nested(items) if isinstance(items, Response) else items
    return fields.List(inner, required=True, metadata={"description": description})


def contact_id_field(**kwargs: Any) -> fields.String:
    """Return a field for a contact's ID."""
    message = f"Must be {CONTACT_ID_RULE}."
    metadata = {"description": "The contact's ID, chosen by the frontend."}
    return identifier_field(CONTACT_ID, message, metadata=metadata, **kwargs)


def profile_id_field(description: str = "The profile's ID.", **kwargs: Any) -> fields.String:
    """Return a field for a profile's ID."""
    message = "Must be 32 lower-case hexadecimal digits."
    return identifier_field(PROFILE_ID, message, metadata={"description": description}, **kwargs)


def search_key_field(*, required: bool = False, **metadata: str) -> fields.String:
    """Return a field for a search key's name. ``metadata`` are its ``description`` and ``example``."""
    message = "Must be 1 to 64 of the characters a-z, 0-9 and _, and begin with a letter."
    return identifier_field(SEARCH_KEY_NAME, message, required=required, metadata=metadata)


def values_field(max_items: int, description: str) -> BoundedList:
    """Return a field for one or more values of a search key in a request."""
    metadata = {"description": description}
    return BoundedList(Text(), min_items=1, max_items=max_items, required=True, metadata=metadata)


def request_channel_field(*, upper_case: bool = False, **kwargs: Any) -> fields.String:
    """Return a field for a channel in a request. The field also accepts Amazon Connect's names.

    The OpenAPI document lists the names in lower case, or with ``upper_case`` in upper case. It cannot list
    both, because generated clients name the members of an enum in upper case.
    """
    documented, other_case = ({"enum": [*_UPPER_CASE]}, "Lower") if upper_case else ({}, "Upper")
    return fields.String(
        pre_load=lambda name: _UPPER_CASE.get(name, name) if isinstance(name, str) else name,
        validate=validate.OneOf(list(_CHANNELS)),
        post_load=_CHANNELS.__getitem__,
        metadata={
            "description": "The type of contact. Amazon Connect's `queue_callback` and `callback` are stored "
            f"and returned as `voice`. {other_case} case is accepted too.",
            **documented,
        },
        **kwargs,
    )


def limit_field(*, strict: bool = True, max_limit: int = MAX_PAGE_SIZE) -> Integer:
    """Return a field for the page size. ``strict`` rejects strings; set it to False for query strings."""
    return Integer(
        strict=strict,
        load_default=DEFAULT_PAGE_SIZE,
        validate=validate.Range(min=1, max=max_limit),
        metadata={"description": "The maximum number of items on the page.", "example": DEFAULT_PAGE_SIZE},
    )


def cursor_field(*, allow_none: bool = True) -> fields.String:
    """Return a field for a page's cursor. Query strings need ``allow_none=False``: they have no null."""
    return fields.String(
        # A callable, because apispec documents constant defaults, and null is not valid in a query string.
        load_default=lambda: None,
        allow_none=allow_none,
        validate=validate.Length(min=1, max=MAX_CURSOR_LENGTH),
        metadata={"description": "The `next_cursor` of the previous page. Omit it for the first page."},
    )


NEXT_CURSOR = string_field(
    "The cursor of the next page; null on the last page. A page with a cursor can have fewer items than "
    "`limit`, or none.",
    allow_none=True,
)
"""The field of the next page's cursor. All schemas can share it, because marshmallow copies fields."""


class PeriodRequest(Request):
    """Base of requests with fields ``from_`` and ``to``. ``from_`` must be earlier than ``to``."""

    @validates_schema
    def _check_period(self, data: Mapping[str, datetime | None], **_kwargs: object) -> None:
        start, end = (data.get(str(self.fields[name].attribute)) for name in ("from_", "to"))
        if start is not None and end is not None and start >= end:
            raise ValidationError("Must be later than from.", "to")
