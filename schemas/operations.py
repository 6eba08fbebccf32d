"""Health, and what every error answer looks like."""

from marshmallow import fields

from schemas.base import Answer, profile_id_field


class LiveAnswer(Answer):
    """The process runs."""

    status = fields.String(required=True)


class ReadyAnswer(Answer):
    """The process can serve."""

    status = fields.String(required=True)
    checks = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class FieldErrorAnswer(Answer):
    """One fault of the input."""

    pointer = fields.String(
        required=True,
        metadata={"description": "RFC 6901 pointer to the field, or `/` and a parameter's name."},
    )
    detail = fields.String(required=True, metadata={"description": "What is wrong and what to do."})


class Problem(Answer):
    """An error (RFC 9457). `code` is stable; decide by it."""

    type = fields.String(required=True, metadata={"description": "A URI that names the code."})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "What happened and what to do."})
    instance = fields.String(required=True, metadata={"description": "A URI that names this occurrence."})
    code = fields.String(required=True)
    request_id = fields.String(
        required=True,
        metadata={"description": "Also in the header `X-Request-Id`; quote it when you ask for help."},
    )
    errors = fields.List(
        fields.Nested(FieldErrorAnswer()), metadata={"description": "With `invalid_request`: each fault."}
    )
    key = fields.String(metadata={"description": "With `unique_key_taken`: the search key's name."})
    profile_id = profile_id_field(metadata={"description": "With `unique_key_taken`: the owner."})
    checks = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "With `not_ready`: each check, `ok` or what failed."},
    )
