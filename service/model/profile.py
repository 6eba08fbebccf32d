"""Customer profiles."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict, cast

from service.model.possible_duplicates import PossibleDuplicate
from service.model.sensitive import SensitiveValue

KeyValues = Mapping[str, Sequence[str | SensitiveValue]]
"""The values of custom search keys by the names of the keys."""


class PhoneNumber(TypedDict):
    """A phone number as it was typed, and its E.164 form.

    ``region`` is present if the domain's default region decided the country.
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
    """The fields of a profile that a client can set."""

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
    """A profile. ``lookup`` has the stored index terms, only if the profile was read from MongoDB.

    ``merged_into`` is the profile's own ID, if it was found by the ID of a profile that was merged into it.
    """

    profile_id: str
    version: int
    created_at: datetime
    updated_at: datetime
    lookup: NotRequired[Sequence[str]]
    merged_into: NotRequired[str]


class CreatedProfile(Profile):
    """A profile, and the other profiles that may be of the same person."""

    possible_duplicates: Sequence[PossibleDuplicate]


LIST_FIELDS = ("phone_numbers", "email_addresses", "addresses")
"""The fields that are lists."""

TEXT_FIELDS = tuple(
    name for name in ProfileFields.__annotations__ if name not in {*LIST_FIELDS, "attributes", "keys"}
)
"""The fields that are texts."""

ProfilePatch = Mapping[str, Any]
"""A validated merge patch (RFC 7396) of a profile. Fields that are absent do not change."""

EMPTY_PROFILE = cast(
    "ProfileFields",
    dict.fromkeys(ProfileFields.__annotations__)
    | {"phone_numbers": (), "email_addresses": (), "addresses": (), "attributes": {}, "keys": {}},
)
"""The fields of a profile without data."""
