"""Requests and responses of batches."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas import common
from schemas.base import Request, Response
from schemas.fields import BoundedList, Integer, Text
from schemas.operations import Problem
from schemas.possible_duplicates import on_duplicate_field, possible_duplicates_field
from schemas.profiles import ProfilePatchRequest
from service.model.batch import MAX_BATCH_ITEMS, BatchOperation, BatchOutcome, ListMode, OnMerged

_MAX_VERSION = 10**18 - 1
"""Fits into an integer of MongoDB."""

_NEEDS_TARGET = "Send either `profile_id`, or `match_on` with a unique search key."
_NOT_IN_CREATE = "A `create` has no such field; use `upsert` or `update`."
_FORBIDDEN = {
    BatchOperation.CREATE: dict.fromkeys(("match_on", "profile_id", "if_match"), _NOT_IN_CREATE),
    BatchOperation.UPSERT: {"profile_id": "An `upsert` needs `match_on`; to use an ID, send `update`."},
    BatchOperation.UPDATE: {},
    BatchOperation.DELETE: {"profile": "A `delete` has no such field; leave it out."},
}
_REQUIRED = {
    BatchOperation.CREATE: {"profile"},
    BatchOperation.UPSERT: {"match_on"},
    BatchOperation.UPDATE: {"profile"},
    BatchOperation.DELETE: set[str](),
}
_BY_TARGET = {BatchOperation.UPDATE, BatchOperation.DELETE}


class MatchOnRequest(Request):
    """A unique search key and a value that identify a profile."""

    key = common.search_key_field(
        description="The name of a unique search key, or `profile_id`.",
        example="customer_number",
        required=True,
    )
    value = Text(required=True, description="The value, in any notation.")


class BatchItemRequest(Request):
    """One operation of a batch."""

    operation = common.enum_field(
        BatchOperation,
        "`create` creates a profile and needs `profile`. `upsert` changes the profile that `match_on` finds. "
        "If there is none, it creates a profile with the value of `match_on`. `update` needs `profile`. "
        "`update` and `delete` need either `match_on` or `profile_id`.",
    )
    match_on = fields.Nested(MatchOnRequest(), metadata={"description": "Which profile to change or delete."})
    profile_id = common.profile_id_field("The profile to change or delete.")
    if_match = Integer(
        strict=True,
        validate=validate.Range(min=1, max=_MAX_VERSION),
        metadata={"description": "Change or delete the profile only if it has this version."},
    )
    lists = common.enum_field(
        ListMode,
        "What a change does with phone numbers, e-mail addresses, postal addresses and values of search "
        "keys. `merge` adds those that the stored profile does not have in any notation, and removes none. "
        "`replace` replaces each list that is in `profile`. With both, null removes the whole list.",
        load_default=ListMode.MERGE,
    )
    profile = fields.Nested(
        ProfilePatchRequest(),
        metadata={
            "description": "A new profile, or a merge patch as in `PATCH`. `lists` applies to its lists."
        },
    )
    ref = Text(description="Your own reference. The response repeats it.")

    @validates_schema
    def _check_fields(self, data: Mapping[str, Any], **_kwargs: object) -> None:
        operation = data["operation"]
        for name, text in _FORBIDDEN[operation].items():
            if name in data:
                raise ValidationError(text, name)
        if _REQUIRED[operation] - data.keys():
            name = min(_REQUIRED[operation] - data.keys())
            raise ValidationError("This field is required; send it.", name)
        if operation in _BY_TARGET and len({"match_on", "profile_id"} & data.keys()) != 1:
            raise ValidationError(_NEEDS_TARGET, "match_on")


class AnyBatchItem(fields.Raw):
    """An item that is not validated yet: an invalid item does not invalidate the other items."""

    schema = BatchItemRequest()


class BatchRequest(Request):
    """1 to 1,000 operations. Each is executed on its own, as if in order."""

    items = BoundedList(
        AnyBatchItem(allow_none=True),
        min_items=1,
        max_items=MAX_BATCH_ITEMS,
        required=True,
        metadata={"description": "The operations. The result of an invalid item has a `problem`."},
    )


class BatchQuery(Request):
    """The query string of a batch."""

    dry_run = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={
            "description": "`true` changes nothing, and returns the results that the items would have."
        },
    )
    on_duplicate = on_duplicate_field()
    on_merged = common.enum_field(
        OnMerged,
        "What to do with an item that has the `profile_id` of a merged profile. `follow` changes or deletes "
        "the profile into which it was merged. With `reject`, the item fails with a 409 `profile_merged`.",
        load_default=OnMerged.FOLLOW,
    )


class BatchItemResponse(Response):
    """The result of an item."""

    ref = common.string_field("Your own reference of the item.", allow_none=True)
    status = fields.Integer(
        required=True,
        metadata={
            "description": "201 if the item created a profile, 200 if it succeeded otherwise, or the status "
            "of its `problem`.",
            "example": 201,
        },
    )
    profile_id = common.profile_id_field(
        "The profile that the item found or created. Null if there is none. A dry run creates none.",
        required=True,
        allow_none=True,
    )
    version = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "The profile's version after the item. Null if the item failed, deleted the "
            "profile, or would create it in a dry run."
        },
    )
    outcome = common.enum_field(
        BatchOutcome, "What the item did. Null if it failed.", required=True, allow_none=True
    )
    kept = common.list_field(
        fields.String(),
        "The lists of the item, such as `phone_numbers` or `keys.customer_number`, for which `merge` kept "
        "other values of the profile. Empty if the item failed.",
    )
    merged_into = common.profile_id_field(
        "Only if the item has the ID of a merged profile: the ID of the profile into which it was merged. "
        "The item used this profile, unless the item failed."
    )
    possible_duplicates = possible_duplicates_field(" Empty if the item created no profile.")
    problem = fields.Nested(
        Problem(), metadata={"description": "Why the item failed. Pointers are relative to the item."}
    )


class BatchResponse(Response):
    """The result of each item, in the order of the request."""

    items = common.list_field(BatchItemResponse(), "The results.")
