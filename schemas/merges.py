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
            "description": "The profiles to merge. Earlier ones take precedence. Those that were merged into "
            "the profile before are ignored."
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
            "description": "The profile from which a field is taken, by the name of the field, such as "
            "`last_name` or `attributes.tier`. Without it, a text that the profile has stays. For a list or "
            "the values of a search key, such as `phone_numbers` or `keys.customer_number`, the values of "
            "this profile come first.",
            "example": {"last_name": "3c1d2e3f0f8c2a51b7e94d6c8e3f5a7b"},
        },
    )


class NotRestoredResponse(Response):
    """A search key of which a restored profile did not get all values back."""

    profile_id = common.profile_id_field(required=True)
    key = common.search_key_field(
        required=True, description="The search key of the value.", example="customer_number"
    )
    reason = common.enum_field(
        RestoreProblem,
        "`taken`: another profile has a unique value now. `undefined`: the search key is not defined any "
        "more. `not_sensitive`: the search key was sensitive, and is not any more, so the value would be "
        "readable. `invalid`: the search key was defined again, and the value is not valid for the new "
        "definition.",
    )
    owner_id = common.profile_id_field(
        "The profile that has the value now, if the reason is `taken`. Null for a sensitive search key.",
        required=True,
        allow_none=True,
    )


class MergeResponse(Response):
    """A merge of profiles into another one."""

    merge_id = common.profile_id_field("The merge's ID, for its undo.", required=True)
    profile_id = common.profile_id_field("The profile into which the others were merged.", required=True)
    profile_ids = common.list_field(common.profile_id_field(), "The profiles that were merged.")
    merged_at = common.time_field("When they were merged.")
    agent_id = common.string_field("The agent of the credential, or null.", allow_none=True)
    undone_at = common.time_field("When the merge was undone, or null.", allow_none=True)
    not_restored = common.list_field(
        NotRestoredResponse(), "What the undo could not restore. Empty before the undo."
    )


class MergedProfileResponse(MergeResponse):
    """A merge, and the profile into which the others were merged, as it is now."""

    profile = fields.Nested(ProfileResponse(), required=True)


class MergesRequest(Request):
    """The page of merges to return, in the query string."""

    limit = common.limit_field(strict=False)
    cursor = common.cursor_field(allow_none=False)


class MergesResponse(Response):
    """A page of merges, newest first."""

    items = common.list_field(MergeResponse(), "The merges.")
    next_cursor = common.NEXT_CURSOR
