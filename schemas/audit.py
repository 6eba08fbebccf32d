"""Requests and responses of the audit, and the response of an export, which contains audit events."""

from marshmallow import fields

from schemas import common
from schemas.base import Response
from schemas.contacts import AssociationResponse, ContactResponse
from schemas.fields import DateTime, Text
from schemas.merges import MergeResponse
from schemas.profiles import ProfileResponse
from service.model.audit import AuditAction

_FROM = {"description": "Only events at or after this time (RFC 3339, with a zone)."}
_TO = {"description": "Only events before this time (RFC 3339, with a zone)."}


class AuditRequest(common.PeriodRequest):
    """Filters for the list of events, in the query string. An event must match all filters."""

    profile_id = common.profile_id_field("Only events of this profile.")
    agent_id = Text(description="Only events of this agent.")
    from_ = DateTime(data_key="from", attribute="at_from", metadata=_FROM)
    to = DateTime(data_key="to", attribute="at_to", metadata=_TO)
    limit = common.limit_field(strict=False)
    cursor = common.cursor_field(allow_none=False)


class ExportedEventResponse(Response):
    """An audit event: an action, its time and its agent."""

    at = common.time_field("The time of the action.")
    action = common.enum_field(AuditAction, "The action.")
    contact_id = common.contact_id_field(required=True, allow_none=True)
    keys = common.list_field(
        common.search_key_field(),
        "The names of the search keys whose values were searched for, stored, removed, merged or revealed. "
        "Values are never recorded.",
    )
    credential_id = common.string_field("The ID of the credential of the request.")
    agent_id = common.string_field(
        "The agent of the credential, or else the agent of the new association or token, or null.",
        allow_none=True,
    )
    request_id = common.string_field("The request's ID, as in the log.")


class AuditEventResponse(ExportedEventResponse):
    """An audit event: an action, its time, its agent and its profiles."""

    event_id = common.string_field("The event's ID.")
    profile_ids = common.list_field(
        common.profile_id_field(),
        "The profiles that were changed, returned, or named in the response. After a search or a match for a "
        "sensitive value, also the profiles that have the value and are not in the response.",
    )


class AuditResponse(Response):
    """A page of audit events, newest first."""

    items = common.list_field(AuditEventResponse(), "The events.")
    next_cursor = common.NEXT_CURSOR


class ExportedContactResponse(ContactResponse):
    """A contact with only its associations with this profile."""

    class Meta(Response.Meta):
        """Exclude the current association, because it can be with another profile."""

        exclude = ("association",)

    associations = common.list_field(
        AssociationResponse(), "The associations of the contact with this profile."
    )


class ExportedObjectResponse(Response):
    """An object that was stored with the operation PutProfileObject."""

    object_id = common.string_field("The object's ID, its `ProfileObjectUniqueKey`.")
    object_type = common.string_field("The name of its object type.")
    created_at = common.time_field("When the object was first stored.")
    updated_at = common.time_field("When the object was last stored.")
    content = common.string_field(
        "The text of the JSON object as it was sent, except that values of sensitive search keys are masked "
        "unless the credential has `profiles:reveal`."
    )


class ExportedMergeResponse(Response):
    """A merge into the profile, with the merged profiles."""

    merge = fields.Nested(MergeResponse(), required=True)
    profiles = common.list_field(
        ProfileResponse(), "The merged profiles as they were before. Empty if the merge was undone."
    )
    before = fields.Nested(
        ProfileResponse(),
        required=True,
        allow_none=True,
        metadata={
            "description": "The profile into which they were merged, as it was before the merge. Null if the "
            "merge was undone."
        },
    )


class ExportResponse(Response):
    """A person's profile, contacts, objects, merges and audit events."""

    exported_at = common.time_field("The time of the export.")
    profile = fields.Nested(ProfileResponse(), required=True)
    contacts = common.list_field(
        ExportedContactResponse(),
        "Every contact with a stored association with the profile, current or past, in no particular order.",
    )
    objects = common.list_field(
        ExportedObjectResponse(),
        "Every object of the profile that was stored with PutProfileObject, in no particular order.",
    )
    merges = common.list_field(
        ExportedMergeResponse(),
        "Every merge into the profile, and into profiles that were merged into it, newest first.",
    )
    audit = common.list_field(
        ExportedEventResponse(),
        "The actions on the profile and on profiles that were merged into it, newest first.",
    )
