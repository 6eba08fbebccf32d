"""Requests and responses of contacts and their associations."""

from collections.abc import Mapping
from typing import ClassVar

from marshmallow import ValidationError, fields, validate

from schemas import common
from schemas.base import Request, Response
from schemas.fields import BoundedList, DateTime, MappingField, Text, nullable_text_field
from schemas.possible_duplicates import on_duplicate_field
from schemas.profiles import MERGED_INTO
from schemas.search import Criterion, FoundProfileResponse, ReasonResponse
from service.model.contact import Channel
from service.model.limits import (
    MAX_ASSOCIATIONS,
    MAX_CONTACT_ATTRIBUTE_LENGTH,
    MAX_CONTACT_ATTRIBUTES,
    MAX_CRITERIA,
)
from service.model.match import Outcome

_AGENT_ID = "The agent's ID. If the credential belongs to an agent, no other agent is allowed."
_FROM = {"description": "Only contacts created at or after this time (RFC 3339, with a zone)."}
_TO = {"description": "Only contacts created before this time (RFC 3339, with a zone)."}
_NO_NUL = validate.ContainsNoneOf("\x00", error="Must not contain NUL characters.")


def _text(*, min_length: int = 0, required: bool = False, **metadata: str) -> fields.String:
    length = validate.Length(min=min_length or None, max=MAX_CONTACT_ATTRIBUTE_LENGTH)
    metadata["pattern"] = r"^[^\x00]*$"
    return fields.String(validate=[length, _NO_NUL], required=required, metadata=metadata)


class ContactAttribute(Request):
    """An attribute in the form that `getAttributes()` of Amazon Connect Streams returns."""

    name = _text(
        min_length=1,
        required=True,
        description="The attribute's name. It is ignored; the name of the member in `attributes` is used.",
    )
    value = _text(required=True, description="The attribute's value.")


class AttributeValue(fields.Field[str]):
    """The value of an attribute: text, or an object that contains it."""

    text = _text()
    wrapped = fields.Nested(ContactAttribute())

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        del attr, data, kwargs
        if not isinstance(value, Mapping):
            return self.text.deserialize(value)
        try:
            loaded: str = self.wrapped.deserialize(value)["value"]
        except ValidationError as error:
            message = "Must be text, or an object with `name` and `value`, both text without NUL characters."
            raise ValidationError(message) from error
        return loaded


def attributes_field(description: str, *, data_key: str | None = None, **metadata: object) -> MappingField:
    """Return a field for the attributes of a contact."""
    return MappingField(
        _text(min_length=1),
        AttributeValue(),
        max_members=MAX_CONTACT_ATTRIBUTES,
        allow_none=True,
        data_key=data_key,
        metadata={"description": description, **metadata},
    )


def criteria_field() -> BoundedList:
    """Return a field for the criteria of a match."""
    return BoundedList(
        fields.Nested(Criterion()),
        max_items=MAX_CRITERIA,
        load_default=list,
        metadata={
            "description": "Criteria that every candidate must meet, such as an account number that the "
            "agent asked for."
        },
    )


class MatchRequest(Request):
    """The data of an incoming contact."""

    misplaced: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("profileSearchKey", "profileSearchValue"),
        "This field is a contact attribute; send it in `attributes`.",
    )

    channel = common.request_channel_field(required=True)
    phone_number = nullable_text_field("The caller's number, in any notation.")
    email_address = nullable_text_field("The customer's e-mail address.")
    name = nullable_text_field("The customer's name. The order of its parts does not matter.")
    attributes = attributes_field(
        "The contact's attributes, as texts or as `getAttributes()` of Amazon Connect Streams returns them. "
        "`profileSearchValue` is looked up first, as a value of the search key `profileSearchKey`. An "
        "attribute with the name of a match key is the value of that match key, unless `phone_number`, "
        "`email_address` or `name` has it.",
        example={"profileSearchKey": "account", "profileSearchValue": "A-1"},
    )
    criteria = criteria_field()
    limit = common.limit_field()
    cursor = common.cursor_field()


class ProfileForContactRequest(Request):
    """The query string: the contact's channel and agent, and what to do about possible duplicates."""

    channel = common.request_channel_field()
    agent_id = Text(description=_AGENT_ID)
    on_duplicate = on_duplicate_field()


class AssociationRequest(Request):
    """The profile that the agent confirmed."""

    profile_id = common.profile_id_field("The confirmed profile.", required=True)
    channel = common.request_channel_field(allow_none=True)
    agent_id = Text(allow_none=True, description=_AGENT_ID)


class AssociationResponse(Response):
    """A profile associated with a contact."""

    profile_id = common.profile_id_field(required=True)
    agent_id = common.string_field("The agent that associated the profile, or null.", allow_none=True)
    associated_at = common.time_field("When the profile was associated.")
    disassociated_at = common.time_field(
        "When the association was replaced or undone. Null while it is current.", allow_none=True
    )
    merged_into = common.profile_id_field(MERGED_INTO)


_CURRENT_ASSOCIATION = fields.Nested(
    AssociationResponse(),
    required=True,
    allow_none=True,
    metadata={"description": "The contact's current association, or null."},
)


class CandidateReasonResponse(ReasonResponse):
    """A value that matched, and whether many profiles share it."""

    shared = common.boolean_field("True if more than `shared_above` profiles (a setting) have the value.")


class CandidateResponse(FoundProfileResponse):
    """A profile that matches the contact, and the reasons for the match."""

    matched_on = common.list_field(CandidateReasonResponse(), "The values that matched, best tier first.")


class MatchResponse(Response):
    """The profiles that match a contact."""

    contact_id = common.contact_id_field(required=True)
    outcome = common.enum_field(
        Outcome,
        "`unique`: one profile is the best match. `ambiguous`: several profiles match equally well, or the "
        "best one matches only by its name or by values that many profiles share; `unique_by_name` (a "
        "setting) and `criteria` change this. `none`: no match. `withheld`: no match, and the phone number "
        "is withheld.",
    )
    candidates = common.list_field(CandidateResponse(), "The profiles that match, best first.")
    association = _CURRENT_ASSOCIATION
    next_cursor = common.NEXT_CURSOR
    truncated = common.boolean_field(
        "True if there were too many matches to rank them all. Then only the best tiers are ranked."
    )


class ContactResponse(Response):
    """A contact and its associations."""

    contact_id = common.contact_id_field(required=True)
    channel = common.enum_field(Channel, "The type of contact.", allow_none=True)
    created_at = common.time_field("When the contact was first associated or cleared.")
    cleared_at = common.time_field("When the contact was cleared. Null while it is open.", allow_none=True)
    association = _CURRENT_ASSOCIATION
    associations = common.list_field(
        AssociationResponse(),
        "The associations, oldest first. An open contact has its latest associations, up to "
        f"{MAX_ASSOCIATIONS:,}. A cleared contact has only the association that was current when it was "
        "cleared.",
    )


class ContactsResponse(Response):
    """A page of contacts, newest first."""

    items = common.list_field(ContactResponse(), "The contacts.")
    next_cursor = common.NEXT_CURSOR


class ContactsRequest(common.PeriodRequest):
    """Filters for the list of a profile's contacts, in the query string."""

    channel = common.request_channel_field()
    from_ = DateTime(data_key="from", attribute="created_from", metadata=_FROM)
    to = DateTime(data_key="to", attribute="created_to", metadata=_TO)
    limit = common.limit_field(strict=False)
    cursor = common.cursor_field(allow_none=False)


class ContactSearchRequest(common.PeriodRequest):
    """Filters for a search of contacts. A contact must match all filters."""

    channel = common.request_channel_field(allow_none=True)
    from_ = DateTime(data_key="from", attribute="created_from", allow_none=True, metadata=_FROM)
    to = DateTime(data_key="to", attribute="created_to", allow_none=True, metadata=_TO)
    profile_id = common.profile_id_field(
        "Only contacts whose current association is with this profile.", allow_none=True
    )
    agent_id = Text(allow_none=True, description="Only contacts whose current association is by this agent.")
    limit = common.limit_field()
    cursor = common.cursor_field()
