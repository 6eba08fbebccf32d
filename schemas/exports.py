"""The response of an export: everything stored about a person."""

from marshmallow import fields

from schemas.audit import ExportedEventResponse
from schemas.base import Response
from schemas.common import list_field, time_field
from schemas.contacts import AssociationResponse, ContactResponse
from schemas.profiles import ProfileResponse


class ExportedContactResponse(ContactResponse):
    """A contact, with its associations with this profile only."""

    class Meta(Response.Meta):
        """Without the current association, which can be with another profile."""

        exclude = ("association",)

    associations = list_field(AssociationResponse(), "The associations of the contact with this profile.")


class ExportResponse(Response):
    """A person's profile, contacts and audit events."""

    exported_at = time_field("The time of the export.")
    profile = fields.Nested(ProfileResponse(), required=True)
    contacts = list_field(
        ExportedContactResponse(),
        "Every contact that is or was associated with the profile, in no particular order.",
    )
    audit = list_field(ExportedEventResponse(), "The actions on the profile, newest first.")
