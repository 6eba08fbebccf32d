"""The request and the response of the search for duplicates of a profile."""

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
        "How certain it is that both are of the same person. They have in common: `exact`: the name, and a "
        "value that identifies a person, such as a phone number. `variant`: such a value; their names differ "
        "but do not contradict each other. `full_name`: the name, and the date of birth or the address. "
        "`raw`: a value that others may have too, such as `info@`; their names are the same or similar. "
        "`partial_name`: the date of birth or the address; their names differ but do not contradict each "
        "other.",
    )
    matched_on = common.list_field(
        common.string_field("The search key's name."),
        "The names of the search keys for which both profiles have the same value.",
    )
    evidence = common.list_field(
        common.enum_field(Evidence, "What both profiles have in common."),
        "What the profiles have in common besides values of search keys. For `same_first_name`, the last "
        "names differ or one is missing. For `same_last_name`, a first name is missing, an initial, or in "
        "another script.",
    )


class DuplicatesResponse(Response):
    """A page of duplicates, the most certain first."""

    items = common.list_field(DuplicateResponse(), "The profiles that may be of the same person.")
    next_cursor = common.NEXT_CURSOR
    truncated = common.boolean_field(
        "True if too many profiles have a value or the name of this one to compare them all. Then profiles "
        "with a value that few profiles have are compared first."
    )
