"""The texts, phone numbers, e-mail addresses and addresses of a profile."""

from collections.abc import Mapping

from marshmallow import fields, validate

from schemas.base import Request, Response
from schemas.fields import Text
from schemas.response_fields import string_field
from service.model.limits import MAX_ADDITIONAL_INFORMATION_LENGTH, MAX_LABEL_LENGTH, MAX_VALUE_LENGTH

_TEXTS = {
    "first_name": "The given name. Null for a company that has only a `business_name`.",
    "middle_name": "Names between the first and the last.",
    "last_name": "The family name.",
    "phonetic_first_name": "The reading of the first name, such as kana. A search by name includes it.",
    "phonetic_last_name": "The reading of the last name. A search by name includes it.",
    "business_name": "The company. A search by name includes it. A profile without a first name needs it.",
    "account_number": "The customer's number in your own system. Search key `account`. If no two profiles "
    "may have the same number, use a unique search key of type `identifier` instead.",
    "birth_date": "The date of birth, in any format.",
    "gender": "The gender, in your own words.",
    "party_type": "The kind of customer, such as INDIVIDUAL, BUSINESS or OTHER.",
    "additional_information": "Other information for agents.",
}
_ADDRESS_LINES = {
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
}


def _request_texts(descriptions: Mapping[str, str]) -> dict[str, Text]:
    return {
        name: Text(allow_none=True, description=description) for name, description in descriptions.items()
    }


def _response_texts(descriptions: Mapping[str, str]) -> dict[str, fields.String]:
    return {name: string_field(description, allow_none=True) for name, description in descriptions.items()}


PROFILE_REQUEST_TEXTS = _request_texts(_TEXTS) | {
    "additional_information": Text(
        max_length=MAX_ADDITIONAL_INFORMATION_LENGTH,
        multiline=True,
        allow_none=True,
        description=_TEXTS["additional_information"],
    )
}
PROFILE_RESPONSE_TEXTS = _response_texts(_TEXTS)


def _label(examples: str) -> Text:
    description = f"Your own label, such as {examples}."
    return Text(max_length=MAX_LABEL_LENGTH, allow_none=True, description=description)


class PhoneNumberRequest(Request):
    """A phone number."""

    type = _label("mobile")
    value = Text(required=True, description="The number in any notation. Stored unchanged.")
    e164 = fields.String(
        allow_none=True,
        validate=validate.Length(max=MAX_VALUE_LENGTH),
        metadata={
            "description": "The `e164` of a response. A number that is sent back with it keeps it. Without "
            "it, the number is parsed again."
        },
    )


class EmailAddressRequest(Request):
    """An e-mail address."""

    type = _label("work")
    value = Text(required=True, description="The address. Stored unchanged.")


class AddressRequest(Request):
    """A postal address."""

    class Meta:
        """Fields after ``type``."""

        include = _request_texts(_ADDRESS_LINES)

    type = _label("home, shipping or billing")


class PhoneNumberResponse(Response):
    """A phone number as it was sent, and in E.164."""

    type = string_field("Your own label.", allow_none=True)
    value = string_field("The number as it was sent.")
    e164 = string_field(
        "The number in ITU-T E.164. Null if the value is not a valid phone number; then "
        "its digits are searched.",
        allow_none=True,
    )


class EmailAddressResponse(Response):
    """An e-mail address as it was sent."""

    type = string_field("Your own label.", allow_none=True)
    value = string_field("The address as it was sent.")


class AddressResponse(Response):
    """A postal address."""

    class Meta(Response.Meta):
        """Fields after ``type``."""

        include = _response_texts(_ADDRESS_LINES)

    type = string_field("Your own label.", allow_none=True)
