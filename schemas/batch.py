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
        "`create` creates a profile and needs `profile`. `upsert` changes the profile that `match_on` finds, "
        "or creates it with the value of `match_on`. `update` and `delete` need `match_on` or `profile_id`.",
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
        "keys. `merge` adds those that the profile does not have in any notation, and removes none. "
        "`replace` replaces each list that `profile` has. With both, null removes the whole list.",
        load_default=ListMode.MERGE,
    )
    profile = fields.Nested(
        ProfilePatchRequest(),
        metadata={"description": "A new profile, or a merge patch of a profile as in `PATCH`."},
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
    """1 to 1,000 operations, which are executed in order, each on its own."""

    items = BoundedList(
        AnyBatchItem(allow_none=True),
        min_items=1,
        max_items=MAX_BATCH_ITEMS,
        required=True,
        metadata={"description": "The operations. An invalid item has a `problem` in the response."},
    )


class BatchQuery(Request):
    """The query string of a batch."""

    dry_run = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "`true` only returns what would happen."},
    )
    on_duplicate = on_duplicate_field()
    on_merged = common.enum_field(
        OnMerged,
        "What to do if the profile with the `profile_id` of an item was merged into another one. `follow` "
        "changes or deletes the other one. `reject` returns a 409 `profile_merged` for the item and changes "
        "nothing.",
        load_default=OnMerged.FOLLOW,
    )


class BatchItemResponse(Response):
    """The result of an item."""

    ref = common.string_field("Your own reference of the item.", allow_none=True)
    status = fields.Integer(
        required=True,
        metadata={"description": "The HTTP status that the item would have on its own.", "example": 201},
    )
    profile_id = common.profile_id_field(
        "The profile's ID. Null if the item has no profile, or none yet.", required=True, allow_none=True
    )
    version = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The profile's version after the item. Null if there is none."},
    )
    outcome = common.enum_field(
        BatchOutcome, "What the item did. Null if it failed.", required=True, allow_none=True
    )
    kept = common.list_field(
        fields.String(),
        "The lists, such as `phone_numbers` or `keys.customer_number`, of which `merge` kept values that "
        "the item does not have. Empty if the item failed.",
    )
    merged_into = common.profile_id_field(
        "Only if the profile of the item was merged into another one: the ID of that profile. The item has "
        "used it, unless it failed."
    )
    possible_duplicates = possible_duplicates_field(" Empty if the item created no profile.")
    problem = fields.Nested(
        Problem(), metadata={"description": "Why the item failed. Pointers are relative to the item."}
    )


class BatchResponse(Response):
    """The result of each item, in the order of the request."""

    items = common.list_field(BatchItemResponse(), "The results.")
