"""Search keys: the agent's drop-down."""

from marshmallow import fields, validate

from schemas.base import Answer, Request
from schemas.fields import Text, TrueOrFalse
from schemas.identifiers import search_key_field
from schemas.pages import cursor_field, limit_field, next_cursor_field

TYPES = ("text", "digits", "phone", "email", "name")

_LABEL = {"description": "What the agent reads in the drop-down."}
_TYPE = {"description": "How values are normalised before they are compared."}
_UNIQUE = {"description": "Whether a value belongs to one profile at most."}
_SENSITIVE = {
    "description": "Whether values are stored sealed and shown hidden but for their end, such as a social "
    "security number. They are found whole, never by a beginning."
}


class SearchKeyRequest(Request):
    """A custom search key to define."""

    label = Text(required=True, metadata=_LABEL)
    type = fields.String(required=True, validate=validate.OneOf(TYPES), metadata=_TYPE)
    unique = TrueOrFalse(load_default=False, metadata=_UNIQUE)
    sensitive = TrueOrFalse(load_default=False, metadata=_SENSITIVE)


class SearchKeyAnswer(Answer):
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
            "description": "A value to show in an empty field; of a custom key, one that its type takes."
        },
    )


class SearchKeysAnswer(Answer):
    """All search keys, the built-in ones first; always one page."""

    items = fields.List(
        fields.Nested(SearchKeyAnswer()), required=True, metadata={"description": "The search keys."}
    )
    next_cursor = next_cursor_field()


class HoldersQuery(Request):
    """Which page of the profiles that hold a search key."""

    limit = limit_field(strict=False)
    cursor = cursor_field(allow_none=False)
