"""Responses of the health checks, and problem documents."""

from marshmallow import fields, validate

from schemas.base import Response
from schemas.common import profile_id_field, string_field


class LivenessResponse(Response):
    """The process is running."""

    status = fields.String(
        required=True,
        validate=validate.OneOf(["ok"]),
        metadata={"description": "Always `ok`. Failures are problem documents."},
    )


class ReadinessResponse(LivenessResponse):
    """The process can serve requests."""

    checks = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={
            "description": "The result of each check, by name: `ok`. `lookup_entries` has two more results. "
            "`stale: run profile-lookup reindex`: the index terms of some profiles are outdated, so a "
            "search may miss them, or some sensitive values are encrypted with other master keys; missing "
            "master keys are named. `unknown`: comparing the definitions of all search keys took too long. "
            "Each worker compares them once a minute."
        },
    )


class FieldErrorResponse(Response):
    """One error in the input."""

    pointer = string_field("RFC 6901 pointer to the field, or `/` and a parameter's name.")
    detail = string_field("What is wrong, and what to do.")


class Problem(Response):
    """An error (RFC 9457). Programs decide by `code`, which is stable."""

    type = string_field("A URI that identifies the code.", format="uri")
    title = string_field("The type of problem. The same for every problem of a code.")
    status = fields.Integer(
        required=True,
        validate=validate.Range(min=400, max=599),
        metadata={"description": "The HTTP status."},
    )
    detail = string_field("What happened, and what to do.")
    instance = string_field("A URI that identifies this occurrence.", format="uri")
    code = string_field("The stable code. The examples of an operation list all its codes.")
    request_id = string_field("The request's ID, as in `X-Request-Id`. Quote it when you ask for help.")
    errors = fields.List(
        fields.Nested(FieldErrorResponse()), metadata={"description": "With `invalid_request`: each error."}
    )
    scope = string_field("With `insufficient_scope`: the required scope.", required=False)
    key = string_field("With `unique_key_taken`: the search key's name.", required=False)
    profile_id = profile_id_field(
        "With `unique_key_taken`: the profile that has the value. Absent for a sensitive search key, whose "
        "values could be guessed."
    )
    stored_form = string_field(
        "With `unique_key_taken`: the normalised value, which both profiles have in "
        "common. Absent for a sensitive search key.",
        required=False,
    )
    checks = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "With `not_ready`: each check, `ok` or the failure."},
    )
