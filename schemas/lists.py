"""Requests and responses of the lists of all profiles and of their changes."""

from marshmallow import fields, validate

from schemas import common
from schemas.base import Request, Response
from schemas.fields import DateTime
from schemas.profiles import ProfileResponse
from service.model.changes import ChangeType, ProfileOrder
from service.model.limits import MAX_LIST_PAGE_SIZE


class ProfilesRequest(Request):
    """The order of the profiles and the page to return, in the query string."""

    sort = common.enum_field(
        ProfileOrder,
        "`created_at`: the oldest profile first. `updated_at`: the least recently changed profile first.",
        load_default=ProfileOrder.CREATED_AT,
    )
    limit = common.limit_field(strict=False, max_limit=MAX_LIST_PAGE_SIZE)
    cursor = common.cursor_field(allow_none=False)


class ProfileCountResponse(Response):
    """The number of profiles."""

    count = fields.Integer(
        required=True, validate=validate.Range(min=0), metadata={"description": "The number of profiles."}
    )
    estimated = common.boolean_field("True if the number is an estimate, because it is over 10,000.")


class ChangesRequest(Request):
    """Where the changes begin, in the query string: after a cursor, since a time, or at the beginning."""

    since = DateTime(
        load_default=lambda: None,
        metadata={
            "description": "Only changes at or after this time (RFC 3339, with a zone), without fractions of "
            "a second. Ignored if there is a `cursor`."
        },
    )
    limit = common.limit_field(strict=False, max_limit=MAX_LIST_PAGE_SIZE)
    cursor = common.cursor_field(allow_none=False)


class ChangeResponse(Response):
    """A change. A deletion has only `profile_id`, `deleted_at` and, after a merge, `merged_into`.

    Other changes have `profile_id`, `change`, `changed_at` and `profile`.
    """

    profile_id = common.profile_id_field(required=True)
    change = common.enum_field(
        ChangeType,
        "`created`: the profile has its first version. `updated`: it has a later version, even if its "
        "creation was not on an earlier page.",
        required=False,
    )
    changed_at = DateTime(metadata={"description": "When the profile was created or last changed."})
    profile = fields.Nested(ProfileResponse())
    deleted_at = DateTime(metadata={"description": "When the profile was deleted or merged."})
    merged_into = common.profile_id_field(
        "The profile into which the deleted profile was merged. Absent if it was erased."
    )


class ChangesResponse(Response):
    """A page of changes, oldest first. Each profile appears with its last change only."""

    items = common.list_field(ChangeResponse(), "The changes. An empty page is the last one for now.")
    next_cursor = common.string_field(
        "The cursor of the next page. Never null: after the last page, send it later to get newer changes. "
        "It does not expire."
    )
    as_of = common.time_field("This page and the pages before it have all changes before this time.")
