"""Requests and responses of merges."""

from marshmallow import fields

from schemas import common
from schemas.base import Request, Response
from schemas.fields import BoundedList, MappingField, Text
from schemas.profiles import ProfileResponse
from service.model.limits import MAX_ATTRIBUTES, MAX_MERGED
from service.model.merge import RestoreProblem


class MergeRequest(Request):
    """The profiles to merge into the profile of the path."""

    profile_ids = BoundedList(
        common.profile_id_field(),
        min_items=1,
        max_items=MAX_MERGED,
        required=True,
        metadata={
            "description": "The profiles to merge. Profiles earlier in this list take precedence over later "
            "ones. Profiles that are already merged into the profile of the path are ignored."
        },
    )
    fields_ = MappingField(
        Text(max_length=300),
        common.profile_id_field(),
        max_members=MAX_ATTRIBUTES,
        load_default=dict,
        data_key="fields",
        attribute="fields",
        metadata={
            "description": "For each field name, such as `last_name` or `attributes.tier`, the profile to "
            "take the field from. A field that is not named here keeps the text of the profile of the path, "
            "if that has one. For a list or a search key, such as `phone_numbers` or `keys.customer_number`, "
            "the values of the named profile come first.",
            "example": {"last_name": "3c1d2e3f0f8c2a51b7e94d6c8e3f5a7b"},
        },
    )


class NotRestoredResponse(Response):
    """A search key whose values were not all restored to a profile."""

    profile_id = common.profile_id_field(required=True)
    key = common.search_key_field(
        required=True, description="The search key's name.", example="customer_number"
    )
    reason = common.enum_field(
        RestoreProblem,
        "`taken`: the search key is unique, and another profile has the value now. `undefined`: the search "
        "key is not defined any more. `not_sensitive`: the search key was sensitive and no longer is, so the "
        "value would be readable. `invalid`: the search key was defined again, and the value is not valid "
        "for the new definition.",
    )
    owner_id = common.profile_id_field(
        "If the reason is `taken`: the profile that has the value now, or null for a sensitive search key. "
        "Otherwise null.",
        required=True,
        allow_none=True,
    )


class MergeResponse(Response):
    """A merge of profiles into another one."""

    merge_id = common.profile_id_field("The merge's ID. Undo the merge with it.", required=True)
    profile_id = common.profile_id_field(
        "The profile into which the profiles in `profile_ids` were merged.", required=True
    )
    profile_ids = common.list_field(common.profile_id_field(), "The profiles that were merged.")
    merged_at = common.time_field("When the profiles were merged.")
    agent_id = common.string_field(
        "The agent of the credential that requested the merge, or null.", allow_none=True
    )
    undone_at = common.time_field("When the merge was undone, or null.", allow_none=True)
    not_restored = common.list_field(
        NotRestoredResponse(), "The values that the undo could not restore. Empty before the undo."
    )


class MergedProfileResponse(MergeResponse):
    """A merge, and the current state of the profile into which the others were merged."""

    profile = fields.Nested(ProfileResponse(), required=True)


class MergesRequest(Request):
    """The page of merges to return, in the query string."""

    limit = common.limit_field(strict=False)
    cursor = common.cursor_field(allow_none=False)


class MergesResponse(Response):
    """A page of merges, newest first."""

    items = common.list_field(MergeResponse(), "The merges.")
    next_cursor = common.NEXT_CURSOR
