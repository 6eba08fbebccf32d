"""Profiles, as they are sent and answered."""

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.base import Request, Response
from schemas.fields import Mapped, Several, Text, Time
from schemas.identifiers import profile_id_field, search_key_field
from schemas.pages import next_cursor_field
from schemas.search_keys import MASK_RULE

LONGEST_ADDITIONAL_INFORMATION = 1000
MOST_ITEMS = 100
MOST_ATTRIBUTES = 200
MOST_KEYS = 50

_DESCRIPTIONS = {
    "first_name": "The given name; null for a company that has a `business_name` alone.",
    "middle_name": "Names between the first and the last.",
    "last_name": "The family name.",
    "phonetic_first_name": "How the first name is read, in kana for instance; searched with the name.",
    "phonetic_last_name": "How the last name is read; searched with the name.",
    "business_name": "The company; searched with the name. Enough for a profile without a first name.",
    "account_number": "The customer's number in your books; the search key `account`. A number "
    "that only one profile may have belongs in a unique search key of type `identifier`.",
    "birth_date": "As it was given; no format is imposed.",
    "gender": "As it was given.",
    "party_type": "Such as INDIVIDUAL, BUSINESS or OTHER.",
    "additional_information": "Anything else that an agent should know.",
    "phone_numbers": "As many as the person has; the search key `phone`.",
    "email_addresses": "As many as the person has; the search key `email`.",
    "addresses": "Postal addresses; not searched.",
    "attributes": "Your own data, string to string; not searched. In a PATCH, null removes a member.",
    "keys": "Values of custom search keys, by the key's name; those of a sensitive key are masked. "
    f"{MASK_RULE} In a PATCH, null removes a key, and a mask that is sent back leaves its value unchanged.",
    "address_1": "The first line, such as street and number.",
    "address_2": "The second line, such as building or flat.",
    "address_3": "The third line.",
    "address_4": "The fourth line.",
    "city": "The city, town or ward.",
    "county": "The county.",
    "state": "The state.",
    "province": "The province or prefecture.",
    "country": "The country, by name or code.",
    "postal_code": "The postal code.",
    "created_at": "When the profile was created.",
    "updated_at": "When the profile was last changed.",
}
_NAMELESS = "A profile needs a first name or a business name; send one."
_LABEL = {"description": "Your own label."}


def _about(name: str) -> dict[str, Any]:
    return {"description": _DESCRIPTIONS[name]}


def _text(name: str, **kwargs: Any) -> Text:
    return Text(allow_none=True, metadata=_about(name), **kwargs)


def _label(example: str) -> Text:
    return Text(longest=64, allow_none=True, metadata={"description": f"Your own label, such as {example}."})


def _list_of(name: str, schema: Request) -> Several:
    return Several(
        fields.Nested(schema),
        allow_none=True,
        validate=validate.Length(max=MOST_ITEMS),
        metadata=_about(name),
    )


class PhoneNumberRequest(Request):
    """A phone number as it was typed."""

    type = _label("mobile")
    value = Text(required=True, metadata={"description": "The number in any notation; kept as it is."})
    e164 = fields.String(
        allow_none=True,
        validate=validate.Length(max=255),
        metadata={
            "description": "The form that was answered: sent back with it, a number keeps it; without it, "
            "the number is read anew."
        },
    )


class EmailAddressRequest(Request):
    """An e-mail address as it was typed."""

    type = _label("work")
    value = Text(required=True, metadata={"description": "The address; kept as it is."})


class AddressRequest(Request):
    """A postal address."""

    type = _label("home, shipping or billing")
    address_1 = _text("address_1")
    address_2 = _text("address_2")
    address_3 = _text("address_3")
    address_4 = _text("address_4")
    city = _text("city")
    county = _text("county")
    state = _text("state")
    province = _text("province")
    country = _text("country")
    postal_code = _text("postal_code")


class _ProfileFields(Request):
    """What a profile may have; null is the same as nothing."""

    first_name = _text("first_name")
    middle_name = _text("middle_name")
    last_name = _text("last_name")
    phonetic_first_name = _text("phonetic_first_name")
    phonetic_last_name = _text("phonetic_last_name")
    business_name = _text("business_name")
    account_number = _text("account_number")
    birth_date = _text("birth_date")
    gender = _text("gender")
    party_type = _text("party_type")
    additional_information = _text(
        "additional_information", longest=LONGEST_ADDITIONAL_INFORMATION, lines=True
    )
    phone_numbers = _list_of("phone_numbers", PhoneNumberRequest())
    email_addresses = _list_of("email_addresses", EmailAddressRequest())
    addresses = _list_of("addresses", AddressRequest())
    attributes = Mapped(
        Text(),
        Text(lines=True, allow_none=True),
        most=MOST_ATTRIBUTES,
        allow_none=True,
        metadata=_about("attributes"),
    )
    keys = Mapped(
        search_key_field(),
        Several(Text(), allow_none=True, validate=validate.Length(max=MOST_ITEMS)),
        most=MOST_KEYS,
        allow_none=True,
        metadata=_about("keys"),
    )


_NAMES = ("first_name", "business_name")


class ProfileRequest(_ProfileFields):
    """A profile to create; it needs a first name or a business name."""

    # What ``_check_name`` checks, in the words of JSON Schema: not both names are null or absent. Generators
    # of clients ignore `not`, but fail on `anyOf` beside properties.
    document: ClassVar[dict[str, Any]] = {"not": {"properties": {name: {"type": "null"} for name in _NAMES}}}

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _check_name(self, data: dict[str, Any], original: Any, **_kwargs: Any) -> None:
        del data
        if not isinstance(original, Mapping):
            return
        if all(original.get(name) is None for name in _NAMES):
            raise ValidationError(_NAMELESS, "first_name")


class ProfilePatchRequest(_ProfileFields):
    """A merge patch (RFC 7396): what is absent stays, null removes, a list replaces the whole list.

    The profile must be left with a first name or a business name.
    """


class KeyValuesRequest(Request):
    """Values of one search key to add or to release."""

    key = search_key_field(
        required=True, metadata={"description": "`phone`, `email` or a custom search key.", "example": "ssn"}
    )
    values = Several(
        Text(),
        required=True,
        validate=validate.Length(min=1, max=MOST_ITEMS),
        metadata={"description": "The values, in any notation."},
    )


class RevealRequest(Request):
    """The sensitive search key to reveal."""

    key = search_key_field(
        required=True, metadata={"description": "A custom search key that is sensitive.", "example": "ssn"}
    )


class RevealedResponse(Response):
    """The plain values of a sensitive search key."""

    key = fields.String(required=True, metadata={"description": "The search key's name."})
    values = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "The values as they were typed; empty where the profile holds none."},
    )


def _answered(name: str) -> fields.String:
    return fields.String(required=True, allow_none=True, metadata=_about(name))


class PhoneNumberResponse(Response):
    """A phone number as it was typed, and as it was read."""

    type = fields.String(required=True, allow_none=True, metadata=_LABEL)
    value = fields.String(required=True, metadata={"description": "The number as it was typed."})
    e164 = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "ITU-T E.164; null where the value is no phone number. Then its digits count."
        },
    )


class EmailAddressResponse(Response):
    """An e-mail address as it was typed."""

    type = fields.String(required=True, allow_none=True, metadata=_LABEL)
    value = fields.String(required=True, metadata={"description": "The address as it was typed."})


class AddressResponse(Response):
    """A postal address."""

    type = fields.String(required=True, allow_none=True, metadata=_LABEL)
    address_1 = _answered("address_1")
    address_2 = _answered("address_2")
    address_3 = _answered("address_3")
    address_4 = _answered("address_4")
    city = _answered("city")
    county = _answered("county")
    state = _answered("state")
    province = _answered("province")
    country = _answered("country")
    postal_code = _answered("postal_code")


class ProfileResponse(Response):
    """A profile: every field is there, null or empty where nothing is known."""

    profile_id = profile_id_field(required=True)
    first_name = _answered("first_name")
    middle_name = _answered("middle_name")
    last_name = _answered("last_name")
    phonetic_first_name = _answered("phonetic_first_name")
    phonetic_last_name = _answered("phonetic_last_name")
    business_name = _answered("business_name")
    account_number = _answered("account_number")
    birth_date = _answered("birth_date")
    gender = _answered("gender")
    party_type = _answered("party_type")
    additional_information = _answered("additional_information")
    phone_numbers = fields.List(
        fields.Nested(PhoneNumberResponse()), required=True, metadata=_about("phone_numbers")
    )
    email_addresses = fields.List(
        fields.Nested(EmailAddressResponse()), required=True, metadata=_about("email_addresses")
    )
    addresses = fields.List(fields.Nested(AddressResponse()), required=True, metadata=_about("addresses"))
    attributes = Mapped(fields.String(), fields.String(), required=True, metadata=_about("attributes"))
    keys = Mapped(fields.String(), fields.List(fields.String()), required=True, metadata=_about("keys"))
    version = fields.Integer(
        required=True,
        validate=validate.Range(min=1),
        metadata={"description": "Grows by one with every change; the ETag is its number."},
    )
    created_at = Time(required=True, metadata=_about("created_at"))
    updated_at = Time(required=True, metadata=_about("updated_at"))


class ProfilesResponse(Response):
    """A page of profiles, by ID."""

    items = fields.List(
        fields.Nested(ProfileResponse()), required=True, metadata={"description": "The profiles."}
    )
    next_cursor = next_cursor_field()
