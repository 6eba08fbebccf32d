"""Customer profiles, as the use cases and the stores exchange them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict, cast

from service.model.sensitive import SensitiveValue

KeyValues = Mapping[str, Sequence[str | SensitiveValue]]
"""The values of custom search keys, by the key's name."""


class PhoneNumber(TypedDict):
    """A phone number as it was typed, and its E.164 form.

    ``region`` is present if the country was taken from the domain's default region.
    """

    type: str | None
    value: str
    e164: str | None
    region: NotRequired[str]


class EmailAddress(TypedDict):
    """An e-mail address as it was typed."""

    type: str | None
    value: str


class Address(TypedDict):
    """A postal address."""

    type: str | None
    address_1: str | None
    address_2: str | None
    address_3: str | None
    address_4: str | None
    city: str | None
    county: str | None
    state: str | None
    province: str | None
    country: str | None
    postal_code: str | None


class ProfileFields(TypedDict):
    """The fields that a caller can set."""

    first_name: str | None
    middle_name: str | None
    last_name: str | None
    phonetic_first_name: str | None
    phonetic_last_name: str | None
    business_name: str | None
    account_number: str | None
    birth_date: str | None
    gender: str | None
    party_type: str | None
    additional_information: str | None
    phone_numbers: Sequence[PhoneNumber]
    email_addresses: Sequence[EmailAddress]
    addresses: Sequence[Address]
    attributes: Mapping[str, str]
    keys: KeyValues


class Profile(ProfileFields):
    """A profile. ``lookup`` holds the stored index terms; it is present once the profile was read."""

    profile_id: str
    version: int
    created_at: datetime
    updated_at: datetime
    lookup: NotRequired[Sequence[str]]


ProfilePatch = Mapping[str, Any]
"""Fields of a profile as a request sets them: a merge patch (RFC 7396) that its schema has validated."""

EMPTY_PROFILE = cast(
    "ProfileFields",
    dict.fromkeys(ProfileFields.__annotations__)
    | {"phone_numbers": (), "email_addresses": (), "addresses": (), "attributes": {}, "keys": {}},
)
"""The fields of a profile that has no data."""
