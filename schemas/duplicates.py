"""Requests and responses of duplicates."""

from marshmallow import fields

from schemas import common
from schemas.base import Request, Response
from schemas.profiles import ProfileResponse
from service.model.duplicates import Evidence
from service.model.match import Tier


class DuplicatesRequest(Request):
    """The page of duplicates, in the query string."""

    limit = common.limit_field(strict=False)
    cursor = common.cursor_field(allow_none=False)


class DuplicateResponse(Response):
    """A profile that may be of the same person, and the reasons."""

    profile = fields.Nested(ProfileResponse(), required=True)
    tier = common.enum_field(
        Tier,
        "How certain it is. `exact`: the same name and a common value. `variant`: a similar name and a "
        "common value. `full_name`: the same name, and the date of birth or the address. `raw`: a similar "
        "name, and a value that others may share, such as `info@`. `partial_name`: a similar name, and the "
        "date of birth or the address.",
    )
    matched_on = common.list_field(
        common.string_field("The search key's name."), "The search keys whose values both profiles have."
    )
    evidence = common.list_field(
        common.enum_field(Evidence, "What both profiles have in common."),
        "What the profiles have in common besides. For `same_first_name`, the last name is another one or is "
        "missing. For `same_last_name`, the first name is missing, an initial, or in another script.",
    )


class DuplicatesResponse(Response):
    """A page of duplicates, the most certain first."""

    items = common.list_field(DuplicateResponse(), "The profiles that may be of the same person.")
    next_cursor = common.NEXT_CURSOR
    truncated = common.boolean_field(
        "True if too many profiles share a value or the name to compare them all. Then those with values "
        "that few profiles share are compared."
    )
