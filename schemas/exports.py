"""Everything that is held on a person."""

from marshmallow import fields

from schemas.audit import ExportedEventResponse
from schemas.base import Response
from schemas.contacts import AssociationResponse
from schemas.fields import Time
from schemas.identifiers import channel_field, contact_id_field
from schemas.profiles import ProfileResponse


class ExportedContactResponse(Response):
    """A contact of the person, with this person's associations alone."""

    contact_id = contact_id_field(required=True)
    channel = channel_field(required=True, allow_none=True)
    created_at = Time(
        required=True, metadata={"description": "When the contact was first associated or cleared."}
    )
    cleared_at = Time(
        required=True,
        allow_none=True,
        metadata={"description": "When it was cleared; null while it is open."},
    )
    associations = fields.List(
        fields.Nested(AssociationResponse()),
        required=True,
        metadata={"description": "When the contact was associated with the person, and by whom."},
    )


class ExportResponse(Response):
    """A person's profile, contacts and audit."""

    exported_at = Time(required=True, metadata={"description": "When it was exported."})
    profile = fields.Nested(ProfileResponse(), required=True)
    contacts = fields.List(
        fields.Nested(ExportedContactResponse()),
        required=True,
        metadata={"description": "Every contact that is or was associated with the profile, in no order."},
    )
    audit = fields.List(
        fields.Nested(ExportedEventResponse()),
        required=True,
        metadata={"description": "What was done with the profile and by whom, newest first."},
    )
