"""List the objects of a profile.

The contacts of a profile are its objects of the type `CTR` (contact trace record). A module for another type
has a function like ``_contacts``, and an entry in ``_LISTS``.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import orjson

from service.aws.call import Answer, Call
from service.aws.members import with_members
from service.aws.views.pages import page_body
from service.errors.requests import FieldError, InvalidRequest
from service.model.contact import Contact, ContactFilter
from service.use_cases import contacts, profiles
from service.use_cases.audit import Access

_CTR = "CTR"
_VERSION = "2017-03-10"
"""The version of the format of contact records."""
_NO_FILTER = "Contact records have no keys to filter by; leave it out."

Object = tuple[str, Mapping[str, Any]]
"""An object with its unique key."""

Objects = tuple[list[Object], str | None, Sequence[Access]]
"""Objects, the cursor of the next page, and the accesses to audit."""


@with_members
def list_profile_objects(call: Call) -> Answer:
    """Return a page of the objects of a type. A type without objects has an empty page."""
    object_type = call.values["ObjectTypeName"]
    objects, next_cursor, accesses = _LISTS.get(object_type, _none)(call)
    items = [
        {
            "ObjectTypeName": object_type,
            "ProfileObjectUniqueKey": key,
            "Object": orjson.dumps(content, option=orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS).decode(),
        }
        for key, content in objects
    ]
    return Answer(page_body(items, next_cursor), accesses)


def _contacts(call: Call) -> Objects:
    """Return the contacts of the profile, newest first."""
    if call.values.get("ObjectFilter"):
        raise InvalidRequest([FieldError("/ObjectFilter", _NO_FILTER)])
    result = contacts.contacts_of_profile(
        call.stores,
        call.domain,
        call.values["ProfileId"],
        ContactFilter(),
        limit=call.values["MaxResults"],
        cursor=call.values.get("NextToken"),
    )
    objects: list[Object] = [
        (contact["contact_id"], _contact_record(contact)) for contact in result.value.items
    ]
    return objects, result.value.next_cursor, result.accesses


def _contact_record(contact: Contact) -> dict[str, Any]:
    """Return those members of a contact record that the service knows."""
    channel, association = contact["channel"], contact["association"]
    agent_id = None if association is None else association["agent_id"]
    members = {
        "AWSContactTraceRecordFormatVersion": _VERSION,
        "ContactId": contact["contact_id"],
        "Channel": None if channel is None else channel.upper(),
        "InitiationTimestamp": contact["created_at"],
        "DisconnectTimestamp": contact["cleared_at"],
        "Agent": None if agent_id is None else {"Username": agent_id},
    }
    return {name: value for name, value in members.items() if value is not None}


def _none(call: Call) -> Objects:
    viewed = profiles.view_profile(call.stores, call.domain, call.values["ProfileId"])
    return [], None, viewed.accesses


_LISTS: Mapping[str, Callable[[Call], Objects]] = MappingProxyType({_CTR: _contacts})
