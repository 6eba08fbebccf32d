"""Possible duplicates in responses to creations, and what a creation does about them."""

from marshmallow import fields

from schemas import common
from schemas.base import Request, Response
from schemas.profiles import ProfileResponse
from service.model.possible_duplicates import OnDuplicate


def on_duplicate_field() -> fields.String:
    """Return the field of the query string that says what to do about possible duplicates."""
    return common.enum_field(
        OnDuplicate,
        "What to do if other profiles may be of the same person. `warn` creates the profile and returns "
        "`possible_duplicates`. `reject` returns a 409 `possible_duplicate` and creates no profile. If "
        "several requests with `reject` create the same person at once, one request succeeds.",
        load_default=OnDuplicate.WARN,
    )


class CreationRequest(Request):
    """The query string of a creation. The body is the profile."""

    on_duplicate = on_duplicate_field()


class PossibleDuplicateResponse(Response):
    """A profile that shares a value with the new profile, and does not contradict its name or birth date."""

    profile_id = common.profile_id_field(required=True)
    matched_on = common.list_field(
        common.search_key_field(), "The names of the search keys for which both profiles have the same value."
    )


def possible_duplicates_field(addition: str = "") -> fields.List[object]:
    """Return the field with the possible duplicates of a created profile.

    ``addition`` is added to the description.
    """
    return common.list_field(
        PossibleDuplicateResponse(),
        "Up to 10 other profiles that have a phone number, an e-mail address, an account number or a unique "
        "value of the new profile, and do not contradict its names and its birth date. Sensitive values and "
        "values that many profiles have do not count. Profiles with values of the most search keys come "
        f"first.{addition}",
    )


class CreatedProfileResponse(ProfileResponse):
    """A created profile, and the other profiles that may be of the same person."""

    possible_duplicates = possible_duplicates_field()
