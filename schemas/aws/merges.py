"""Requests for merges and for profiles of the same person."""

from schemas.aws.base import AwsRequest
from schemas.aws.shapes import DOMAIN, PAGE, Fields, SearchValue, enum_field, nested, profile_id_field
from schemas.fields import BoundedList, MappingField, Text
from service.model.amazon import PLACES, TEXTS, TWINS, MatchType
from service.model.limits import MAX_ATTRIBUTES, MAX_MERGED

_MEMBERS = (*TEXTS, *TWINS, *PLACES, "ProfileType", "EngagementPreferences")
_SOURCES: Fields = {
    **{name: profile_id_field() for name in _MEMBERS},
    "Attributes": MappingField(Text(), profile_id_field(), max_members=MAX_ATTRIBUTES),
}


class MergeProfilesRequest(AwsRequest):
    """The profiles to merge, and for single members the profile from which the member is taken."""

    class Meta:
        """All members."""

        include = DOMAIN | {
            "MainProfileId": profile_id_field(required=True),
            "ProfileIdsToBeMerged": BoundedList(
                profile_id_field(), min_items=1, max_items=MAX_MERGED, required=True
            ),
            "FieldSourceProfileIds": nested(_SOURCES, load_default=dict),
        }


class GetSimilarProfilesRequest(AwsRequest):
    """A profile or a match. ``SearchKey`` is profileId, _profileId or matchId; ``SearchValue`` is the ID."""

    class Meta:
        """All members."""

        include = (
            DOMAIN
            | PAGE
            | {
                "MatchType": enum_field(MatchType, required=True),
                "SearchKey": SearchValue(required=True),
                "SearchValue": SearchValue(required=True),
            }
        )


class GetMatchesRequest(AwsRequest):
    """The page of matches to return."""

    class Meta:
        """All members."""

        include = DOMAIN | PAGE
