"""Requests and responses of search keys and their values."""

from marshmallow import fields

from schemas import common
from schemas.base import Request, Response
from schemas.fields import StrictBoolean, Text
from service.model.limits import MAX_LIST_ITEMS
from service.model.search_key import KeyType

MASK_RULE = (
    "A mask shows only the last characters: four if the value has eight or more letters and digits, two if "
    "it has six or seven, none if it has fewer."
)
"""How responses show a sensitive value."""

_LABEL = "The text that the agent's drop-down shows."
_TYPE = (
    "How values are normalised before they are compared. `identifier` compares values exactly, and ignores "
    "only white space around them. Use it for customer numbers and IDs of other systems. "
    "`text` ignores case, accents, spaces and punctuation: `A1-23` equals `A12-3`."
)
_UNIQUE = "True if no two profiles can have the same value."
_SENSITIVE = (
    "True if values are encrypted in the database and masked in responses. Use it for values such as "
    f"social security numbers. {MASK_RULE} A search needs the whole value, not a prefix."
)


class SearchKeyRequest(Request):
    """The definition of a custom search key."""

    label = Text(required=True, description=_LABEL)
    type = common.enum_field(KeyType, _TYPE)
    unique = StrictBoolean(load_default=False, metadata={"description": _UNIQUE})
    sensitive = StrictBoolean(load_default=False, metadata={"description": _SENSITIVE})
    example = Text(
        allow_none=True,
        description="An example value that the frontend shows in an empty input field. It is stored and "
        "returned in plain text even for a sensitive search key, so use an invented value. If omitted, an "
        "existing search key keeps its example. Null restores the example of the type.",
    )


class SearchKeyResponse(Response):
    """A search key, built in or custom."""

    name = common.search_key_field(
        description="The name, as used in criteria, in match keys and in a profile's `keys`.", required=True
    )
    label = common.string_field(_LABEL)
    type = common.enum_field(KeyType, _TYPE)
    unique = common.boolean_field(_UNIQUE)
    sensitive = common.boolean_field(_SENSITIVE)
    built_in = common.boolean_field("True if the search key is part of the service and cannot be changed.")
    example = common.string_field(
        "An example value to show in an empty input field: the example of the search key, or of its type."
    )


class SearchKeysResponse(Response):
    """All search keys, on one page. Built-in search keys come first."""

    items = common.list_field(SearchKeyResponse(), "The search keys.")
    next_cursor = common.NEXT_CURSOR
    default_region = common.string_field(
        "The region of phone numbers without a country code, as in the settings. A frontend should show only "
        "numbers of this region in national form: the service reads national numbers as numbers of this "
        "region."
    )


class SearchKeyProfilesRequest(Request):
    """Which page of the search key's profiles to return, in the query string."""

    limit = common.limit_field(strict=False)
    cursor = common.cursor_field(allow_none=False)


class KeyValuesRequest(Request):
    """Values of one search key to add to a profile, or to remove from it."""

    key = common.search_key_field(
        description="`phone`, `email` or a custom search key.", example="ssn", required=True
    )
    values = common.values_field(MAX_LIST_ITEMS, "The values, in any notation.")


class RevealRequest(Request):
    """The sensitive search key to reveal."""

    key = common.search_key_field(description="A sensitive custom search key.", example="ssn", required=True)


class RevealedResponse(Response):
    """The unmasked values of a sensitive search key."""

    key = common.string_field("The search key's name.")
    values = common.list_field(
        fields.String(), "The values, as sent. Empty if the profile has no value of the search key."
    )
