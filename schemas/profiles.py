"""Requests and responses of profiles."""

from collections.abc import Mapping
from typing import ClassVar

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas import common
from schemas.base import Request, Response
from schemas.fields import BoundedList, MappingField, Text
from schemas.search_keys import MASK_RULE
from service.model import limits

TEXT_FIELDS = {
    "first_name": "The given name. Null for a company that has only a `business_name`.",
    "middle_name": "The names between the first name and the last name.",
    "last_name": "The family name.",
    "phonetic_first_name": "The reading of the first name, such as kana. A search by name includes it.",
    "phonetic_last_name": "The reading of the last name. A search by name includes it.",
    "business_name": "The company's name. A search by name includes it. Required if there is no first name.",
    "account_number": "The customer's number in your own system. Search key `account`. If no two profiles "
    "may have the same number, use a unique search key of type `identifier` instead of this field.",
    "birth_date": "The date of birth, in any format.",
    "gender": "The gender, in any wording.",
    "party_type": "The kind of customer, such as INDIVIDUAL, BUSINESS or OTHER.",
    "additional_information": "Other information for agents.",
}
ADDRESS_LINES = {
    "address_1": "The first line, such as street and number.",
    "address_2": "The second line, such as building or flat.",
    "address_3": "The third line.",
    "address_4": "The fourth line.",
    "city": "The city, town or ward.",
    "county": "The county.",
    "state": "The state.",
    "province": "The province or prefecture.",
    "country": "The country's name or code.",
    "postal_code": "The postal code.",
}
_PHONE_NUMBERS = "Phone numbers. Search key `phone`."
_EMAIL_ADDRESSES = "E-mail addresses. Search key `email`."
_ADDRESSES = "Postal addresses. Not searchable."
_ATTRIBUTES = {
    "description": "Your own data: names with text values. Not searchable. In a PATCH, null removes an "
    "attribute."
}
_KEYS = {
    "description": "Values of custom search keys, by the name of the search key. Values of a sensitive "
    f"search key are masked in responses. {MASK_RULE} In a PATCH, null removes all values of a search key. "
    "A mask that is sent back unchanged keeps its value."
}
_RESPONSE_LABEL = common.string_field("Your own label.", allow_none=True)
_ADDITIONAL_INFORMATION = Text(
    max_length=limits.MAX_ADDITIONAL_INFORMATION_LENGTH,
    multiline=True,
    allow_none=True,
    description=TEXT_FIELDS["additional_information"],
)
_NAMES = ("first_name", "business_name")


def _request_texts(descriptions: Mapping[str, str]) -> dict[str, Text]:
    return {name: Text(allow_none=True, description=text) for name, text in descriptions.items()}


def _response_texts(descriptions: Mapping[str, str]) -> dict[str, fields.String]:
    return {name: common.string_field(text, allow_none=True) for name, text in descriptions.items()}


def _items(request: Request, description: str) -> BoundedList:
    metadata = {"description": description}
    return BoundedList(
        fields.Nested(request), max_items=limits.MAX_LIST_ITEMS, allow_none=True, metadata=metadata
    )


def _label(examples: str) -> Text:
    description = f"Your own label, such as {examples}."
    return Text(max_length=limits.MAX_LABEL_LENGTH, allow_none=True, description=description)


class PhoneNumberRequest(Request):
    """A phone number."""

    type = _label("mobile")
    value = Text(
        required=True,
        description="The number in any notation. Stored as sent, without white space at the ends.",
    )
    e164 = fields.String(
        allow_none=True,
        validate=validate.Length(max=limits.MAX_VALUE_LENGTH),
        metadata={
            "description": "The `e164` from a response. Send it back if the number is unchanged. Without it, "
            "the number is parsed again. It is ignored for a new number."
        },
    )


class EmailAddressRequest(Request):
    """An e-mail address."""

    type = _label("work")
    value = Text(required=True, description="The address. Stored as sent, without white space at the ends.")


class AddressRequest(Request):
    """A postal address."""

    class Meta:
        """Add the address lines after ``type``."""

        include = _request_texts(ADDRESS_LINES)

    type = _label("home, shipping or billing")


class PhoneNumberResponse(Response):
    """A phone number, as sent and in E.164."""

    type = _RESPONSE_LABEL
    value = common.string_field("The number as it was sent.")
    e164 = common.string_field(
        "The number in ITU-T E.164. Null if the value is not a possible phone number. Then a search compares "
        "the digits of the value, or its text if it contains a letter, `*` or `#`.",
        allow_none=True,
    )


class EmailAddressResponse(Response):
    """An e-mail address as it was sent."""

    type = _RESPONSE_LABEL
    value = common.string_field("The address as it was sent.")


class AddressResponse(Response):
    """A postal address."""

    class Meta(Response.Meta):
        """Add the address lines after ``type``."""

        include = _response_texts(ADDRESS_LINES)

    type = _RESPONSE_LABEL


class _ProfileTexts(Request):
    class Meta:
        include = _request_texts(TEXT_FIELDS) | {"additional_information": _ADDITIONAL_INFORMATION}


class _ProfileFields(_ProfileTexts):
    phone_numbers = _items(PhoneNumberRequest(), _PHONE_NUMBERS)
    email_addresses = _items(EmailAddressRequest(), _EMAIL_ADDRESSES)
    addresses = _items(AddressRequest(), _ADDRESSES)
    attributes = MappingField(
        Text(),
        Text(multiline=True, allow_none=True),
        max_members=limits.MAX_ATTRIBUTES,
        allow_none=True,
        metadata=_ATTRIBUTES,
    )
    keys = MappingField(
        common.search_key_field(),
        BoundedList(Text(), max_items=limits.MAX_LIST_ITEMS, allow_none=True),
        max_members=limits.MAX_PROFILE_SEARCH_KEYS,
        allow_none=True,
        metadata=_KEYS,
    )


class ProfileRequest(_ProfileFields):
    """A new profile. It must have a first name or a business name."""

    # The same rule as ``_check_name``. Written with `not`, because client generators fail on `anyOf` next to
    # `properties`; they ignore `not`.
    document: ClassVar[Mapping[str, object]] = {
        "not": {"properties": {name: {"type": "null"} for name in _NAMES}}
    }

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_name(self, _data: object, original: object, **_kwargs: object) -> None:
        if isinstance(original, Mapping) and all(original.get(name) is None for name in _NAMES):
            raise ValidationError("A profile needs a first name or a business name; send one.", "first_name")


class ProfilePatchRequest(_ProfileFields):
    """A merge patch of a profile (RFC 7396).

    Omitted fields keep their values, null removes a value, and a list replaces the whole list. The result
    must have a first name or a business name.
    """


class _ProfileTextsResponse(Response):
    class Meta(Response.Meta):
        include = _response_texts(TEXT_FIELDS)

    profile_id = common.profile_id_field(required=True)


MERGED_INTO = (
    "Only if the profile of the request was merged: the ID of the profile into which it was merged, and "
    "which the response shows."
)


class ProfileResponse(_ProfileTextsResponse):
    """A profile. Unknown values are null or empty, not omitted."""

    phone_numbers = common.list_field(PhoneNumberResponse(), _PHONE_NUMBERS)
    email_addresses = common.list_field(EmailAddressResponse(), _EMAIL_ADDRESSES)
    addresses = common.list_field(AddressResponse(), _ADDRESSES)
    attributes = MappingField(fields.String(), fields.String(), required=True, metadata=_ATTRIBUTES)
    keys = MappingField(fields.String(), fields.List(fields.String()), required=True, metadata=_KEYS)
    version = fields.Integer(
        required=True,
        validate=validate.Range(min=1),
        metadata={"description": "The number in the ETag. Every change increases it."},
    )
    created_at = common.time_field("When the profile was created.")
    updated_at = common.time_field("When the profile was last changed.")
    merged_into = common.profile_id_field(MERGED_INTO)


class ProfilesResponse(Response):
    """A page of profiles."""

    items = common.list_field(ProfileResponse(), "The profiles.")
    next_cursor = common.NEXT_CURSOR
