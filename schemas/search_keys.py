"""Search keys: the agent's drop-down."""

from marshmallow import fields, validate

from schemas.base import Answer, Request, Text, next_cursor_field

TYPES = ("text", "digits", "phone", "email", "name")


class SearchKeyRequest(Request):
    """A custom search key to define."""

    label = Text(required=True, metadata={"description": "What the agent reads in the drop-down."})
    type = fields.String(
        required=True,
        validate=validate.OneOf(TYPES),
        metadata={"description": "How values are normalised before they are compared."},
    )
    unique = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "Whether a value belongs to one profile at most."},
    )
    sensitive = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "Marks a key that holds data such as a social security number."},
    )


class SearchKeyAnswer(Answer):
    """A search key, built in or custom."""

    name = fields.String(required=True)
    label = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(TYPES))
    unique = fields.Boolean(required=True)
    sensitive = fields.Boolean(required=True)
    built_in = fields.Boolean(required=True)
    example = fields.String(required=True, metadata={"description": "A value, to show in an empty field."})


class SearchKeysAnswer(Answer):
    """All search keys, the built-in ones first; always one page."""

    items = fields.List(fields.Nested(SearchKeyAnswer()), required=True)
    next_cursor = next_cursor_field()
