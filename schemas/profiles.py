"""Requests and responses of profiles."""

from collections.abc import Mapping
from typing import ClassVar

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.base import Request, Response
from schemas.fields import BoundedList, MappingField, Text
from schemas.identifiers import profile_id_field, search_key_field
from schemas.pages import next_cursor_field
from schemas.profile_parts import (
    PROFILE_REQUEST_TEXTS,
    PROFILE_RESPONSE_TEXTS,
    AddressRequest,
    AddressResponse,
    EmailAddressRequest,
    EmailAddressResponse,
    PhoneNumberRequest,
    PhoneNumberResponse,
)
from schemas.response_fields import list_field, time_field
from schemas.search_keys import MASK_RULE
from service.model.limits import MAX_ATTRIBUTES, MAX_LIST_ITEMS, MAX_PROFILE_SEARCH_KEYS

_NAMES = ("first_name", "business_name")
_PHONE_NUMBERS = {"description": "Phone numbers. Search key `phone`."}
_EMAIL_ADDRESSES = {"description": "E-mail addresses. Search key `email`."}
_ADDRESSES = {"description": "Postal addresses. Not searchable."}
_ATTRIBUTES = {
    "description": "Your own data, string to string. Not searchable. In a PATCH, null removes a member."
}
_KEYS = {
    "description": "Values of custom search keys, by the name of the search key. Values of a sensitive "
    f"search key are masked in responses. {MASK_RULE} In a PATCH, null removes all values of a search key, "
    "and a mask that is sent back leaves its value unchanged."
}


class _ProfileTexts(Request):
    class Meta:
        include = PROFILE_REQUEST_TEXTS


class _ProfileFields(_ProfileTexts):
    phone_numbers = BoundedList(
        fields.Nested(PhoneNumberRequest()),
        max_items=MAX_LIST_ITEMS,
        allow_none=True,
        metadata=_PHONE_NUMBERS,
    )
    email_addresses = BoundedList(
        fields.Nested(EmailAddressRequest()),
        max_items=MAX_LIST_ITEMS,
        allow_none=True,
        metadata=_EMAIL_ADDRESSES,
    )
    addresses = BoundedList(
        fields.Nested(AddressRequest()), max_items=MAX_LIST_ITEMS, allow_none=True, metadata=_ADDRESSES
    )
    attributes = MappingField(
        Text(),
        Text(multiline=True, allow_none=True),
        max_members=MAX_ATTRIBUTES,
        allow_none=True,
        metadata=_ATTRIBUTES,
    )
    keys = MappingField(
        search_key_field(),
        BoundedList(Text(), max_items=MAX_LIST_ITEMS, allow_none=True),
        max_members=MAX_PROFILE_SEARCH_KEYS,
        allow_none=True,
        metadata=_KEYS,
    )


class ProfileRequest(_ProfileFields):
    """A new profile. It needs a first name or a business name."""

    # ``_check_name`` in JSON Schema: not both names are null or absent. Client generators ignore `not`, but
    # fail on `anyOf` beside properties.
    document: ClassVar[Mapping[str, object]] = {
        "not": {"properties": {name: {"type": "null"} for name in _NAMES}}
    }

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_name(self, data: object, original: object, **_kwargs: object) -> None:
        del data
        if isinstance(original, Mapping) and all(original.get(name) is None for name in _NAMES):
            raise ValidationError("A profile needs a first name or a business name; send one.", "first_name")


class ProfilePatchRequest(_ProfileFields):
    """A merge patch (RFC 7396): absent fields stay, null removes, a list replaces the whole list.

    The result must have a first name or a business name.
    """


class _ProfileTextsResponse(Response):
    class Meta(Response.Meta):
        include = PROFILE_RESPONSE_TEXTS

    profile_id = profile_id_field(required=True)


class ProfileResponse(_ProfileTextsResponse):
    """A profile. Every field is present; unknown values are null or empty."""

    phone_numbers = list_field(PhoneNumberResponse(), _PHONE_NUMBERS["description"])
    email_addresses = list_field(EmailAddressResponse(), _EMAIL_ADDRESSES["description"])
    addresses = list_field(AddressResponse(), _ADDRESSES["description"])
    attributes = MappingField(fields.String(), fields.String(), required=True, metadata=_ATTRIBUTES)
    keys = MappingField(fields.String(), fields.List(fields.String()), required=True, metadata=_KEYS)
    version = fields.Integer(
        required=True,
        validate=validate.Range(min=1),
        metadata={"description": "The number in the ETag. Every change increases it by one."},
    )
    created_at = time_field("When the profile was created.")
    updated_at = time_field("When the profile was last changed.")


class ProfilesResponse(Response):
    """A page of profiles, ordered by ID."""

    items = list_field(ProfileResponse(), "The profiles.")
    next_cursor = next_cursor_field()
