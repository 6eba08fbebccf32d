"""The forms in which Amazon Connect describes a contact. Each schema loads the fields of ``MatchRequest``.

Amazon adds members from time to time, so unknown members are ignored.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from marshmallow import EXCLUDE, fields, post_load

from schemas import common
from schemas.base import Request
from schemas.contacts import attributes_field, criteria_field
from schemas.fields import BoundedList, StrictBoolean, nullable_text_field
from service.model.contact import Channel

_MAX_CONNECTIONS = 100
_ADDRESS_FIELDS = {"TELEPHONE_NUMBER": "phone_number", "EMAIL_ADDRESS": "email_address"}
"""The field of ``MatchRequest`` for each type of address."""
_AGENT_TYPES = {"agent", "monitoring"}


class _Lenient(Request):
    class Meta:
        """Ignore unknown members."""

        unknown = EXCLUDE

    # Some tools reject unknown members unless the document allows them.
    document: ClassVar[Mapping[str, object]] = {"additionalProperties": True}


class _WithOptions(_Lenient):
    """Base of the forms, with the fields of ``MatchRequest`` that Amazon Connect does not send."""

    criteria = criteria_field()
    limit = common.limit_field()
    cursor = common.cursor_field()


class LambdaEndpoint(_Lenient):
    """The address of the customer."""

    address = nullable_text_field("The phone number or e-mail address.", data_key="Address")
    type = fields.String(
        data_key="Type",
        allow_none=True,
        metadata={"description": f"{' or '.join(_ADDRESS_FIELDS)}. An address of another type is ignored."},
    )


class LambdaContactData(_Lenient):
    """The contact of a flow."""

    channel = common.request_channel_field(upper_case=True, data_key="Channel", required=True)
    endpoint = fields.Nested(
        LambdaEndpoint(),
        data_key="CustomerEndpoint",
        allow_none=True,
        metadata={"description": "The customer's address. It is null for chats and tasks."},
    )
    attributes = attributes_field("The attributes that the flow has set.", data_key="Attributes")


class LambdaDetails(_Lenient):
    """The contact of a flow. The parameters of the Lambda function are ignored."""

    contact = fields.Nested(
        LambdaContactData(),
        data_key="ContactData",
        required=True,
        metadata={"description": "The contact. Its `ContactId` is ignored; the ID in the path is used."},
    )


class LambdaEvent(_WithOptions):
    """The event that an Amazon Connect flow sends to a Lambda function, unchanged."""

    details = fields.Nested(
        LambdaDetails(), data_key="Details", required=True, metadata={"description": "The event's details."}
    )

    @post_load
    def _to_match(self, data: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
        contact = data.pop("details")["contact"]
        endpoint = contact.pop("endpoint", None) or {}
        field = _ADDRESS_FIELDS.get(endpoint.get("type") or "")
        address = {field: endpoint.get("address")} if field else {}
        return {**data, **contact, **address}


class SnapshotEndpoint(_Lenient):
    """The address of a participant."""

    phone_number = nullable_text_field("The phone number, or a SIP address.", data_key="phoneNumber")
    email_address = nullable_text_field("The e-mail address.", data_key="emailAddress")


class SnapshotChat(_Lenient):
    """The chat of a connection."""

    name = nullable_text_field("The name that the customer entered.", data_key="customerName")


class SnapshotConnection(_Lenient):
    """A participant of the contact."""

    type = fields.String(
        allow_none=True, metadata={"description": "The type of participant, such as `inbound` or `agent`."}
    )
    initial = StrictBoolean(
        allow_none=True, metadata={"description": "True for the connection of the customer."}
    )
    endpoint = fields.Nested(
        SnapshotEndpoint(), allow_none=True, metadata={"description": "The participant's address."}
    )
    chat = fields.Nested(
        SnapshotChat(),
        data_key="chatMediaInfo",
        allow_none=True,
        metadata={"description": "The chat, if the contact is one."},
    )


class SnapshotData(_Lenient):
    """A contact of Amazon Connect Streams."""

    channel = common.request_channel_field(data_key="type", required=True)
    connections = BoundedList(
        fields.Nested(SnapshotConnection()),
        max_items=_MAX_CONNECTIONS,
        allow_none=True,
        metadata={"description": "The participants. The customer's connection is the initial one."},
    )
    endpoint = fields.Nested(
        SnapshotEndpoint(),
        data_key="customerEndpoint",
        allow_none=True,
        metadata={"description": "The customer's address. Streams has it for e-mails."},
    )
    attributes = attributes_field("The contact's attributes, as `getAttributes()` of Streams returns them.")


class StreamsContact(SnapshotData, _WithOptions):
    """A contact of Amazon Connect Streams, as its snapshot of an agent lists it in `contacts`."""

    contact_id = fields.String(
        data_key="contactId",
        required=True,
        metadata={"description": "The contact's ID. It is ignored; the ID in the path is used."},
    )

    @post_load
    def _to_match(self, data: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
        del data["contact_id"]
        return _match_fields(**data)


class StreamsSnapshot(_WithOptions):
    """A snapshot of a contact of Amazon Connect Streams: `JSON.stringify(contact.toSnapshot())`."""

    contact = fields.Nested(
        SnapshotData(),
        data_key="contactData",
        required=True,
        metadata={"description": "The contact. Its `contactId` is ignored; the ID in the path is used."},
    )

    @post_load
    def _to_match(self, data: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
        return _match_fields(**data.pop("contact"), **data)


ALTERNATIVES: Mapping[str, Request] = {
    "Details": LambdaEvent(),
    "contactData": StreamsSnapshot(),
    "contactId": StreamsContact(),
}
"""The schema of each form, by a member that the form must have.

The members are looked for in this order, because a ``StreamsSnapshot`` also has a `contactId`.
"""


def _match_fields(
    channel: Channel,
    connections: Sequence[Mapping[str, Any]] | None = None,
    endpoint: Mapping[str, str | None] | None = None,
    **others: Any,
) -> dict[str, Any]:
    """Return the fields of ``MatchRequest`` for the data of a snapshot."""
    customer = _customer_connection(connections or ())
    endpoint = endpoint or {}
    match = {**others, "channel": channel, "email_address": endpoint.get("email_address")}
    if channel is Channel.VOICE:
        match["phone_number"] = (customer.get("endpoint") or endpoint).get("phone_number")
    if channel is Channel.CHAT:
        match["name"] = (customer.get("chat") or {}).get("name")
    return match


def _customer_connection(connections: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the initial connection, or the first one that is not an agent's, or else an empty mapping."""
    others = [each for each in connections if each.get("type") not in _AGENT_TYPES]
    return next((each for each in connections if each.get("initial")), next(iter(others), {}))
