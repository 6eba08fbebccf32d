"""Responses of the health checks, and problem documents."""

from marshmallow import fields, validate

from schemas.base import Response
from schemas.common import profile_id_field, string_field
from schemas.possible_duplicates import PossibleDuplicateResponse


class LivenessResponse(Response):
    """The response of a running process."""

    status = fields.String(
        required=True,
        validate=validate.OneOf(["ok"]),
        metadata={"description": "Always `ok`. A failed check returns a problem document instead."},
    )


class ReadinessResponse(LivenessResponse):
    """The response of a process that can serve requests."""

    checks = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={
            "description": "The result of each check by name. `lookup_entries` is `ok`, `unknown`, or begins "
            "with `stale`. The other checks are `ok`. `stale`: searches can miss profiles with outdated "
            "index terms, or sensitive values are encrypted with old master keys; the text says what to do, "
            "and names missing master keys. `unknown`: the comparison of the profiles with the definitions "
            "of search keys failed or timed out. Each worker repeats this comparison at most once a minute."
        },
    )


class FieldErrorResponse(Response):
    """One error in the input."""

    pointer = string_field("The RFC 6901 pointer to the field, or `/<name>` for a parameter or header.")
    detail = string_field("What is wrong, and what to do.")


class Problem(Response):
    """An error (RFC 9457). Clients should branch on `code`; the codes do not change."""

    type = string_field("A URI that identifies the code.", format="uri")
    title = string_field("The type of problem. All problems with the same code have the same title.")
    status = fields.Integer(
        required=True,
        validate=validate.Range(min=400, max=599),
        metadata={"description": "The HTTP status."},
    )
    detail = string_field("What happened, and what to do.")
    instance = string_field("A URI that identifies this occurrence.", format="uri")
    code = string_field("The code, which does not change. The examples of each operation show all its codes.")
    request_id = string_field("The request's ID, as in `X-Request-Id`. Quote it when you ask for help.")
    errors = fields.List(
        fields.Nested(FieldErrorResponse()),
        metadata={
            "description": "With `invalid_request`: up to 100 errors, or up to 10 for an item of a batch."
        },
    )
    scope = string_field(
        "With `insufficient_scope`: the required scope, or several with spaces between them, if any of these "
        "is enough.",
        required=False,
    )
    key = string_field("With `unique_key_taken`: the search key's name.", required=False)
    profile_id = profile_id_field(
        "With `unique_key_taken`: the profile that has the value. Omitted for a sensitive search key, so "
        "that clients cannot find a value's owner by guessing. With `profile_not_found`, if the request has "
        "several profiles: the profile that was not found."
    )
    merge_id = profile_id_field("With `merge_superseded`: the merge to undo first.")
    stored_form = string_field(
        "With `unique_key_taken`: the normalised value that both profiles have. "
        "Omitted for a sensitive search key.",
        required=False,
    )
    possible_duplicates = fields.List(
        fields.Nested(PossibleDuplicateResponse()),
        metadata={"description": "With `possible_duplicate`: up to 10 profiles, as a creation returns them."},
    )
    checks = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={
            "description": "With `not_ready`: the result of each check by name: `ok`, `unknown`, or what is "
            "wrong."
        },
    )
