"""The audit: who did what to which profile."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.base import Request, Response
from schemas.fields import Moment, Text, Time
from schemas.identifiers import contact_id_field, profile_id_field, search_key_field
from schemas.pages import cursor_field, limit_field, next_cursor_field

ACTIONS = (
    "matched",
    "searched",
    "read",
    "created",
    "changed",
    "associated",
    "disassociated",
    "cleared",
    "revealed",
    "exported",
    "erasing",
    "erased",
    "not_erased",
)


class AuditRequest(Request):
    """Which events to list; every field given must agree."""

    profile_id = profile_id_field("Only events about this profile.")
    agent_id = Text(metadata={"description": "Only what this agent did."})
    from_ = Moment(
        data_key="from",
        attribute="at_from",
        metadata={"description": "Only events of this time (RFC 3339, with its zone) or later."},
    )
    to = Moment(
        data_key="to",
        attribute="at_to",
        metadata={"description": "Only events before this time (RFC 3339, with its zone)."},
    )
    limit = limit_field(strict=False)
    cursor = cursor_field(allow_none=False)

    @validates_schema
    def _check_period(self, data: dict[str, Any], **_kwargs: Any) -> None:
        start, end = data.get("at_from"), data.get("at_to")
        if start is not None and end is not None and start >= end:
            raise ValidationError("Must be later than from.", "to")


class ExportedEventResponse(Response):
    """What was done with a profile, when and by whom."""

    at = Time(required=True, metadata={"description": "When it was done."})
    action = fields.String(
        required=True, validate=validate.OneOf(ACTIONS), metadata={"description": "What was done."}
    )
    contact_id = contact_id_field(required=True, allow_none=True)
    keys = fields.List(
        search_key_field(),
        required=True,
        metadata={
            "description": "The names of the search keys by which was sought, or whose values were changed "
            "or shown; never a value."
        },
    )
    credential_id = fields.String(required=True, metadata={"description": "The credential that was used."})
    agent_id = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The agent of that credential; else whom an association names; else null."},
    )
    request_id = fields.String(
        required=True, metadata={"description": "The request, as its log line has it."}
    )


class AuditEventResponse(ExportedEventResponse):
    """Who looked at, changed, exported or erased which profiles."""

    event_id = fields.String(required=True, metadata={"description": "The event's ID."})
    profile_ids = fields.List(
        profile_id_field(),
        required=True,
        metadata={"description": "The profiles that were answered, changed or named by a contact."},
    )


class AuditResponse(Response):
    """A page of the audit, newest first."""

    items = fields.List(
        fields.Nested(AuditEventResponse()), required=True, metadata={"description": "The events."}
    )
    next_cursor = next_cursor_field()
