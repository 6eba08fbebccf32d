"""Health, and what every error answer looks like."""

from marshmallow import fields, validate

from schemas.base import Response
from schemas.identifiers import profile_id_field


def _status() -> fields.String:
    return fields.String(
        required=True,
        validate=validate.OneOf(["ok"]),
        metadata={"description": "Always `ok`; what is wrong is a problem document."},
    )


class LivenessResponse(Response):
    """The process runs."""

    status = _status()


class ReadinessResponse(Response):
    """The process can serve."""

    status = _status()
    checks = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={
            "description": "Each check by its name, `ok`. `lookup_entries` may also say `stale: run "
            "profile-lookup reindex`: profiles whose entries were made by other rules may be missed, or "
            "sensitive values are sealed with other master keys; it names those that are not set. `unknown` "
            "means that comparing the definitions of all search keys took too long. Each worker compares "
            "them once a minute."
        },
    )


class FieldErrorResponse(Response):
    """One fault of the input."""

    pointer = fields.String(
        required=True,
        metadata={"description": "RFC 6901 pointer to the field, or `/` and a parameter's name."},
    )
    detail = fields.String(required=True, metadata={"description": "What is wrong and what to do."})


class Problem(Response):
    """An error (RFC 9457). `code` is stable; decide by it."""

    type = fields.String(
        required=True, metadata={"description": "A URI that names the code.", "format": "uri"}
    )
    title = fields.String(
        required=True, metadata={"description": "What kind of problem it is; the same for the same code."}
    )
    status = fields.Integer(
        required=True,
        validate=validate.Range(min=400, max=599),
        metadata={"description": "The HTTP status."},
    )
    detail = fields.String(required=True, metadata={"description": "What happened and what to do."})
    instance = fields.String(
        required=True, metadata={"description": "A URI that names this occurrence.", "format": "uri"}
    )
    code = fields.String(
        required=True,
        metadata={"description": "Stable; the examples of each operation list those it can answer."},
    )
    request_id = fields.String(
        required=True,
        metadata={"description": "Also in the header `X-Request-Id`; quote it when you ask for help."},
    )
    errors = fields.List(
        fields.Nested(FieldErrorResponse()), metadata={"description": "With `invalid_request`: each fault."}
    )
    scope = fields.String(metadata={"description": "With `insufficient_scope`: the scope that is needed."})
    key = fields.String(metadata={"description": "With `unique_key_taken`: the search key's name."})
    profile_id = profile_id_field(
        "With `unique_key_taken`: the owner. Absent for a sensitive key, whose values can be guessed."
    )
    stored_form = fields.String(
        metadata={
            "description": "With `unique_key_taken`: the normalised form of the value, and of the owner's "
            "value. Absent for a sensitive key."
        }
    )
    checks = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "With `not_ready`: each check, `ok` or what failed."},
    )
