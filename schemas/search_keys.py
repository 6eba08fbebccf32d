"""Search keys: the agent's drop-down."""

from marshmallow import fields, validate

from schemas.base import Request, Response
from schemas.fields import Text, TrueOrFalse
from schemas.identifiers import search_key_field
from schemas.pages import cursor_field, limit_field, next_cursor_field

TYPES = ("text", "digits", "phone", "email", "name", "identifier")

MASK_RULE = (
    "A mask shows only the last characters: four if the value has eight or more letters and digits, two if "
    "it has six or seven, none if it has fewer."
)
"""What responses show of a sensitive value."""

_LABEL = {"description": "What the agent reads in the drop-down."}
_TYPE = {
    "description": "How values are normalised before they are compared. `identifier` compares them exactly "
    "as typed (case and punctuation count, white space around them does not): for customer numbers and the "
    "IDs of other systems. `text` ignores case, accents, blanks and punctuation: `A1-23` equals `A12-3`."
}
_UNIQUE = {"description": "Whether a value belongs to one profile at most."}
_SENSITIVE = {
    "description": "Whether values are encrypted in the database and masked in responses, such as a social "
    f"security number. {MASK_RULE} A search needs the whole value, not a prefix."
}


class SearchKeyRequest(Request):
    """A custom search key to define."""

    label = Text(required=True, metadata=_LABEL)
    type = fields.String(required=True, validate=validate.OneOf(TYPES), metadata=_TYPE)
    unique = TrueOrFalse(load_default=False, metadata=_UNIQUE)
    sensitive = TrueOrFalse(load_default=False, metadata=_SENSITIVE)
    example = Text(
        allow_none=True,
        metadata={
            "description": "A value to show in an empty field, stored and shown in plain also for a "
            "sensitive key: make one up. Without it a key that exists keeps its example; null brings back "
            "the example of the type.",
        },
    )


class SearchKeyResponse(Response):
    """A search key, built in or custom."""

    name = search_key_field(
        required=True, metadata={"description": "What criteria, match keys and a profile's `keys` call it."}
    )
    label = fields.String(required=True, metadata=_LABEL)
    type = fields.String(required=True, validate=validate.OneOf(TYPES), metadata=_TYPE)
    unique = fields.Boolean(required=True, metadata=_UNIQUE)
    sensitive = fields.Boolean(required=True, metadata=_SENSITIVE)
    built_in = fields.Boolean(
        required=True, metadata={"description": "Whether it comes with the service and cannot be changed."}
    )
    example = fields.String(
        required=True,
        metadata={
            "description": "A value to show in an empty field: the one that was set for a custom key, or one "
            "that the type takes."
        },
    )


class SearchKeysResponse(Response):
    """All search keys, the built-in ones first; always one page."""

    items = fields.List(
        fields.Nested(SearchKeyResponse()), required=True, metadata={"description": "The search keys."}
    )
    next_cursor = next_cursor_field()


class SearchKeyProfilesRequest(Request):
    """Which page of the profiles that hold a search key."""

    limit = limit_field(strict=False)
    cursor = cursor_field(allow_none=False)
