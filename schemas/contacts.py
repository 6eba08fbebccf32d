"""Contacts and the profiles associated with them."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.base import Request, Response
from schemas.contact_attributes import contact_attributes_field
from schemas.fields import Moment, Several, Text, TextOrBlank, Time
from schemas.identifiers import channel_field, contact_id_field, profile_id_field, sent_channel_field
from schemas.pages import cursor_field, limit_field, next_cursor_field
from schemas.profiles import ProfileResponse
from schemas.search import MOST_CRITERIA, Criterion, ReasonResponse

OUTCOMES = ("unique", "ambiguous", "none", "withheld")
_WHO = "Who says so. Where the credential names an agent it is that one, and any other is refused."


class MatchRequest(Request):
    """What is known of a contact that has just come in."""

    channel = sent_channel_field(required=True)
    phone_number = TextOrBlank(metadata={"description": "The caller's number as it was delivered."})
    email_address = TextOrBlank(metadata={"description": "The customer's e-mail address."})
    name = TextOrBlank(metadata={"description": "The customer's name, in either order."})
    attributes = contact_attributes_field()
    criteria = Several(
        fields.Nested(Criterion()),
        load_default=list,
        validate=validate.Length(max=MOST_CRITERIA),
        metadata={
            "description": "What every candidate must meet: the account number that the agent asked for."
        },
    )
    limit = limit_field()
    cursor = cursor_field()


class ProfileForContactRequest(Request):
    """What is known of the contact, in the query string, as the body is the profile."""

    channel = sent_channel_field()
    agent_id = Text(metadata={"description": _WHO})


class AssociationRequest(Request):
    """The profile that the agent has confirmed."""

    profile_id = profile_id_field("The profile that it is.", required=True)
    channel = sent_channel_field(allow_none=True)
    agent_id = Text(allow_none=True, metadata={"description": _WHO})


class AssociationResponse(Response):
    """A profile associated with a contact."""

    profile_id = profile_id_field(required=True)
    agent_id = fields.String(
        required=True, allow_none=True, metadata={"description": "Who associated it, where that was said."}
    )
    associated_at = Time(required=True, metadata={"description": "When it was associated."})
    disassociated_at = Time(
        required=True,
        allow_none=True,
        metadata={
            "description": "When another took its place, or it was taken back; null while it is current."
        },
    )


def _current_association() -> fields.Nested:
    return fields.Nested(
        AssociationResponse(),
        required=True,
        allow_none=True,
        metadata={"description": "The profile that the contact is associated with now, or null."},
    )


class CandidateReasonResponse(ReasonResponse):
    """One key that agreed, and whether it tells people apart."""

    shared = fields.Boolean(
        required=True,
        metadata={"description": "Whether so many profiles have the value that it says little."},
    )


class CandidateResponse(Response):
    """A profile that the contact may come from, and every reason for that."""

    profile = fields.Nested(ProfileResponse(), required=True)
    matched_on = fields.List(
        fields.Nested(CandidateReasonResponse()),
        required=True,
        metadata={"description": "The keys that agreed, the best proof first."},
    )


class MatchResponse(Response):
    """Who is calling."""

    contact_id = contact_id_field(required=True)
    outcome = fields.String(
        required=True,
        validate=validate.OneOf(OUTCOMES),
        metadata={"description": "One candidate, several, none, or none and the number is withheld."},
    )
    candidates = fields.List(
        fields.Nested(CandidateResponse()),
        required=True,
        metadata={"description": "The profiles that match, best first."},
    )
    association = _current_association()
    next_cursor = next_cursor_field()
    truncated = fields.Boolean(
        required=True,
        metadata={
            "description": "Whether more candidates may be than are ranked: those on the best tiers are."
        },
    )


class ContactResponse(Response):
    """A contact: all of its associations while it is open, the last one once it is cleared."""

    contact_id = contact_id_field(required=True)
    channel = channel_field(required=True, allow_none=True)
    created_at = Time(
        required=True,
        metadata={"description": "When the contact was first associated or cleared."},
    )
    cleared_at = Time(
        required=True,
        allow_none=True,
        metadata={"description": "When it was cleared; null while it is open."},
    )
    association = _current_association()
    associations = fields.List(
        fields.Nested(AssociationResponse()),
        required=True,
        metadata={"description": "All of them, oldest first; once it is cleared, the last one."},
    )


class ContactsResponse(Response):
    """A page of contacts, newest first."""

    items = fields.List(
        fields.Nested(ContactResponse()), required=True, metadata={"description": "The contacts."}
    )
    next_cursor = next_cursor_field()


def _from_field(*, allow_none: bool) -> Time:
    return Moment(
        data_key="from",
        attribute="created_from",
        allow_none=allow_none,
        metadata={
            "description": "Only contacts first known at this time (RFC 3339, with its zone) or later.",
        },
    )


def _to_field(*, allow_none: bool) -> Time:
    return Moment(
        data_key="to",
        attribute="created_to",
        allow_none=allow_none,
        metadata={
            "description": "Only contacts first known before this time (RFC 3339, with its zone).",
        },
    )


class _ContactFilter(Request):
    """Which contacts to list."""

    @validates_schema
    def _check_period(self, data: dict[str, Any], **_kwargs: Any) -> None:
        start, end = data.get("created_from"), data.get("created_to")
        if start is not None and end is not None and start >= end:
            raise ValidationError("Must be later than from.", "to")


class ContactsRequest(_ContactFilter):
    """Which of a profile's contacts to list, in the query string, where there is no null."""

    channel = sent_channel_field()
    from_ = _from_field(allow_none=False)
    to = _to_field(allow_none=False)
    limit = limit_field(strict=False)
    cursor = cursor_field(allow_none=False)


class ContactSearchRequest(_ContactFilter):
    """Which contacts to search for; every field given must agree."""

    channel = sent_channel_field(allow_none=True)
    from_ = _from_field(allow_none=True)
    to = _to_field(allow_none=True)
    profile_id = profile_id_field("Associated with this profile.", allow_none=True)
    agent_id = Text(allow_none=True, metadata={"description": "Associated by this agent."})
    limit = limit_field()
    cursor = cursor_field()
