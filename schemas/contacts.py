"""Requests and responses of contacts and their associations."""

from marshmallow import fields

from schemas.base import Request, Response
from schemas.contact_attributes import contact_attributes_field
from schemas.fields import BoundedList, DateTime, Text, TextOrBlank
from schemas.identifiers import channel_field, contact_id_field, profile_id_field, request_channel_field
from schemas.pages import cursor_field, limit_field, next_cursor_field
from schemas.periods import PeriodRequest
from schemas.profiles import ProfileResponse
from schemas.response_fields import boolean_field, enum_field, list_field, string_field, time_field
from schemas.search import Criterion, ReasonResponse
from service.model.limits import MAX_CRITERIA
from service.model.match import Outcome

_AGENT_ID = "The agent. A credential that belongs to an agent can name only that agent."
_FROM = {"description": "Only contacts created at or after this time (RFC 3339, with its zone)."}
_TO = {"description": "Only contacts created before this time (RFC 3339, with its zone)."}


class MatchRequest(Request):
    """What is known about an incoming contact."""

    channel = request_channel_field(required=True)
    phone_number = TextOrBlank(description="The caller's number, as it was delivered.")
    email_address = TextOrBlank(description="The customer's e-mail address.")
    name = TextOrBlank(description="The customer's name, in either order.")
    attributes = contact_attributes_field()
    criteria = BoundedList(
        fields.Nested(Criterion()),
        max_items=MAX_CRITERIA,
        load_default=list,
        metadata={
            "description": "Criteria that every candidate must meet, such as an account number that the "
            "agent asked for."
        },
    )
    limit = limit_field()
    cursor = cursor_field()


class ProfileForContactRequest(Request):
    """What is known about the contact, in the query string. The body is the profile."""

    channel = request_channel_field()
    agent_id = Text(description=_AGENT_ID)


class AssociationRequest(Request):
    """The profile that the agent has confirmed."""

    profile_id = profile_id_field("The confirmed profile.", required=True)
    channel = request_channel_field(allow_none=True)
    agent_id = Text(allow_none=True, description=_AGENT_ID)


class AssociationResponse(Response):
    """A profile associated with a contact."""

    profile_id = profile_id_field(required=True)
    agent_id = string_field("The agent who associated the profile, or null.", allow_none=True)
    associated_at = time_field("When it was associated.")
    disassociated_at = time_field(
        "When the association was replaced or removed. Null while it is current.", allow_none=True
    )


def _current_association() -> fields.Nested:
    return fields.Nested(
        AssociationResponse(),
        required=True,
        allow_none=True,
        metadata={"description": "The contact's current association, or null."},
    )


class CandidateReasonResponse(ReasonResponse):
    """A value that matched, and whether many profiles share it."""

    shared = boolean_field("True if more profiles have the value than the setting `shared_above`.")


class CandidateResponse(Response):
    """A profile that matches the contact, and the reasons."""

    profile = fields.Nested(ProfileResponse(), required=True)
    matched_on = list_field(CandidateReasonResponse(), "The values that matched, best tier first.")


class MatchResponse(Response):
    """The profiles that match a contact."""

    contact_id = contact_id_field(required=True)
    outcome = enum_field(
        Outcome, "One candidate, several, none, or none because the phone number is withheld."
    )
    candidates = list_field(CandidateResponse(), "The profiles that match, best first.")
    association = _current_association()
    next_cursor = next_cursor_field()
    truncated = boolean_field(
        "True if there were too many matches to rank them all. Then only the best tiers are ranked."
    )


class ContactResponse(Response):
    """A contact, with all its associations while it is open and only the last one once it is cleared."""

    contact_id = contact_id_field(required=True)
    channel = channel_field()
    created_at = time_field("When the contact was first associated or cleared.")
    cleared_at = time_field("When the contact was cleared. Null while it is open.", allow_none=True)
    association = _current_association()
    associations = list_field(
        AssociationResponse(), "All associations, oldest first; only the last one once it is cleared."
    )


class ContactsResponse(Response):
    """A page of contacts, newest first."""

    items = list_field(ContactResponse(), "The contacts.")
    next_cursor = next_cursor_field()


class ContactsRequest(PeriodRequest):
    """The contacts of a profile to list, in the query string."""

    channel = request_channel_field()
    from_ = DateTime(data_key="from", attribute="created_from", metadata=_FROM)
    to = DateTime(data_key="to", attribute="created_to", metadata=_TO)
    limit = limit_field(strict=False)
    cursor = cursor_field(allow_none=False)


class ContactSearchRequest(PeriodRequest):
    """The contacts to search for. A contact must match all fields."""

    channel = request_channel_field(allow_none=True)
    from_ = DateTime(data_key="from", attribute="created_from", allow_none=True, metadata=_FROM)
    to = DateTime(data_key="to", attribute="created_to", allow_none=True, metadata=_TO)
    profile_id = profile_id_field("Associated with this profile.", allow_none=True)
    agent_id = Text(allow_none=True, description="Associated by this agent.")
    limit = limit_field()
    cursor = cursor_field()
