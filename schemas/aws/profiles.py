"""Requests for profiles, their search keys and their objects."""

from schemas.aws.base import AwsRequest
from schemas.aws.shapes import (
    DOMAIN,
    PAGE,
    Fields,
    ProfileText,
    enum_field,
    name_field,
    nested,
    profile_id_field,
    search_values_field,
    type_name_field,
)
from schemas.fields import BoundedList, MappingField, Text
from service.model.amazon import (
    ADDRESS_LINES,
    CONTACT_TYPES,
    PLACES,
    TEXTS,
    Gender,
    LogicalOperator,
    PartyType,
    ProfileType,
)
from service.model.limits import (
    MAX_ADDITIONAL_INFORMATION_LENGTH,
    MAX_ATTRIBUTES,
    MAX_CRITERIA,
    MAX_CRITERION_VALUES,
    MAX_LIST_ITEMS,
)

_MAX_PROFILE_IDS = 20

_PROFILE_ID: Fields = {"ProfileId": profile_id_field(required=True)}
_KEY: Fields = {"KeyName": name_field(required=True)}
_SEARCHED: Fields = {**_KEY, "Values": search_values_field(MAX_CRITERION_VALUES)}
_CHANGED: Fields = {**_KEY, "Values": BoundedList(Text(), max_items=MAX_LIST_ITEMS, required=True)}

_PREFERENCE = nested(
    {
        "KeyName": name_field(),
        "KeyValue": ProfileText(),
        "ProfileId": profile_id_field(),
        "ContactType": enum_field(CONTACT_TYPES),
    }
)
_PREFERENCES = BoundedList(_PREFERENCE, max_items=MAX_LIST_ITEMS)


def _profile_fields(min_length: int) -> Fields:
    """Return the members of a profile. ``min_length`` is 0 if an empty text removes a value."""
    texts = [*TEXTS, *CONTACT_TYPES, "PartyTypeString", "GenderString"]
    address: Fields = {name: ProfileText(min_length=min_length) for name in ADDRESS_LINES}
    values = ProfileText(min_length=min_length, multiline=True)
    return {
        **{name: ProfileText(min_length=min_length) for name in texts},
        "AdditionalInformation": ProfileText(
            min_length=min_length, max_length=MAX_ADDITIONAL_INFORMATION_LENGTH, multiline=True
        ),
        "PartyType": enum_field(PartyType),
        "Gender": enum_field(Gender),
        "ProfileType": enum_field(ProfileType),
        **{name: nested(address) for name, place in PLACES.items() if place.field == "addresses"},
        "Attributes": MappingField(Text(), values, max_members=MAX_ATTRIBUTES),
        "EngagementPreferences": nested({"Phone": _PREFERENCES, "Email": _PREFERENCES}),
    }


class CreateProfileRequest(AwsRequest):
    """The members of a new profile. None of them is required."""

    class Meta:
        """All members."""

        include = DOMAIN | _profile_fields(min_length=1)


class UpdateProfileRequest(AwsRequest):
    """The members to change. An empty text removes a value."""

    class Meta:
        """All members."""

        include = DOMAIN | _PROFILE_ID | _profile_fields(min_length=0)


class DeleteProfileRequest(AwsRequest):
    """The profile to delete."""

    class Meta:
        """All members."""

        include = DOMAIN | _PROFILE_ID


class BatchGetProfileRequest(AwsRequest):
    """The profiles to return."""

    class Meta:
        """All members."""

        include = DOMAIN | {
            "ProfileIds": BoundedList(
                profile_id_field(), min_items=1, max_items=_MAX_PROFILE_IDS, required=True
            ),
        }


class SearchProfilesRequest(AwsRequest):
    """The search keys and values to search for, and how to combine them."""

    class Meta:
        """All members."""

        include = (
            DOMAIN
            | PAGE
            | _SEARCHED
            | {
                "AdditionalSearchKeys": BoundedList(
                    nested(_SEARCHED), min_items=1, max_items=MAX_CRITERIA - 1, load_default=list
                ),
                "LogicalOperator": enum_field(LogicalOperator, load_default=LogicalOperator.OR.value),
            }
        )


class ProfileKeyRequest(AwsRequest):
    """The values of a search key to add to a profile, or to remove from it."""

    class Meta:
        """All members."""

        include = DOMAIN | _PROFILE_ID | _CHANGED


class ListProfileObjectsRequest(AwsRequest):
    """The profile and the type of the objects to list."""

    class Meta:
        """All members."""

        include = (
            DOMAIN
            | PAGE
            | _PROFILE_ID
            | {
                "ObjectTypeName": type_name_field(required=True),
                "ObjectFilter": nested(_SEARCHED),
            }
        )
